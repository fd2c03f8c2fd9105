import assert from 'node:assert/strict'
import { Session } from 'node:inspector'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import { fromHrtimeUs } from '../plugin/clock.ts'
import { formatContent } from '../plugin/formats/index.ts'
import type { Profile } from '../plugin/model/profile.ts'
import type { RawProfile } from '../plugin/model/raw-profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { parseProfileText } from '../plugin/sampler/profile-text.ts'
import { readSegment } from '../plugin/sampler/read-segment.ts'
import { createSymbols } from '../plugin/symbols/index.ts'
import { readPositions } from '../plugin/symbols/read-map.ts'
import { inputs } from './fuzz-runs.ts'
import { fileProfile, v8Text } from './raw-profiles.ts'
import { compileWork } from './sampler-work.ts'
import { assertSegment } from './segments.ts'

const zero = -fromHrtimeUs(0)
const span = { beforeStartUs: zero, startUs: zero, endUs: zero + 1e9 }
const hostile = [
  ...[
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "javascript:alert('1')",
    '{{7*7}}',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '\u0000\u001b[31m',
    '\u202egnp.exe',
    '\u200b',
    '\ud800',
  ],
  ...[
    'a;b 12',
    'a\nb 3',
    '\r\n\r\n',
    '`$(id)`',
    '=cmd()',
    '../../etc/passwd',
    'C:\\a"b\\',
    '%00',
    'x'.repeat(3000),
  ],
  ...[
    'file:///%ZZ',
    'file://host/share/a.js',
    'data:text/javascript,alert(1)',
    'https://u:p@h/a.js?token=1',
    'node:fs',
  ],
]
const name = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 30 }))
const wild = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    [],
    {},
    '',
    '3',
    true,
    Number.NaN,
    Infinity,
    -Infinity,
    -0,
    -1,
    0.5,
  ),
  fc.constantFrom<unknown>(2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, -1e308, [[]], '__proto__', { length: 9 }),
  fc.integer({ min: -3, max: 40 }),
  name,
)

/** What V8 really says of some work: nodes by the dozen, all fields it knows. */
let real: RawProfile

before(() => {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  compileWork().burnRed(30)
  compileWork().litter(30)
  session.post('Profiler.stop', (error, { profile }) => {
    assert.equal(error, null)
    real = { ...(profile as unknown as RawProfile), startTime: zero }
  })
  session.disconnect()
})

/** Puts something else in places of a value, takes them away, or puts there what stands elsewhere. */
function mutate(value: object, changes: readonly (readonly [number, unknown, number])[]): void {
  const places: [Record<string, unknown>, string][] = []
  const open: object[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [key, inner] of Object.entries(next)) {
      places.push([next as Record<string, unknown>, key])
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
  for (const [at, by, how] of changes) {
    const [holder, key] = places[at % places.length]
    const [other, otherKey] = places[(at * 7919) % places.length]
    if (how === 0) delete holder[key]
    else if (how === 1 && typeof other[otherKey] !== 'object') holder[key] = other[otherKey]
    else if (Array.isArray(holder) && how === 2) holder.push(by)
    else holder[key] = by
  }
}

const changes = fc.array(fc.tuple(fc.nat(), wild, fc.nat(4)), { minLength: 1, maxLength: 4 })

function readsOrRefuses(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    assert.equal(
      (error as { code?: string }).code,
      'FST_PROFILER_BAD_SEGMENT',
      String((error as Error).stack),
    )
    return false
  }
}

describe('profiles that V8 would not give', () => {
  for (const form of ['file', 'addon'] as const) {
    test(`changed anywhere, in the form "${form}": a valid segment or the error`, (t) => {
      let valid = 0
      fc.assert(
        fc.property(changes, (changes) => {
          const profile = structuredClone(real)
          mutate(profile, changes)
          if (readsOrRefuses(() => assertSegment(atOnce(readSegment(profile, form, span))))) valid++
        }),
        inputs(1500),
      )
      t.diagnostic(`${valid} valid`)
      assert.ok(valid > 100, `${valid} valid`)
    })
  }

  test('as text, changed anywhere', () => {
    const names = hostile.slice(0, 12).map((name, i) => ({ name, url: hostile[hostile.length - 1 - i] }))
    const texts = [JSON.stringify(real), v8Text(names), v8Text([...names, { name: 'RegExp: \\d', url: '' }])]
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(30),
      fc.oneof(name, fc.constantFrom('"', '\\', '{', '}', '[', ',', '":')),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (text, edits) => {
          let changed = text
          for (const [at, length, by] of edits) {
            const from = at % changed.length
            changed = changed.slice(0, from) + by + changed.slice(from + length)
          }
          readsOrRefuses(() =>
            assertSegment(atOnce(readSegment(atOnce(parseProfileText(changed)), 'file', span))),
          )
        },
      ),
      inputs(1500),
    )
  })

  test('of all kinds that are large: read in one pass, or refused', () => {
    const [{ callFrame }] = fileProfile('f x.js:1:1', '1=1').nodes
    const count = 200_000
    const nodes = (childrenOf: (id: number) => number[]) =>
      Array.from({ length: count }, (_, i) => ({ id: i + 1, callFrame, children: childrenOf(i + 1) }))
    const chain = nodes((id) => (id < count ? [id + 1] : []))
    const shapes: Record<string, [object, boolean]> = {
      'a chain': [{ nodes: chain }, true],
      'a chain that bites its tail': [{ nodes: nodes((id) => [(id % count) + 1]) }, false],
      'all of one id': [{ nodes: chain.map((node) => ({ ...node, id: 1 })) }, false],
      'all children of all': [{ nodes: chain.map((node) => ({ ...node, children: [1, 2, 3] })) }, false],
      'roots only': [{ nodes: nodes(() => []) }, false],
      'many samples of one node': [
        { nodes: chain.slice(-1), samples: Array(count).fill(count), timeDeltas: Array(count).fill(-1) },
        true,
      ],
      'times that end nowhere': [
        { nodes: chain.slice(-1), samples: [count, count], timeDeltas: [1e308, 1e308] },
        false,
      ],
    }
    for (const [shape, [profile, fine]] of Object.entries(shapes)) {
      const read = () => assertSegment(atOnce(readSegment({ startTime: zero, ...profile }, 'file', span)))
      assert.equal(readsOrRefuses(read), fine, shape)
    }
  })
})

describe('names that mean harm', () => {
  const symbols = createSymbols(process.cwd(), [])
  /** Characters that steer a terminal or an eye, or cannot be written. */
  const unfit = /[\p{Cc}\p{Cf}\p{Cs}]/u

  test('are clean and short as functions and files, and no secret of a URL stays', () => {
    fc.assert(
      fc.property(name, name, fc.nat(9), fc.nat(99), (name, url, line, column) => {
        const frame = symbols.frame({ name, url, line, column })
        for (const text of [frame.name, frame.file, frame.package ?? '']) assert.doesNotMatch(text, unfit)
        assert.ok(frame.name.length <= 256 && frame.file.length <= 1024)
        assert.ok(!frame.file.includes('token=1') && !frame.file.includes('alert(1)</script>,'))
        symbols.source({ name, url, line, column })
      }),
      inputs(1000),
    )
  })

  test('are text in every format, and nothing else', () => {
    fc.assert(
      fc.property(name, name, name, fc.nat(9), (name, url, route, line) => {
        const frame = symbols.frame({ name, url, line, column: 1 })
        const profile = profileOf(frame, route)
        for (const format of exportFormats) {
          const { body, contentType, extension } = formatContent({ profile }, format)
          assert.doesNotMatch(contentType, /html|svg|xml|javascript/)
          assert.match(extension, /^[\w.]+$/)
          if (typeof body === 'string') checkText(format, body)
        }
      }),
      inputs(700),
    )
  })

  function checkText(format: string, body: string): void {
    if (format === 'json' || format === 'cpuprofile' || format === 'speedscope') JSON.parse(body)
    // One stack with a number in each line, whatever stands in the names.
    if (format === 'collapsed') assert.match(body, /^([^\n]+ \d+\n)+$/)
    if (format === 'text') assert.doesNotMatch(body.replaceAll('\n', ''), /[\p{Cc}\p{Cs}]/u)
  }
})

describe('source maps that mean harm', () => {
  const fine = {
    version: 3,
    sources: ['a.ts', '../b.ts'],
    names: ['x'],
    mappings: 'AAAA,CAACA;ACAA',
    file: 'a.js',
  }
  const map = fc.oneof(
    fc.array(fc.tuple(fc.nat(), wild, fc.nat(4)), { maxLength: 4 }).map((changes) => {
      const changed = structuredClone(fine)
      mutate(changed, changes)
      return JSON.stringify(changed)
    }),
    fc.string().map((mappings) => JSON.stringify({ ...fine, mappings })),
    name,
  )

  test('are read, or are none', () => {
    let found = 0
    fc.assert(
      fc.property(map, (map) => {
        if (atOnce(readPositions({ map, url: 'file:///app/a.js' })) !== undefined) found++
      }),
      inputs(1000),
    )
    assert.ok(found > 50, `${found} read`)
  })
})

/** A profile as the plugin makes them, with one function of that name, of a route that the application named. */
function profileOf(frame: Profile['frames'][number], route: string): Profile {
  const root = { name: route, file: '', line: 0, column: 0, kind: 'root' } as const
  return {
    ...{
      version: 1,
      title: route,
      route,
      requests: 1,
      samples: 2,
      ownUs: 2000,
      intervalUs: 1000,
      root: '/app',
    },
    ...{ startedAt: '2026-11-22T10:00:00.000Z', endedAt: '2026-11-22T10:00:01.000Z' },
    frames: [root, frame],
    tree: { parent: [-1, 0, 1], frame: [0, 1, 1], selfUs: [0, 1000, 1000], samples: [0, 1, 1] },
    lines: { node: [1], line: [11], samples: [1], selfUs: [1000] },
  } as unknown as Profile
}
