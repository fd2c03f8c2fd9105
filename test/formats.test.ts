import assert from 'node:assert/strict'
import { Session } from 'node:inspector'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { collapsedSteps } from '../plugin/formats/collapsed.ts'
import { cpuProfileSteps } from '../plugin/formats/cpuprofile.ts'
import { fileName, fileNameParameters } from '../plugin/formats/file-name.ts'
import { formatContent, formatStepwise } from '../plugin/formats/index.ts'
import { jsonSteps } from '../plugin/formats/json.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { readSegment } from '../plugin/sampler/read-segment.ts'
import { stepwise } from '../plugin/steps.ts'
import { createSymbols } from '../plugin/symbols/index.ts'
import { drawnStacks, profileOf } from './pictures.ts'

const toCollapsed = (profile: Profile) => atOnce(collapsedSteps(profile))
const toCpuProfile = (profile: Profile) => atOnce(cpuProfileSteps(profile))

const picture = `
  main@src/main.ts:3;fib@src/fib.ts:12;fib@src/fib.ts:12 3 4ms 12:2 13:1
  main@src/main.ts:3;read@node:fs:40 2
  main@src/main.ts:3;x@node_modules/@a/b/c d#1.js:7 1
  parse@ 1
  (garbage collector) 2
`

describe('every format', () => {
  it('has a type, an extension and a body, for an empty profile too', () => {
    for (const profile of [profileOf(picture), emptyProfile('GET /')]) {
      for (const format of exportFormats) {
        const { body, contentType, extension } = formatContent({ profile }, format)
        const types =
          typeof body === 'string'
            ? /^(application\/json|text\/(plain|markdown)); charset=utf-8$/
            : /octet-stream/
        assert.match(contentType, types)
        assert.match(extension, /^[a-z.]+$/)
        if (contentType.startsWith('application/json')) JSON.parse(body as string)
      }
    }
  })

  it('changes nothing of the profile', () => {
    const profile = profileOf(picture)
    const before = structuredClone(profile)
    for (const format of exportFormats) formatContent({ profile }, format)
    assert.deepEqual(profile, before)
  })

  it('json is the profile as it is', () => {
    const profile = profileOf('</script>\u2028 1')
    assert.deepEqual(JSON.parse(formatContent({ profile }, 'json').body as string), profile)
  })

  it('is refused when it is none, with those that there are', () => {
    for (const format of ['pdf', 'constructor', '__proto__', '', null, undefined, ['json'], {}]) {
      assert.throws(() => formatContent({ profile: profileOf(picture) }, format as never), {
        code: 'FST_PROFILER_BAD_PARAMETER',
        message: /allowed: json, cpuprofile, pprof, speedscope, collapsed, text/,
      })
    }
  })

  it('in slices is the same', async () => {
    for (const profile of [profileOf(picture), emptyProfile('GET /')]) {
      for (const format of exportFormats) {
        assert.deepEqual(await formatStepwise({ profile }, format), formatContent({ profile }, format))
      }
    }
    fc.assert(
      fc.property(
        fc.json().map((text) => JSON.parse(text)),
        (value) => {
          assert.equal(atOnce(jsonSteps(value)), JSON.stringify(value))
        },
      ),
    )
    const long = Array.from({ length: 10_000 }, (_, i) => i / 7)
    assert.equal(await stepwise(jsonSteps({ long, none: undefined })), JSON.stringify({ long }))
  })

  it('json is made in small steps, however deep the long lists are', () => {
    const lists = Array.from({ length: 10_000 }, (_, i) => [i])
    const value = { profiles: [{ lists }, undefined] }
    const steps = jsonSteps(value)
    let taken = 0
    for (let step = steps.next(); ; step = steps.next(), taken++) {
      if (!step.done) continue
      assert.equal(step.value, JSON.stringify(value))
      break
    }
    assert.ok(taken >= lists.length / 128, `${taken} steps`)
  })

  it('text is the stats table, ended', () => {
    assert.match(
      formatContent({ profile: profileOf(picture) }, 'text').body as string,
      /^GET \/picture\n.*\n$/s,
    )
  })
})

describe('fileName', () => {
  const named = (overrides: Partial<Profile>) => fileName(profileOf('a 1', overrides), 'cpuprofile')

  it('names route and time', () => {
    assert.equal(named({ route: 'GET /users/:id' }), 'profile-GET-users-id-2026-11-22T10-00-00.cpuprofile')
  })

  it('tells routes without a letter of ASCII apart, in the way of RFC 6266', () => {
    const name = named({ route: 'GET /日本', startedAt: '' })
    assert.equal(name, 'profile-GET-日本.cpuprofile')
    assert.equal(
      fileNameParameters(name),
      `filename="profile-GET-_.cpuprofile"; filename*=UTF-8''profile-GET-%E6%97%A5%E6%9C%AC.cpuprofile`,
    )
    assert.equal(fileNameParameters('profile-GET-a.cpuprofile'), 'filename="profile-GET-a.cpuprofile"')
    assert.equal(named({ route: 'GET /*', startedAt: '' }), 'profile-GET-wildcard.cpuprofile')
  })

  it('falls back to the title, and does without a time', () => {
    assert.equal(
      named({ route: undefined, title: 'all routes' }),
      'profile-all-routes-2026-11-22T10-00-00.cpuprofile',
    )
    assert.equal(named({ route: '/', startedAt: '' }), 'profile-all.cpuprofile')
    assert.equal(named({ route: '/../..a', startedAt: '' }), 'profile-a.cpuprofile')
  })

  it('is cut by bytes, which is what file systems limit, and not within a letter', () => {
    const name = named({ route: `GET /${'日'.repeat(200)}`, startedAt: '' })
    assert.equal(name, `profile-GET-${'日'.repeat(32)}.cpuprofile`)
  })

  it('is safe in a header and on every file system, whatever the route', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 300 }), (points) => {
        const name = named({ route: String.fromCodePoint(...points) })
        assert.match(name, /^profile-[\p{L}\p{M}\p{N}._-]+\.cpuprofile$/u)
        assert.ok(Buffer.byteLength(name) < 200 && !name.includes('..'))
        assert.match(
          fileNameParameters(name),
          /^filename="profile-[\w.-]+\.cpuprofile"(; filename\*=UTF-8''[\w.%~!'()*-]+)?$/,
        )
      }),
    )
  })
})

describe('collapsed', () => {
  it('has a line per stack, callers first, microseconds', () => {
    assert.equal(
      toCollapsed(profileOf(picture)),
      [
        'main (src/main.ts:3);fib (src/fib.ts:12);fib (src/fib.ts:12) 4000',
        'main (src/main.ts:3);read (node:fs:40) 2000',
        'main (src/main.ts:3);x (node_modules/@a/b/c d#1.js:7) 1000',
        'parse 1000',
        '(garbage collector) 2000',
        '',
      ].join('\n'),
    )
  })

  it('escapes what the format needs, and keeps functions apart that then look alike', () => {
    const profile = profileOf('a 1\nb 2\nc 4\nd 8')
    const frames = ['x;y\n z', 'x,y z', 'x,y\tz', 'RegExp: a v 2'].map((name, i) => ({
      ...profile.frames[i + 1],
      name,
      file: '',
    }))
    assert.equal(
      toCollapsed({ ...profile, frames: [profile.frames[0], ...frames] }),
      'x,y z 1000\nx,y z #2 2000\nx,y z #3 4000\n(RegExp: a v 2) 8000\n',
    )
  })

  it('takes no longer for each of many functions that look alike', (t) => {
    const [root, ...rest] = profileOf('a 1').frames
    const functions = Array.from({ length: 20_000 }, (_, column) => ({ ...rest[0], column }))
    const parent = [-1, ...functions.map(() => 0)]
    const ones = parent.map(() => 1)
    const tree = { parent, frame: [...parent.keys()], selfUs: ones, samples: ones }
    let lookups = 0
    const { has } = Set.prototype
    t.mock.method(Set.prototype, 'has', function (this: Set<unknown>, value: unknown) {
      lookups++
      return has.call(this, value)
    })
    const text = toCollapsed({ ...profileOf('a 1'), frames: [root, ...functions], tree })
    assert.equal(new Set(text.trim().split('\n')).size, 20_001)
    assert.ok(lookups < 3 * functions.length, `${lookups} lookups`)
  })

  it('has whole numbers that add up', () => {
    const profile = profileOf('a 1\nb 1\nc 1')
    const thirds = {
      ...profile,
      ownUs: 100,
      tree: { ...profile.tree, selfUs: [0, 100 / 3, 100 / 3, 100 / 3] },
    }
    assert.deepEqual(toCollapsed(thirds).match(/\d+$/gm), ['33', '34', '33'])
    const times = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(times, (selfUs) => {
        const ownUs = selfUs.reduce((a, b) => a + b, 0)
        const text = toCollapsed({ ...profile, ownUs, tree: { ...profile.tree, selfUs: [0, ...selfUs] } })
        const sum = (text.match(/\d+$/gm) ?? []).reduce((a, b) => a + Number(b), 0)
        assert.equal(sum, Math.round(ownUs))
      }),
    )
  })

  it('shows the root only where it has time of its own', () => {
    const profile = profileOf('a 2')
    const tree = { ...profile.tree, selfUs: [500, 2000] }
    assert.equal(toCollapsed({ ...profile, ownUs: 2500, tree }), 'GET /picture 500\na (app.ts:1) 2000\n')
    assert.equal(toCollapsed(emptyProfile('GET /')), '')
  })
})

describe('cpuprofile', () => {
  it('has 0-based positions, 1-based ticks, absolute URLs, and -1 where there is no position', () => {
    const { nodes } = toCpuProfile(profileOf(picture))
    assert.deepEqual(nodes[0].callFrame, {
      functionName: '(root)',
      scriptId: '0',
      url: '',
      lineNumber: -1,
      columnNumber: -1,
    })
    const fib = nodes.filter((node) => node.callFrame.functionName === 'fib').at(-1)
    assert.deepEqual(fib, {
      id: 4,
      callFrame: {
        functionName: 'fib',
        scriptId: '2',
        url: 'file:///app/src/fib.ts',
        lineNumber: 11,
        columnNumber: 0,
      },
      hitCount: 3,
      positionTicks: [
        { line: 12, ticks: 2 },
        { line: 13, ticks: 1 },
      ],
    })
    const urls = nodes.map((node) => node.callFrame.url)
    assert.ok(urls.includes('node:fs'))
    assert.ok(urls.includes('file:///app/node_modules/@a/b/c%20d%231.js'))
  })

  it('finds files outside the root, on other drives, and scripts that are no files', () => {
    const urlOf = (file: string, root: string) =>
      toCpuProfile(profileOf(`f@${file}:1 1`, { root })).nodes[1].callFrame.url
    assert.equal(urlOf('../lib/x.ts', '/srv/app'), 'file:///srv/lib/x.ts')
    assert.equal(urlOf('src/x.ts', 'C:\\srv\\app'), 'file:///C:/srv/app/src/x.ts')
    assert.equal(urlOf('D:/lib/x.ts', 'C:\\srv\\app'), 'file:///D:/lib/x.ts')
    assert.equal(urlOf('evalmachine.<anonymous>', '/srv'), 'evalmachine.<anonymous>')
    assert.equal(urlOf('wasm://wasm/0a1b', '/srv'), 'wasm://wasm/0a1b')
    for (const file of ['[eval]', '[eval1]', '[eval]-wrapper', '[stdin]'])
      assert.equal(urlOf(file, '/srv'), file)
    assert.equal(urlOf('[id].ts', '/srv'), 'file:///srv/%5Bid%5D.ts')
    assert.equal(urlOf('[eval]/page.ts', '/srv'), 'file:///srv/%5Beval%5D/page.ts')
    assert.equal(urlOf('evalmachine.ts', '/srv'), 'file:///srv/evalmachine.ts')
  })

  it('has the form of what V8 writes', () => {
    const real = record()
    const ours = toCpuProfile(profileOf(picture))
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(real).sort())
    const keys = (nodes: readonly object[]) => new Set(nodes.flatMap((node) => Object.keys(node)))
    assert.deepEqual(keys(ours.nodes), keys(real.nodes))
    assert.deepEqual(Object.keys(ours.nodes[0].callFrame).sort(), Object.keys(real.nodes[0].callFrame).sort())
    assert.equal(ours.samples.length, ours.timeDeltas.length)
    for (const number of [...ours.timeDeltas, ours.startTime, ours.endTime])
      assert.ok(Number.isInteger(number))
  })

  it('lasts as long as the own time, node by node', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.double({ min: 0.001, max: 10, noNaN: true }), (stacks, scale) => {
        const drawn = profileOf(stacks)
        const selfUs = drawn.tree.selfUs.map((us) => us * scale)
        const profile = { ...drawn, ownUs: drawn.ownUs * scale, tree: { ...drawn.tree, selfUs } }
        const { samples, timeDeltas, endTime } = toCpuProfile(profile)
        const lasted = selfUs.map(() => 0)
        samples.slice(0, -1).forEach((id, i) => {
          lasted[id - 1] += timeDeltas[i + 1]
        })
        for (const [node, us] of lasted.entries()) assert.ok(Math.abs(us - selfUs[node]) <= 1)
        assert.equal(endTime, Math.round(profile.ownUs))
      }),
    )
  })

  it('comes back the same through the reader of the samplers', () => {
    const span = { beforeStartUs: 0, startUs: 0, endUs: 1e15 }
    const symbols = createSymbols('/app', [])
    const names = (profile: Profile) =>
      stackTable(profile, (node) => profile.frames[profile.tree.frame[node]])
    fc.assert(
      fc.property(drawnStacks(), (stacks) => {
        const profile = profileOf(`${picture}\n${stacks}\nz;y;z@lib/(anonymous).ts:4 2 5:1 6:1`)
        const { frames, nodes, samples } = atOnce(readSegment(toCpuProfile(profile), 'file', span))
        const tree = {
          parent: [...nodes.parent],
          frame: [...nodes.frame],
          selfUs: [],
          samples: [] as number[],
        }
        for (let i = 0; i < tree.parent.length; i++) tree.samples.push(0)
        const ticks = new Map<string, number>()
        samples.node.forEach((node, i) => {
          tree.samples[node]++
          const key = `${node}:${samples.line[i]}`
          if (samples.line[i] > 0) ticks.set(key, (ticks.get(key) ?? 0) + 1)
        })
        const lines = [...ticks].map(([key, count]) => [...key.split(':').map(Number), count])
        const again: Profile = {
          ...profile,
          frames: frames.map((raw) => symbols.frame(raw)),
          tree,
          lines: {
            node: lines.map((l) => l[0]),
            line: lines.map((l) => l[1]),
            samples: lines.map((l) => l[2]),
            selfUs: lines.map(() => 0),
          },
        }
        const root = again.tree.parent.indexOf(-1)
        const first = { ...again.frames[again.tree.frame[root]], name: profile.title }
        const renamed = again.frames.map((frame, i) => (i === again.tree.frame[root] ? first : frame))
        assert.deepEqual(names({ ...again, frames: renamed }), names(profile))
      }),
      { numRuns: 30 },
    )
  })

  it('is a sample for time without any, and the end alone for nothing', () => {
    const unsampled = toCpuProfile(profileOf('(not sampled) 0 7ms'))
    assert.deepEqual(unsampled.samples, [2, 1])
    assert.deepEqual(unsampled.timeDeltas, [0, 7000])
    const nothing = toCpuProfile(emptyProfile('GET /'))
    assert.deepEqual(nothing.samples, [1])
    assert.deepEqual(nothing.timeDeltas, [0])
    assert.equal(nothing.nodes.length, 1)
  })
})

/** Samples and lines by stack, functions written out: what is left when numbering and order are not. */
function stackTable({ tree, lines }: Profile, frame: (node: number) => object): Record<string, unknown> {
  const paths: string[] = []
  const table: Record<string, unknown> = {}
  tree.parent.forEach((parent, node) => {
    paths[node] = `${parent < 0 ? '' : paths[parent]}\n${JSON.stringify(frame(node))}`
    const ticks = lines.node.flatMap((at, i) => (at === node ? [`${lines.line[i]}:${lines.samples[i]}`] : []))
    table[paths[node]] = [tree.samples[node], ...ticks.sort()]
  })
  return table
}

/** A profile of this process as V8 writes it. */
function record(): { nodes: { callFrame: object }[]; samples: number[] } {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 100 })
  session.post('Profiler.start')
  const end = performance.now() + 50
  while (performance.now() < end) JSON.parse('[1,2,3]')
  let result: unknown
  session.post('Profiler.stop', (_error, { profile }) => {
    result = profile
  })
  session.disconnect()
  return result as { nodes: { callFrame: object }[]; samples: number[] }
}
