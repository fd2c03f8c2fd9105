import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ImportError, type ImportFault } from '../dashboard/model/import/import-error.ts'
import { readImport } from '../dashboard/model/import/read-import.ts'
import { picture } from '../dashboard/model/picture.ts'
import { sightOf } from '../dashboard/model/sight.ts'
import { formatContent } from '../plugin/formats/index.ts'
import { hotFunctions } from '../plugin/model/hot.ts'
import { originOf, placeText } from '../plugin/model/names.ts'
import type { Profile } from '../plugin/model/profile.ts'
import type { RawNode } from '../plugin/model/raw-profile.ts'
import { profileOf } from './pictures.ts'

const read = (value: unknown, name = 'x.cpuprofile') => readImport(name, JSON.stringify(value))

const node = (id: number, name: string, url = '', line = -1, children: number[] = []): RawNode => ({
  id,
  callFrame: { functionName: name, url, lineNumber: line, columnNumber: line },
  children,
})

const base = {
  nodes: [
    node(1, '(root)', '', -1, [2, 3, 4]),
    node(2, '(idle)'),
    node(3, 'main', 'file:///srv/app/src/main.js', 9, [5, 6]),
    node(4, '(program)'),
    node(5, '', 'file:///srv/app/lib/rows.js', 4, [7]),
    node(6, 'format', 'file:///srv/app/node_modules/date-fns/format.js', 0),
    node(7, 'sort'),
  ],
  startTime: 1000,
  endTime: 2000,
  samples: [2, 3, 5, 7, 6, 4],
  timeDeltas: [100, 100, 100, 200, 100, 100],
}

describe('a .cpuprofile', () => {
  test('becomes a profile: a sample lasts until the next one, idle is told apart', () => {
    const { profile, idleUs } = read(base, 'cold start.cpuprofile')
    assert.equal(profile.title, 'cold start')
    assert.equal(idleUs, 100)
    assert.equal(profile.ownUs, 800)
    assert.equal(profile.samples, 5)
    assert.equal(profile.intervalUs, 100)
    assert.equal(profile.root, '/srv/app')
    assert.deepEqual(
      hotFunctions(profile).map(({ frame, selfUs }) => {
        const found = profile.frames[frame]
        return `${found.name} ${originOf(found)} ${placeText(found)} ${selfUs}`
      }),
      [
        '(program) program  300',
        '(anonymous) your code lib/rows.js:5 200',
        'main your code src/main.js:10 100',
        'format date-fns date-fns/format.js:1 100',
        'sort native  100',
      ],
    )
  })

  test('that this project exported comes back with the same times', () => {
    const whole = profileOf(
      'a@app.ts:1;b@node_modules/eta/i.js:2;c 3\na@app.ts:1 2\nd@node:fs:3 4\n(garbage collector) 1',
    )
    const { profile } = readImport(
      'x.cpuprofile',
      String(formatContent({ profile: whole }, 'cpuprofile').body),
    )
    assert.equal(profile.ownUs, whole.ownUs)
    const summary = ({ frames, ...rest }: Profile) =>
      hotFunctions({ frames, ...rest }).map(({ frame, selfUs, totalUs }) => [
        frames[frame].name,
        selfUs,
        totalUs,
      ])
    assert.deepEqual(summary(profile), summary(whole))
  })

  test('with times that run backwards, without samples, with lines', () => {
    const back = read({ ...base, timeDeltas: [100, 300, -100, 200, 100, 100] })
    assert.equal(back.profile.ownUs + back.idleUs, 900)
    const { samples: _, timeDeltas: __, ...counted } = base
    const nodes = base.nodes.map((one) => ({ ...one, hitCount: one.id === 3 ? 3 : one.id === 2 ? 1 : 0 }))
    const shared = read({ ...counted, nodes })
    assert.deepEqual([shared.profile.ownUs, shared.idleUs, shared.profile.intervalUs], [750, 250, 250])
    const ticked = base.nodes.map((one) =>
      one.id === 5 ? { ...one, positionTicks: [{ line: 7, ticks: 1 }] } : one,
    )
    const { lines } = read({ ...base, nodes: ticked }).profile
    assert.deepEqual([lines.line, lines.samples, lines.selfUs], [[7], [1], [200]])
  })

  test('a million deep is read and laid out', () => {
    const size = 1_000_000
    const nodes = Array.from({ length: size }, (_, i) =>
      node(i + 1, 'f', '/app/f.js', i % 2, i + 1 < size ? [i + 2] : []),
    )
    const { profile } = read({ nodes, startTime: 0, endTime: 10, samples: [size], timeDeltas: [0] })
    assert.equal(
      picture(sightOf(profile, { all: true, only: '', unfold: '' }).profile, false).boxes.rows.length,
      size + 1,
    )
  })
})

describe('a profile exported as json', () => {
  test('comes back as it was', () => {
    const whole = profileOf('a@app.ts:1;b@node_modules/eta/i.js:2 3 7:2\na@app.ts:1 2')
    const { route: _, ...expected } = whole
    assert.deepEqual(
      readImport('x.json', String(formatContent({ profile: whole }, 'json').body)).profile,
      expected,
    )
  })
})

describe('what is no profile', () => {
  const refused = (code: ImportFault, words: RegExp, text: string) =>
    assert.throws(
      () => readImport('x', text),
      (error) => error instanceof ImportError && error.code === code && words.test(error.message),
    )
  const json = JSON.stringify

  test('says why, in words', () => {
    refused('NO_JSON', /not JSON/, '')
    refused('NO_JSON', /not JSON/, json(base).slice(0, -5))
    refused('OTHER_FORM', /neither/, '[]')
    refused('OTHER_FORM', /neither/, 'null')
    refused('OTHER_FORM', /neither/, json({ traceEvents: [] }))
    refused('OTHER_FORM', /setGenerateType\(1\)/, json({ head: {}, samples: [] }))
    refused('EMPTY', /empty/, json({ ...base, samples: [], timeDeltas: [] }))
    refused('EMPTY', /empty/, json({ ...base, samples: [2], timeDeltas: [1] }))
  })

  const rest = { samples: [1], timeDeltas: [1], startTime: 0 }
  const faults: Record<string, [words: RegExp, profile: unknown]> = {
    'a circle': [
      /circle/,
      { ...rest, nodes: [node(1, 'r'), node(2, 'a', '', 0, [3]), node(3, 'b', '', 0, [2])] },
    ],
    'its own child': [/no root/, { ...rest, nodes: [node(1, 'r', '', 0, [1])] }],
    'a missing child': [/missing/, { ...rest, nodes: [node(1, 'r', '', 0, [9])] }],
    'two of one id': [/one id/, { ...rest, nodes: [node(1, 'r', '', 0, [2]), node(2, 'a'), node(2, 'b')] }],
    'two callers': [
      /two callers/,
      { ...rest, nodes: [node(1, 'r', '', 0, [2, 3]), node(2, 'a', '', 0, [3]), node(3, 'b')] },
    ],
    'no nodes': [/no root/, { ...rest, nodes: [] }],
    'a sample of nobody': [/missing/, { ...rest, nodes: [node(1, 'r')], samples: [7] }],
    'huge times': [/a time is not a number/, { ...base, timeDeltas: [1, 1, 1e300, 1, 1, 1] }],
    'lists of different lengths': [/6 samples but 1 times/, { ...base, timeDeltas: [1] }],
    'an object for a child': [
      /./,
      { ...rest, nodes: [{ ...node(1, 'r'), children: [{ toString: 1, valueOf: 1 }] }] },
    ],
    'a node for its own caller': [/before its caller/, ownWith({ parent: [-1, 1] })],
    'a column too short': [/differ in length/, ownWith({ samples: [0] })],
    'a frame that is not there': [/frame is missing/, ownWith({ frame: [0, 5] })],
    'a line of a node that is not there': [
      /node is missing/,
      { ...profileOf('a 1'), lines: { node: [9], line: [1], samples: [1], selfUs: [1] } },
    ],
    'time beyond what numbers can tell': [/selfUs is not a number/, ownWith({ selfUs: [0, 1e300] })],
    'times whose sum is too large': [
      /times are too large/,
      ownWith({ selfUs: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] }),
    ],
    'negative time': [/selfUs is not a number of 0 or more/, ownWith({ selfUs: [0, -1] })],
  }
  for (const [name, [words, profile]] of Object.entries(faults)) {
    test(name, () => refused('BROKEN', words, json(profile)))
  }

  test('`__proto__` is a name like any other', () => {
    const { profile } = readImport(
      '__proto__.json',
      json(base).replaceAll('"main"', '"__proto__"').replace('{', '{"__proto__":{"x":1},'),
    )
    assert.ok(profile.frames.some((frame) => frame.name === '__proto__'))
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false)
  })
})

describe('laws', () => {
  /** Any nodes in a tree, each sample of one of them, any times. */
  const anyProfile = fc
    .record({
      callers: fc.array(fc.nat(), { maxLength: 30 }),
      samples: fc.array(fc.tuple(fc.nat(), fc.integer({ min: -5000, max: 5000 })), { maxLength: 40 }),
      tail: fc.nat(3000),
    })
    .map(({ callers, samples, tail }) => {
      const nodes = [0, ...callers].map((_, i) =>
        node(i, i === 3 ? '(idle)' : `f${i % 4}`, i % 2 ? '/a/b.js' : '', i % 3 ? i % 5 : -1, []),
      )
      callers.forEach((caller, i) => {
        ;(nodes[caller % (i + 1)].children as number[]).push(i + 1)
      })
      const timeDeltas = samples.map(([, us]) => us)
      const times = timeDeltas.map((_, i) => timeDeltas.slice(0, i + 1).reduce((a, b) => a + b, 0))
      const endTime = Math.max(0, ...times) + tail
      const ids = samples.map(([at]) => at % nodes.length)
      return {
        profile: { nodes, startTime: 0, endTime, samples: ids, timeDeltas },
        wholeUs: endTime - Math.min(...times),
      }
    })

  test('time is conserved, and the tree keeps its promises', () => {
    fc.assert(
      fc.property(anyProfile, ({ profile: raw, wholeUs }) => {
        const found = attempt(raw)
        if (found === undefined) return
        const { profile, idleUs } = found
        const { tree } = profile
        assert.equal(tree.selfUs.reduce((a, b) => a + b, 0) + idleUs, wholeUs)
        assert.ok(tree.selfUs.every((us) => us >= 0))
        const places = tree.parent.map((parent, i) => `${parent} ${tree.frame[i]}`)
        assert.equal(new Set(places).size, places.length)
        assert.ok(tree.parent.every((parent, i) => parent < i && (i === 0) === (parent === -1)))
      }),
    )
  })

  test('whatever a file holds, there is a profile or a reason', () => {
    const junk = fc.jsonValue({ maxDepth: 3 })
    fc.assert(fc.property(fc.string(), (text) => void attempt(text)))
    fc.assert(fc.property(junk, (value) => void attempt(value)))
    const spoiled = fc.record({
      where: fc.constantFrom('nodes', 'samples', 'timeDeltas', 'startTime', 'endTime'),
      index: fc.nat(6),
      field: fc.constantFrom('id', 'callFrame', 'children', 'hitCount', 'positionTicks'),
      value: junk,
    })
    fc.assert(
      fc.property(spoiled, ({ where, index, field, value }) => {
        const file = structuredClone(base) as unknown as Record<string, unknown>
        const list = file[where]
        if (where === 'nodes') Object.assign((list as object[])[index], { [field]: value })
        else if (Array.isArray(list) && index < list.length) list[index] = value
        else file[where] = value
        attempt(file)
      }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom('parent', 'frame', 'selfUs', 'samples'),
        fc.array(junk),
        (column, values) => {
          attempt(ownWith({ [column]: values }))
        },
      ),
    )
  })
})

/** What is read of it; undefined where a reason is given. Throws when anything else happens. */
function attempt(value: unknown): ReturnType<typeof readImport> | undefined {
  try {
    return typeof value === 'string' ? readImport('x', value) : read(value)
  } catch (error) {
    assert.ok(error instanceof ImportError, String(error))
    assert.ok(error.message.length > 10 && error.message.endsWith('.'))
    return undefined
  }
}

function ownWith(tree: object): unknown {
  const own = profileOf('a 1')
  return { ...own, tree: { ...own.tree, ...tree } }
}
