import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromHrtimeUs } from '../plugin/clock.ts'
import type { RawProfile } from '../plugin/model/raw-profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { readSegment } from '../plugin/sampler/read-segment.ts'
import { addonProfile, deepFreeze, fileProfile } from './raw-profiles.ts'
import { assertSegment, drawSegment } from './segments.ts'

/** From 0 on the profiler's clock, so that times in pictures are those in profiles. */
const zero = -fromHrtimeUs(0)
const span = { beforeStartUs: zero, startUs: zero, endUs: zero + 1000 }

const tree = `
(root)
  serve app.js:10:3 11*2
    query db.js:4:1 5*1 7*2 5*1
    (anonymous) app.js:12:9
  (idle)
`

test('a profile reads the same in both forms, and is left as it was', () => {
  const file = deepFreeze(fileProfile(tree, '10=2 20=3 30=3 40=5 50=3 60=2 70=3 80=4', zero))
  const addon = deepFreeze(addonProfile(file))
  for (const segment of [
    atOnce(readSegment(file, 'file', span)),
    atOnce(readSegment(addon, 'addon', span)),
  ]) {
    assertSegment(segment)
    assert.deepEqual(drawSegment(segment), [
      '10 (root);serve :11',
      '20 (root);serve;query :5',
      '30 (root);serve;query :5',
      '40 (root);(idle) :0',
      '50 (root);serve;query :7',
      '60 (root);serve :11',
      '70 (root);serve;query :7',
      '80 (root);serve;(anonymous) :0',
    ])
    assert.deepEqual(segment.frames, [
      { name: '(root)', url: '', line: 0, column: 0, state: 'root' },
      { name: 'serve', url: 'app.js', line: 10, column: 3 },
      { name: '(idle)', url: '', line: 0, column: 0, state: 'idle' },
      { name: 'query', url: 'db.js', line: 4, column: 1 },
      { name: '(anonymous)', url: 'app.js', line: 12, column: 9 },
    ])
  }
})

test('a function that calls itself is one frame and many nodes', () => {
  const profile = fileProfile('(root)\n fib f.js:1:1\n  fib f.js:1:1\n   fib f.js:1:1', '1=2 2=3 3=4', zero)
  const segment = atOnce(readSegment(profile, 'file', span))
  assert.equal(segment.frames.length, 2)
  assert.deepEqual([...segment.nodes.parent], [-1, 0, 1, 2])
})

test("V8's markers are states, functions of their names are not", () => {
  const profile = fileProfile(
    '(root)\n (program)\n (program) x.js:1:1\n (garbage collector)',
    '1=2 2=3',
    zero,
  )
  const gc = {
    ...profile.nodes[3],
    callFrame: { ...profile.nodes[3].callFrame, functionName: '(garbage collector)' },
  }
  const segment = atOnce(readSegment({ ...profile, nodes: [...profile.nodes.slice(0, 3), gc] }, 'file', span))
  assert.deepEqual(
    segment.frames.map(({ state }) => state),
    ['root', 'program', undefined, 'gc'],
  )
})

test('names that share a position stay apart', () => {
  const profile = fileProfile('(root)\n a f.js:1:1\n b f.js:1:1\n a f.js:1:1\n b\n 0:0:b\n a', '1=3', zero)
  const names = atOnce(readSegment(profile, 'file', span)).frames.map(({ name, line }) => `${name}@${line}`)
  assert.deepEqual(names, ['(root)@0', 'a@1', 'b@1', 'b@0', '0:0:b@0', 'a@0'])
})

test('samples that run backwards are put in order, equal times as V8 had them', () => {
  const profile = fileProfile('(root)\n a\n b\n c', '50=2 30=3 70=4 30=2', zero)
  assert.deepEqual(drawSegment(atOnce(readSegment(profile, 'file', span))), [
    '30 (root);b :0',
    '30 (root);a :0',
    '50 (root);a :0',
    '70 (root);c :0',
  ])
})

test('children before their parents, ids of any kind', () => {
  const profile = fileProfile('(root)\n a\n  b\n   c', '1=4', zero)
  const far = (id: number) => 2 ** 40 - id * 7
  const nodes = profile.nodes.map((node) => ({
    ...node,
    id: far(node.id),
    children: node.children?.map(far),
  }))
  const segment = atOnce(readSegment({ ...profile, nodes: nodes.reverse(), samples: [far(4)] }, 'file', span))
  assertSegment(segment)
  assert.deepEqual(drawSegment(segment), ['1 (root);a;b;c :0'])
})

test('samples before the span and after it belong to other segments', () => {
  const profile = fileProfile('(root)\n a', '0=2 100=2 199=2 200=2 300=2', zero)
  const segment = atOnce(
    readSegment(profile, 'file', {
      beforeStartUs: zero,
      startUs: zero + 100,
      endUs: zero + 200,
    }),
  )
  assertSegment(segment)
  assert.deepEqual([...segment.samples.timeUs].map(Math.round), [100, 199])
})

test('a foreign clock is brought to the nearest moment of the start', () => {
  const bounds = { beforeStartUs: zero + 10, startUs: zero + 30, endUs: zero + 1000 }
  const times = (startTime: number) =>
    drawSegment(atOnce(readSegment(fileProfile('(root)\n a', '40=2', startTime), 'file', bounds))).map(
      Number.parseFloat,
    )
  assert.deepEqual(times(zero + 20), [60], 'same clock')
  assert.deepEqual(times((zero + 20) % 2 ** 32), [60], 'its lowest 32 bits')
  assert.deepEqual(times(zero + 20 - 2 ** 33), [60], 'its lowest 32 bits, long after')
  assert.deepEqual(times(zero + 1e12), [70], 'ahead')
  assert.deepEqual(times(zero - 1e12), [50], 'behind')
})

test('samples that V8 does not count as hits go, those closest upon another first', () => {
  const { nodes, ...rest } = fileProfile('(root)\n a\n b', '100=2 101=2 102=2 200=2 250=3 300=2', zero)
  const counted = nodes.map((node) => ({ ...node, hitCount: [0, 3, 0][node.id - 1] }))
  assert.deepEqual(drawSegment(atOnce(readSegment({ ...rest, nodes: counted }, 'file', span))), [
    '100 (root);a :0',
    '200 (root);a :0',
    '300 (root);a :0',
  ])
})

test('what makes no sense is an error with a code', () => {
  const good = () => structuredClone(fileProfile(tree, '10=2 20=3', zero)) as unknown as Loose
  const wrong: Record<string, (profile: Loose) => unknown> = {
    'not there': () => undefined,
    null: () => null,
    'a text': () => 'profile',
    'no nodes': (p) => ({ ...p, nodes: undefined }),
    'the tree form of v8-profiler-next': (p) => ({ head: {}, startTime: p.startTime }),
    'empty nodes': (p) => ({ ...p, nodes: [] }),
    'a node that is none': (p) => p.nodes.push(null as never) && p,
    'no call frame': (p) => set(p, 1, { callFrame: undefined }),
    'a name that is a number': (p) => set(p, 1, { callFrame: { ...p.nodes[1].callFrame, functionName: 7 } }),
    'a line that is no number': (p) =>
      set(p, 1, { callFrame: { ...p.nodes[1].callFrame, lineNumber: Number.NaN } }),
    'an id that is a text': (p) => set(p, 1, { id: '2' }),
    'an id twice': (p) => set(p, 1, { id: 1 }),
    'a child that is missing': (p) => set(p, 1, { children: [99] }),
    'a child of its own': (p) => set(p, 1, { children: [2] }),
    'a child of two': (p) => set(p, 4, { children: [3] }),
    'a child twice': (p) => set(p, 0, { children: [2, 2, 5] }),
    'a circle': (p) => set(set(p, 0, { children: [5] }), 2, { children: [2] }),
    'two roots': (p) => set(p, 0, { children: [2] }),
    'children that are no list': (p) => set(p, 0, { children: 'ab' }),
    'a sample of no node': (p) => ({ ...p, samples: [2, 77] }),
    'a sample that is no number': (p) => ({ ...p, samples: [2, Number.NaN] }),
    'more samples than times': (p) => ({ ...p, samples: [2, 3, 3] }),
    'samples without times': (p) => ({ ...p, timeDeltas: undefined }),
    'a time that is no number': (p) => ({ ...p, timeDeltas: [1, Number.NaN] }),
    'a time without end': (p) => ({ ...p, timeDeltas: [1, Number.POSITIVE_INFINITY] }),
    'times that are texts': (p) => ({ ...p, timeDeltas: ['1', '2'] }),
    'no start': (p) => ({ ...p, startTime: undefined }),
    'line counts that are none': (p) => set(p, 1, { positionTicks: [{ line: 'x', ticks: 1 }] }),
    'line counts of nothing': (p) => set(p, 1, { positionTicks: [null] }),
  }
  for (const [name, make] of Object.entries(wrong)) {
    assert.throws(
      () => atOnce(readSegment(make(good()), 'file', span)),
      { code: 'FST_PROFILER_BAD_SEGMENT' },
      name,
    )
  }
})

test('odd but possible: no samples, one node, counts of nothing', () => {
  const empty = { nodes: [fileProfile('(root)', '1=1').nodes[0]], startTime: zero }
  assert.equal(atOnce(readSegment(empty, 'file', span)).samples.node.length, 0)
  const ticks = fileProfile('(root)\n a f.js:1:1 0*5 3*0 4*1000000000', '1=2 2=2', zero)
  assert.deepEqual([...atOnce(readSegment(ticks, 'file', span)).samples.line], [4, 4])
})

test('a deep and a wide tree', () => {
  const count = 100_000
  for (const child of [(i: number) => [i + 1], (i: number) => (i === 1 ? range(2, count) : [])]) {
    const [{ callFrame }] = fileProfile('f x.js:1:1', '1=1').nodes
    const nodes = range(1, count).map((id) => ({
      callFrame,
      id,
      children: child(id).filter((to) => to <= count),
    }))
    const segment = atOnce(
      readSegment({ nodes, startTime: zero, samples: [count], timeDeltas: [1] }, 'file', span),
    )
    assert.equal(segment.nodes.parent.length, count)
    assert.equal(segment.samples.node[0], count - 1)
  }
})

test('anything changed anywhere gives a valid segment or the error', () => {
  const values = fc.oneof(
    fc.integer({ min: -2, max: 9 }),
    fc.double(),
    fc.constantFrom(null, undefined, [], {}, '', '3', NaN),
  )
  const change = fc.tuple(fc.nat(), values)
  let valid = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const profile = structuredClone(fileProfile(tree, '10=2 20=3 30=3 40=5', zero))
      for (const [at, value] of changes) changeAt(profile, at, value)
      try {
        assertSegment(atOnce(readSegment(profile, 'file', span)))
        valid++
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'FST_PROFILER_BAD_SEGMENT', String(error))
      }
    }),
    { numRuns: 3000, seed: 7 },
  )
  assert.ok(valid > 100, `${valid} of them are valid`)
})

type Loose = { -readonly [K in keyof RawProfile]-?: RawProfile[K] } & { nodes: RawProfile['nodes'][number][] }

function set(profile: Loose, node: number, fields: object): Loose {
  profile.nodes[node] = { ...profile.nodes[node], ...fields }
  return profile
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Replaces the value at one of all the places in it. */
function changeAt(value: unknown, at: number, by: unknown): void {
  const places: [Record<string, unknown>, string][] = []
  const visit = (inside: unknown) => {
    if (typeof inside !== 'object' || inside === null) return
    for (const key of Object.keys(inside)) {
      places.push([inside as Record<string, unknown>, key])
      visit((inside as Record<string, unknown>)[key])
    }
  }
  visit(value)
  const [parent, key] = places[at % places.length]
  parent[key] = by
}
