import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Profile as Message } from 'pprof-format'
import { formatContent, formatStepwise } from '../plugin/formats/index.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { drawnStacks, profileOf, wideProfile } from './pictures.ts'
import { readPprof } from './read-pprof.ts'

const picture = `
  main@src/main.ts:3;fib@src/fib.ts:12;fib@src/fib.ts:12 3 4ms 12:2 13:1
  main@src/main.ts:3;read@node:fs:40 2
  main@src/main.ts:3;(anonymous)@src/report.ts:7 2 2ms 8:1
  parse@ 1
`

function written(profile: Profile) {
  return readPprof(gunzipSync(formatContent({ profile }, 'pprof').body as Uint8Array))
}

describe('pprof', () => {
  it('has stacks from the inside out, by line where that is known, and the line of the function where not', () => {
    const { sampleType, defaultSampleType, sample } = written(profileOf(picture))
    assert.deepEqual(sampleType, ['samples/count', 'cpu/nanoseconds'])
    assert.equal(defaultSampleType, 'cpu')
    assert.deepEqual(sample.map(({ stack, values }) => `${stack.join(' < ')} = ${values.join(' ')}`).sort(), [
      'fib:12 < fib:12 < main:3 = 2 2666667',
      'fib:13 < fib:12 < main:3 = 1 1333333',
      'parse:0 = 1 1000000',
      'read:40 < main:3 = 2 2000000',
      'report.ts:7:7 < main:3 = 1 1000000',
      'report.ts:7:8 < main:3 = 1 1000000',
    ])
  })

  it('has samples that stand for no time, but nothing for a place with neither', () => {
    const { sample } = written(
      profileOf('a@x.ts:1 2 0ms\na@x.ts:1;b@x.ts:5 3 6ms 6:1 7:1 8:1\nc@x.ts:9 0 0ms'),
    )
    assert.deepEqual(sample.map(({ stack, values }) => `${stack.join(' < ')} = ${values.join(' ')}`).sort(), [
      'a:1 = 2 0',
      'b:6 < a:1 = 1 2000000',
      'b:7 < a:1 = 1 2000000',
      'b:8 < a:1 = 1 2000000',
    ])
  })

  it('names functions as people do, with the name of V8 and the absolute path beside', () => {
    const { functions } = written(profileOf(picture))
    const of = (name: string) => functions.find((one) => one.name === name)
    assert.deepEqual(of('fib'), {
      name: 'fib',
      systemName: 'fib',
      filename: '/app/src/fib.ts',
      startLine: 12,
    })
    assert.equal(of('report.ts:7')?.systemName, '(anonymous)')
    assert.equal(of('read')?.filename, 'node:fs')
    assert.equal(of('parse')?.filename, '')
    const outside = written(profileOf('f@../lib/x.ts:1 1', { root: '/srv/app' })).functions
    assert.ok(outside.some(({ filename }) => filename === '/srv/lib/x.ts'))
  })

  it('says of which route each sample is, when it was, and how often samples were taken', () => {
    const whole = written(profileOf(picture, { route: 'GET /users/:id', intervalUs: 500 }))
    assert.ok(whole.sample.length > 0)
    for (const { labels } of whole.sample) assert.deepEqual(labels, { route: 'GET /users/:id' })
    assert.equal(whole.timeNanos, BigInt(Date.UTC(2026, 10, 22, 10)) * 1_000_000n)
    assert.equal(whole.durationNanos, 1_000_000_000n)
    assert.equal(whole.periodType, 'cpu/nanoseconds')
    assert.equal(whole.period, 500_000n)
    assert.equal(whole.comments[0], 'GET /picture')
  })

  it('of several routes has the samples of each, and each function once', () => {
    const byRoute = ['GET /a', 'GET /b'].map((route) => profileOf(picture, { route }))
    const own = profileOf(picture, { route: undefined })
    const profile = { ...own, samples: 2 * own.samples, ownUs: 2 * own.ownUs }
    const { body } = formatContent({ profile, byRoute }, 'pprof')
    const { sample, functions } = readPprof(gunzipSync(body as Uint8Array))
    const of = (route: string) => sample.filter(({ labels }) => labels.route === route)
    const told = (some: typeof sample) =>
      some.map(({ stack, values }) => `${stack.join(' < ')} = ${values[0]}`)
    assert.deepEqual(told(of('GET /a')), told(written(own).sample))
    assert.deepEqual(told(of('GET /b')), told(of('GET /a')))
    assert.equal(
      sample.reduce((sum, { values }) => sum + values[1], 0n),
      BigInt(profile.ownUs * 1000),
    )
    assert.equal(new Set(functions.map((one) => JSON.stringify(one))).size, functions.length)
  })

  it('adds up to the samples and, to the nanosecond, to the own CPU', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.double({ min: 0.001, max: 10, noNaN: true }), (stacks, scale) => {
        const drawn = profileOf(`${stacks}\nz@z.ts:1 7 7ms 1:2 4:3`)
        const selfUs = drawn.tree.selfUs.map((us) => us * scale)
        const lines = { ...drawn.lines, selfUs: drawn.lines.selfUs.map((us) => us * scale) }
        const ownUs = selfUs.reduce((a, b) => a + b, 0)
        const { sample } = written({ ...drawn, ownUs, lines, tree: { ...drawn.tree, selfUs } })
        const sum = (which: number) => sample.reduce((total, { values }) => total + values[which], 0n)
        assert.equal(sum(0), BigInt(drawn.samples))
        assert.equal(sum(1), BigInt(Math.round(ownUs * 1000)))
      }),
    )
  })

  it('is read by the decoder of others too', () => {
    const bytes = gunzipSync(formatContent({ profile: profileOf(picture) }, 'pprof').body as Uint8Array)
    const { sample, stringTable } = Message.decode(bytes)
    assert.equal(
      sample.reduce((sum, { value }) => sum + Number(value[1]), 0),
      9_000_000,
    )
    assert.equal(stringTable.strings[0], '')
  })

  it('has nothing in it for nothing, and the selection itself where time is of no function', () => {
    const nothing = written(emptyProfile('GET /'))
    assert.deepEqual(nothing.sample, [])
    assert.equal(nothing.timeNanos, 0n)
    const own = profileOf('a 1')
    const { sample } = written({ ...own, ownUs: 1500, tree: { ...own.tree, selfUs: [500, 1000] } })
    assert.deepEqual(
      sample.map(({ stack, values }) => [stack.join(), values[1]]),
      [
        ['GET /picture:0', 500_000n],
        ['a:1', 1_000_000n],
      ],
    )
  })

  it('carries any name', () => {
    const name = '\u{1f9e8}</script>\\"|`x`'
    const { functions } = written(profileOf(`${name}@a.ts:1 1`))
    assert.ok(functions.some((one) => one.name === name))
  })

  it('of a hundred thousand nodes holds all of them, written in portions', async () => {
    const profile = wideProfile(100_000)
    const { body } = await formatStepwise({ profile }, 'pprof')
    const { sample } = readPprof(gunzipSync(body as Uint8Array))
    assert.equal(sample.length, profile.tree.samples.filter((samples) => samples > 0).length)
    assert.equal(
      sample.reduce((sum, { values }) => sum + values[1], 0n),
      BigInt(profile.ownUs * 1000),
    )
  })
})
