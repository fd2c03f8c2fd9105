import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { formatContent, formatStepwise, requestInTime } from '../plugin/formats/index.ts'
import type { SpeedscopeFile } from '../plugin/formats/speedscope.ts'
import type { Chart, Profile } from '../plugin/model/profile.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { drawnStacks, profileOf, wideProfile } from './pictures.ts'

const picture = `
  main@src/main.ts:3;fib@src/fib.ts:12;fib@src/fib.ts:12 3
  main@src/main.ts:3;(anonymous)@src/report.ts:7 2
  parse@ 1
`

function written(profile: Profile | Chart): SpeedscopeFile {
  const file: SpeedscopeFile = JSON.parse(formatContent({ profile }, 'speedscope').body as string)
  checkSchema(file)
  return file
}

/** Rules of speedscope's own schema, and what its importer expects of events. */
function checkSchema(file: SpeedscopeFile): void {
  assert.equal(file.$schema, 'https://www.speedscope.app/file-format-schema.json')
  assert.ok(Number.isInteger(file.activeProfileIndex) && file.activeProfileIndex < file.profiles.length)
  for (const frame of file.shared.frames) {
    assert.deepEqual(
      Object.keys(frame).filter((key) => !['name', 'file', 'line', 'col'].includes(key)),
      [],
    )
    assert.equal(typeof frame.name, 'string')
    for (const place of [frame.line ?? 1, frame.col ?? 1]) assert.ok(Number.isInteger(place) && place > 0)
  }
  for (const profile of file.profiles) {
    const { name, unit, startValue, endValue } = profile
    assert.deepEqual([typeof name, unit, startValue], ['string', 'microseconds', 0])
    const { samples, weights } = profile.type === 'sampled' ? profile : sampled(profile)
    assert.equal(samples.length, weights.length)
    for (const frame of samples.flat()) assert.ok(file.shared.frames[frame] !== undefined)
    for (const weight of weights) assert.ok(Number.isInteger(weight) && weight > 0)
    assert.equal(
      weights.reduce((a, b) => a + b, 0),
      endValue,
    )
  }
}

type FileProfile = SpeedscopeFile['profiles'][0]

/** What was open between the events; frames close from the inside out, and all do. */
function sampled({ type, events, endValue }: Extract<FileProfile, { type: 'evented' }>) {
  assert.equal(type, 'evented')
  const samples: number[][] = []
  const weights: number[] = []
  const open: number[] = []
  let last = 0
  for (const event of events) {
    assert.ok(event.at >= last)
    if (event.at > last) {
      samples.push([...open])
      weights.push(event.at - last)
    }
    last = event.at
    if (event.type === 'O') open.push(event.frame)
    else assert.equal(open.pop(), event.frame)
  }
  assert.deepEqual([open, last], [[], endValue])
  return { samples, weights }
}

/** `main;fib 3000`, a sample a line. */
function stacksIn({ shared, profiles: [profile] }: SpeedscopeFile): string[] {
  const { samples, weights } = profile.type === 'sampled' ? profile : sampled(profile)
  return samples.map((stack, i) => {
    return `${stack.map((frame) => shared.frames[frame].name).join(';')} ${weights[i]}`
  })
}

describe('speedscope', () => {
  it('has each stack once with its own time, in the order of the tree', () => {
    const file = written(profileOf(picture))
    assert.equal(file.profiles[0].type, 'evented')
    assert.deepEqual(stacksIn(file), ['main;fib;fib 3000', 'main;report.ts:7 2000', 'parse 1000'])
    assert.equal(file.name, 'GET /picture')
    const fib = file.shared.frames.find(({ name }) => name === 'fib')
    assert.deepEqual(fib, { name: 'fib', file: '/app/src/fib.ts', line: 12, col: 1 })
    assert.deepEqual(
      file.shared.frames.find(({ name }) => name === 'parse'),
      { name: 'parse' },
    )
  })

  it('adds up to the own CPU', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.double({ min: 0.001, max: 10, noNaN: true }), (stacks, scale) => {
        const drawn = profileOf(stacks)
        const selfUs = drawn.tree.selfUs.map((us) => us * scale)
        const ownUs = selfUs.reduce((a, b) => a + b, 0)
        const file = written({ ...drawn, ownUs, tree: { ...drawn.tree, selfUs } })
        assert.equal(file.profiles[0].endValue, Math.round(ownUs))
      }),
    )
  })

  it('opens each node at most once, and none that took no time', () => {
    fc.assert(
      fc.property(drawnStacks(), (stacks) => {
        const { frames, tree, ...rest } = profileOf(`(root) 2\n${stacks}\nidle;never 0 0ms`)
        const [profile] = written({
          ...rest,
          frames,
          tree: { ...tree, selfUs: [7, ...tree.selfUs.slice(1)] },
        }).profiles as [Extract<FileProfile, { type: 'evented' }>]
        const opened = profile.events.filter(({ type }) => type === 'O')
        assert.ok(opened.length < tree.parent.length)
        assert.ok(opened.every(({ frame }) => frames[frame].name !== 'never'))
        assert.deepEqual(profile.events.slice(0, 2), [
          { type: 'O', frame: 0, at: 0 },
          { type: 'C', frame: 0, at: 7 },
        ])
      }),
    )
  })

  it('of one request has what ran in order of time, nothing where it did not run, and lasts the wall time', () => {
    const chart: Chart = {
      ...profileOf('a;b 2\na;c 1'),
      wallUs: 10_000,
      afterUs: 0,
      spans: {
        node: [2, 3, 0, 2],
        startUs: [500, 1500, 4000, 5000],
        endUs: [1500, 2500, 5000, 6000],
        samples: [1, 1, 0, 1],
      },
    }
    const file = written(chart)
    assert.deepEqual(stacksIn(file), [
      ' 500',
      'a;b 1000',
      'a;c 1000',
      ' 1500',
      'GET /picture 1000',
      'a;b 1000',
      ' 4000',
    ])
    assert.equal(file.profiles[0].endValue, 10_000)
  })

  it('is made of the order of time for one request, unless its phases are asked for', () => {
    assert.equal(requestInTime({ requests: ['7'] }, 'speedscope'), '7')
    assert.equal(requestInTime({ requests: ['7'], phases: true }, 'speedscope'), undefined)
    assert.equal(requestInTime({ requests: ['7'] }, 'cpuprofile'), undefined)
    assert.equal(requestInTime({ requests: ['7', '8'] }, 'speedscope'), undefined)
    assert.equal(requestInTime({ route: 'GET /' }, 'speedscope'), undefined)
  })

  it('is empty for nothing, and carries any name', () => {
    assert.deepEqual(stacksIn(written(emptyProfile('GET /'))), [])
    const name = '</script>\u2028\\"'
    assert.ok(written(profileOf(`${name}@a.ts:1 1`)).shared.frames.some((frame) => frame.name === name))
  })

  it('of a hundred thousand nodes holds all of them', async () => {
    const profile = wideProfile(100_000)
    const { body } = await formatStepwise({ profile }, 'speedscope')
    const file: SpeedscopeFile = JSON.parse(body as string)
    checkSchema(file)
    assert.equal(file.profiles[0].endValue, profile.ownUs)
  })

  it('of a deep tree is no larger than its nodes are many', () => {
    const nodes = Array.from({ length: 2000 }, (_, i) => i)
    const tree = {
      parent: nodes.map((i) => i - 1),
      frame: nodes.map((i) => Math.min(i, 1)),
      selfUs: nodes.map(() => 1),
      samples: nodes.map(() => 1),
    }
    const profile = { ...profileOf('a 1'), ownUs: nodes.length, tree }
    const { events } = written(profile).profiles[0] as Extract<FileProfile, { type: 'evented' }>
    assert.equal(events.length, 2 * nodes.length)
  })
})
