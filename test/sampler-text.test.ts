import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RawProfile } from '../plugin/model/raw-profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { parseProfileText } from '../plugin/sampler/profile-text.ts'
import { v8Text } from './raw-profiles.ts'

const bad = { code: 'FST_PROFILER_BAD_SEGMENT' }

test('names that V8 does not escape come out as they are', () => {
  const names = [
    { name: 'plain', url: 'file:///app/a.js' },
    { name: 'RegExp: \\d+\\s"\\b', url: '' },
    { name: 'RegExp: [\\n\\t\\f\\r\\/]', url: '' },
    { name: 'RegExp: \\u00e9\\\\', url: '' },
    { name: 'a "quoted" name', url: 'C:\\app\\new "x"\\table.js' },
    { name: 'two\nlines\tand a \u0000', url: '/app/\u001b[31m.js' },
    { name: 'größe日本😀', url: 'evalmachine.<anonymous>' },
    { name: '"},{"id":', url: '"}' },
    { name: '"}],"startTime":', url: '","lineNumber":"' },
    { name: '\\', url: '\\' },
    { name: '', url: '' },
  ]
  assert.deepEqual(namesIn(parsed(v8Text(names))), names)
  for (const one of names.filter(({ name }) => !/^RegExp: \\u|^\\$/.test(name))) {
    assert.deepEqual(namesIn(parsed(v8Text([one]))), [one], 'also alone')
  }
})

test('the rest of the text is kept', () => {
  const text = v8Text([
    { name: 'a', url: 'b' },
    { name: 'RegExp: \\d', url: '' },
    { name: 'c', url: '' },
  ])
  const profile = parsed(text) as RawProfile
  assert.deepEqual(profile.nodes[1], {
    id: 2,
    hitCount: 0,
    callFrame: { functionName: 'RegExp: \\d', lineNumber: 1, columnNumber: -1, scriptId: 0, url: '' },
    children: [3],
    positionTicks: [{ line: 7, ticks: 2 }],
  })
  assert.deepEqual([profile.startTime, profile.samples, profile.timeDeltas], [1, [1, 1], [3, 4]])
})

test('a V8 that escapes is understood, too', () => {
  const names = [
    { name: 'RegExp: \\d+', url: 'C:\\app\\new.js' },
    { name: 'a "quoted" name', url: 'größe' },
  ]
  assert.deepEqual(namesIn(parsed(v8Text(names, (text) => JSON.stringify(text).slice(1, -1)))), names)
})

test('any name survives, escaped by V8 or not', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', '"', '}', '{', ',', ':', '[', ']', 'u', '0', 'n', '\n') }),
    fc.constantFrom(
      '"functionName":"',
      '"callFrame":{"functionName":"',
      '"},{"id":1',
      '"}},',
      '","children":[',
    ),
  )
  const end = /","lineNumber":-?\d+,|"\}(?:,"children":\[|,"positionTicks":\[|\}[,\]])/
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: text, url: text }, { noNullPrototype: true }), {
        minLength: 1,
        maxLength: 5,
      }),
      (names) => {
        fc.pre(names.every(({ name, url }) => !end.test(name) && !end.test(url)))
        // A name that shows that this V8 does not escape.
        const all = [...names, { name: 'RegExp: \\d', url: '' }]
        assert.deepEqual(namesIn(parsed(v8Text(all))), all)
      },
    ),
    { numRuns: 2000, seed: 11 },
  )
})

test('a long text is read in steps, to the same as at once', () => {
  const shapes = [
    { name: 'RegExp: \\d"},{"id":7', url: '"}],"startTime":' },
    { name: '"},{"id":', url: 'C:\\app.js' },
    { name: '},{', url: '],"startTime":1' },
    { name: 'plain', url: 'file:///app/a.js' },
  ]
  for (const some of [shapes, shapes.slice(3)]) {
    const names = Array.from({ length: 2000 }, (_, i) => some[i % some.length])
    let steps = 0
    const reading = parseProfileText(v8Text(names))
    let step = reading.next()
    for (; !step.done; step = reading.next()) steps++
    const asJson = v8Text(names, (text) => JSON.stringify(text).slice(1, -1))
    assert.deepEqual(step.value, JSON.parse(asJson))
    assert.ok(steps > 20, `${steps}`)
  }
})

test('a text cut off anywhere, or with a hole, is the error', () => {
  const text = v8Text([
    { name: 'RegExp: \\d', url: 'C:\\app.js' },
    { name: 'b', url: '"' },
  ])
  for (let length = 0; length < text.length; length++) {
    assert.throws(() => parsed(text.slice(0, length)), bad, `${length} characters`)
  }
  const endless = `${'"callFrame":{"functionName":"\\d'.repeat(50_000)}`
  assert.throws(() => parsed(endless), bad)
  assert.throws(() => parsed(text.replaceAll('"url":', '"uri":')), bad)
})

function parsed(text: string): unknown {
  return atOnce(parseProfileText(text))
}

function namesIn(profile: unknown): { name: string; url: string }[] {
  return (profile as RawProfile).nodes.map(({ callFrame }) => ({
    name: callFrame.functionName,
    url: callFrame.url,
  }))
}
