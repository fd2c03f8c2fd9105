import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hotFunctions } from '../plugin/model/hot.ts'
import type { Frame, Profile } from '../plugin/model/profile.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { atOnce, type Steps } from '../plugin/model/steps.ts'
import { totalSamples, totals } from '../plugin/model/tree.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { addSample, createSampleList, stackOf } from '../plugin/requests/sample-list.ts'
import { stepwise } from '../plugin/steps.ts'
import { measureSteps } from '../plugin/store/measure.ts'
import { mergeSteps } from '../plugin/store/merge.ts'
import type { Stacks } from '../plugin/store/stacks.ts'
import type { Naming } from '../plugin/symbols/naming.ts'
import { createRequests, type Requests } from './records.ts'
import { attributed } from './turns.ts'

/** Names as they are; a `minified_x` is an `x` in the source, 100 lines further down. */
const naming: Naming = {
  frame: ({ name, url, line, column }: RawFrame): Frame => ({
    name: name.replace('minified_', ''),
    file: url.replace('minified_', ''),
    line,
    column,
    kind: 'app',
  }),
  line: (raw, line) => (raw.name === 'unknown' ? 0 : raw.name.startsWith('minified_') ? line + 100 : line),
}

const mergeRecords = (...what: Parameters<typeof mergeSteps>) => atOnce(mergeSteps(...what))

function merge({ stacks }: Requests, ...records: RequestRecord[]): Profile {
  const profile = mergeRecords(records, stacks, naming, { title: 'all', root: '/app', intervalUs: 1000 })
  checkGuarantees(profile)
  return profile
}

/** `outer 2/3ms 1` for self and total time and samples, each level further in. */
function show({ tree, frames }: Profile): string {
  const total = totals(tree)
  const ms = (us: number) => Number((us / 1000).toFixed(1))
  const lines: string[] = []
  const visit = (node: number, depth: number) => {
    const { name } = frames[tree.frame[node]]
    lines.push(
      `${'  '.repeat(depth)}${name} ${ms(tree.selfUs[node])}/${ms(total[node])}ms ${tree.samples[node]}`,
    )
    const children = tree.parent.flatMap((parent, child) => (parent === node ? [child] : []))
    const nameOf = (child: number) => frames[tree.frame[child]].name
    children.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    for (const child of children) visit(child, depth + 1)
  }
  visit(0, 0)
  return lines.join('\n')
}

const text = (lines: string) => lines.trim().replace(/^ {6}/gm, '')

/** All that `plugin/model/profile.ts` promises. */
function checkGuarantees(profile: Profile): void {
  const { tree, frames, lines } = profile
  const nodes = tree.parent.length
  assert.ok(nodes >= 1)
  for (const column of [tree.frame, tree.selfUs, tree.samples]) assert.equal(column.length, nodes)
  assert.equal(tree.parent[0], -1)
  assert.equal(frames[tree.frame[0]].kind, 'root')
  const places = new Set<string>()
  for (let node = 0; node < nodes; node++) {
    if (node > 0) assert.ok(tree.parent[node] >= 0 && tree.parent[node] < node)
    assert.ok(frames[tree.frame[node]] !== undefined)
    assert.ok(tree.selfUs[node] >= 0 && Number.isFinite(tree.selfUs[node]), `${tree.selfUs[node]}`)
    assert.ok(Number.isInteger(tree.samples[node]) && tree.samples[node] >= 0)
    places.add(`${tree.parent[node]} ${tree.frame[node]}`)
  }
  assert.equal(places.size, nodes, 'no two nodes with one parent have one frame')
  assert.equal(new Set(frames.map((frame) => JSON.stringify(frame))).size, frames.length)
  near(totals(tree)[0], profile.ownUs)
  assert.equal(totalSamples(tree)[0], profile.samples)
  assert.equal(lines.line.length, lines.node.length)
  assert.equal(lines.samples.length, lines.node.length)
  assert.equal(new Set(lines.node.map((node, i) => `${node}:${lines.line[i]}`)).size, lines.node.length)
  assert.equal(lines.selfUs.length, lines.node.length)
  const ticks = new Map<number, number>()
  const us = new Map<number, number>()
  for (const [i, node] of lines.node.entries()) {
    assert.ok(lines.line[i] >= 1 && lines.samples[i] >= 1 && node > 0 && node < nodes)
    ticks.set(node, (ticks.get(node) ?? 0) + lines.samples[i])
    us.set(node, (us.get(node) ?? 0) + lines.selfUs[i])
  }
  for (const [node, samples] of ticks) assert.ok(samples <= tree.samples[node])
  for (const [node, selfUs] of us) assert.ok(selfUs <= tree.selfUs[node] * (1 + 1e-9))
  const { route, ...others } = profile
  assert.deepEqual(JSON.parse(JSON.stringify(profile)), route === undefined ? others : profile)
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6 * (1 + expected), `${actual}, not ${expected}`)
}

describe('the merged profile', () => {
  test('has the own time of the clock where the samples were', () => {
    const { requests, request } = attributed(`
      turns   AAAAAAAA
      samples a b b cc
      a = handler;read:3
      b = handler;parse:7
      c = handler:2
    `)
    const profile = merge(requests, request('A'))
    assert.equal(
      show(profile),
      text(`
      all 0/8ms 0
        handler 3/8ms 2
          parse 4/4ms 2
          read 1/1ms 1
    `),
    )
    const { lines, tree, frames } = profile
    assert.deepEqual(
      lines.node.map((node, i) => `${frames[tree.frame[node]].name}:${lines.line[i]} ${lines.samples[i]}`),
      ['read:3 1', 'parse:7 2', 'handler:2 2'],
    )
  })

  test('keeps each level of a recursion, and counts its total once', () => {
    const { requests, request } = attributed(`
      turns   AAAAAA
      samples abcabc
      a = fib
      b = fib;fib
      c = fib;fib;fib
    `)
    const profile = merge(requests, request('A'))
    assert.equal(
      show(profile),
      text(`
      all 0/6ms 0
        fib 2/6ms 2
          fib 2/4ms 2
            fib 2/2ms 2
    `),
    )
    assert.deepEqual(
      hotFunctions(profile).map(({ selfUs, totalUs }) => [selfUs, totalUs]),
      [[6000, 6000]].map((pair) => pair.map((us) => Math.round(us))),
    )
  })

  test('has one node for what has one name and place in the source, lines apart', () => {
    const { requests, request } = attributed(`
      turns   AAAAAA
      samples abcdef
      a = f;minified_g:1
      b = f;g:1
      c = minified_f;g:101
      d = f;g
      e = f;unknown:5
      f = minified_f;minified_g:1
    `)
    const profile = merge(requests, request('A'))
    assert.equal(
      show(profile),
      text(`
      all 0/6ms 0
        f 0/6ms 0
          g 5/5ms 5
          unknown 1/1ms 1
    `),
    )
    assert.deepEqual(profile.lines, { node: [2, 2], line: [101, 1], samples: [3, 1], selfUs: [3000, 1000] })
  })

  test('shows the time in which V8 did not sample as such, and shares it over no function', () => {
    const requests = createRequests()
    const record = requests.record({
      ownUs: 4000,
      afterUs: 1000,
      weighedUs: 0,
      unweighedUs: 2000,
      unsampledUs: 3000,
    })
    record.endUs = record.startUs + 9000
    const [f, g] = ['f', 'g'].map((name) => ({ name, url: 'a.js', line: 1, column: 1 }))
    sample(requests, record, f)
    sample(requests, record, g)
    const expected = text(`
      all 0/5ms 0
        (not sampled) 3/3ms 0
        f 1/1ms 1
        g 1/1ms 1
    `)
    assert.equal(show(merge(requests, record)), expected)
    const { spread } = atOnce(
      measureSteps([record, record], requests.stacks, naming, {
        title: 'all',
        root: '/app',
        intervalUs: 1000,
      }),
    )
    assert.ok(spread.self.every((variance) => variance < 1e-6))
  })

  test('tells functions apart that only look alike when their parts are written in a row', () => {
    const requests = createRequests()
    const record = requests.record({ ownUs: 4000, weighedUs: 0, unweighedUs: 4000 })
    record.endUs = record.startUs + 9000
    sample(requests, record, { name: 'f:x', url: 'y.js', line: 1, column: 1 })
    sample(requests, record, { name: 'f', url: 'x:y.js', line: 1, column: 1 })
    sample(requests, record, { name: 'f', url: ':xy.js', line: 1, column: 1 })
    assert.equal(merge(requests, record).frames.length, 4)
  })

  test('tells functions of one name apart that begin in the same line', () => {
    const requests = createRequests()
    const record = requests.record({ ownUs: 4000, weighedUs: 0, unweighedUs: 4000 })
    record.endUs = record.startUs + 9000
    for (const column of [3, 40, 3]) sample(requests, record, { name: '', url: 'min.js', line: 1, column })
    const { frames, tree } = merge(requests, record)
    assert.deepEqual(
      frames.map(({ column }) => column),
      [0, 3, 40],
    )
    assert.deepEqual(tree.samples, [0, 2, 1])
  })

  test('tells lines of neighbouring nodes apart, however long the files', () => {
    const { requests, request } = attributed(`
      turns   AAAA
      samples abcc
      a = f:2049
      b = g:1025
      c = h:1
    `)
    const { lines, tree, frames } = merge(requests, request('A'))
    assert.deepEqual(
      lines.node.map((node, i) => `${frames[tree.frame[node]].name}:${lines.line[i]} ${lines.samples[i]}`),
      ['f:2049 1', 'g:1025 1', 'h:1 2'],
    )
  })

  test('keeps a sample that stands for almost nothing where it was', () => {
    const requests = createRequests()
    const record = requests.record({ ownUs: 4000, weighedUs: 4000, unweighedUs: 0 })
    record.endUs = record.startUs + 9000
    sample(requests, record, { name: 'a', url: 'x.js', line: 1, column: 1 }, 1)
    sample(requests, record, { name: 'b', url: 'x.js', line: 2, column: 1 }, 4000)
    const { frames, tree } = merge(requests, record)
    assert.deepEqual(
      tree.frame.map((frame) => frames[frame].name),
      ['all', 'a', 'b'],
    )
    assert.ok(tree.selfUs[1] > 0 && tree.selfUs[1] < 40, `${tree.selfUs[1]} µs`)
  })

  test('is measured with the CPU after the responses, and by percentiles of the wall times', () => {
    const requests = createRequests()
    const records = Array.from({ length: 100 }, (_, i) => {
      const record = requests.record({ startUs: 0, ownUs: 4000, afterUs: i % 2 === 0 ? 0 : 2000 })
      return Object.assign(record, { endUs: (i + 1) * 1000 })
    })
    const options = { title: 'all', root: '/app', intervalUs: 1000 }
    const { spread, latency } = atOnce(measureSteps(records, requests.stacks, naming, options))
    assert.ok(Math.abs(spread.own - 100 / 99) < 1e-9, `${spread.own}`)
    assert.deepEqual(latency, { p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100, meanMs: 50.5 })
  })

  test('of several requests adds up their times, wherever they overlapped', () => {
    const { requests, request } = attributed(`
      turns   AABBAABBBB..A
      samples abbbaabbbbcca
      ends          A    B
    `)
    const profile = merge(requests, request('A'), request('B'))
    assert.equal(
      show(profile),
      text(`
      all 0/11ms 0
        a 4/4ms 4
        b 7/7ms 7
    `),
    )
    assert.equal(profile.requests, 2)
    assert.equal(profile.route, undefined)
    assert.equal(merge(requests, request('A')).route, 'GET /a')
  })

  test('shares the time of short turns by their samples, each the same', () => {
    const { requests, request } = attributed(`
      turns   A-A-A-A-AAAA
      samples a b     cccc
    `)
    assert.equal(
      show(merge(requests, request('A'))),
      text(`
      all 0/8ms 0
        a 2/2ms 1
        b 2/2ms 1
        c 4/4ms 4
    `),
    )
  })

  test('gives the time of a turn that was not sampled to what was', () => {
    const { requests, request } = attributed(`
      turns   AAAA-AAAA
      samples aaab
    `)
    assert.equal(
      show(merge(requests, request('A'))),
      text(`
      all 0/8ms 0
        a 6/6ms 3
        b 2/2ms 1
    `),
    )
  })

  test('without any sample says so', () => {
    const { requests, request } = attributed('turns   AAAA')
    assert.equal(
      show(merge(requests, request('A'))),
      text(`
      all 0/4ms 0
        (not sampled) 4/4ms 0
    `),
    )
  })

  test('of nothing is a root', () => {
    const requests = createRequests()
    const idle = requests.record()
    idle.endUs = idle.startUs
    for (const profile of [merge(requests), merge(requests, idle)]) {
      assert.deepEqual(profile.tree, { parent: [-1], frame: [0], selfUs: [0], samples: [0] })
    }
    assert.equal(merge(requests).startedAt, '')
    assert.equal(merge(requests).endedAt, '')
  })

  test('has numbers also where the samples fell into collections and no own time is left', () => {
    const requests = createRequests()
    for (const ownUs of [0, 400]) {
      const record = requests.record({ ownUs })
      record.endUs = record.startUs + 5000
      sample(requests, record, { name: 'f', url: 'f.js', line: 1, column: 1 })
      sample(requests, record, { name: 'g', url: 'g.js', line: 1, column: 1 })
      assert.equal(
        show(merge(requests, record)).split('\n')[1].trim(),
        `f ${ownUs / 2000}/${ownUs / 2000}ms 1`,
      )
    }
  })

  test('lasts from the start of the first request to the end of the last', () => {
    const requests = createRequests()
    const at = (startUs: number, wallUs: number) => requests.record({ startUs, endUs: startUs + wallUs })
    const profile = merge(requests, at(5e6, 1e6), at(2e6, 9e6), at(7e6, 1e6))
    assert.equal(profile.startedAt, '2026-11-22T10:00:02.000Z')
    assert.equal(profile.endedAt, '2026-11-22T10:00:11.000Z')
  })
})

function sample({ stacks }: Requests, record: RequestRecord, frame: RawFrame, weightUs = 0): void {
  const node = stacks.node(0, stacks.site(frame, 0))
  stacks.hold(node)
  record.samples ??= createSampleList()
  addSample(record.samples, node, 0, weightUs)
}

const row = (letters: string) => fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 60 })
const drawn = fc.record({
  turns: row('AABBCC.-'),
  gc: row('      #'),
  samples: row('abcdef  ?#'),
  ends: fc.nat(80),
})
const legend = `
  a = f;g:1
  b = minified_f;g:2
  c = f;f;minified_g
  d = own_x;f:3
  e = g;unknown:1
  f = minified_f
`

test('whatever was recorded, its times add up and all that is promised of a tree holds', () => {
  fc.assert(
    fc.property(drawn, fc.subarray(['A', 'B', 'C']), ({ turns, gc, samples, ends }, letters) => {
      const { requests, request } = attributed(`
        turns   ${turns.join('')}
        gc      ${gc.join('')}
        samples ${samples.join('')}
        ends    ${' '.repeat(ends)}A
        ${legend}
      `)
      const records = letters.map(request)
      for (const record of records) if (record.endUs < 0) record.endUs = record.startUs + turns.length * 1000
      const profile = merge(requests, ...records)
      near(
        profile.ownUs,
        records.reduce((sum, { ownUs, afterUs }) => sum + ownUs + afterUs, 0),
      )
      const reversed = merge(requests, ...[...records].reverse())
      assert.deepEqual(sorted(reversed), sorted(profile), 'the order of requests does not matter')
      for (const { samples: list } of ['A', 'B', 'C'].map(request)) {
        for (let i = 0; i < (list?.length ?? 0); i++) requests.stacks.release(stackOf(list!, i))
      }
      assert.equal(requests.stacks.size(), 0)
    }),
    { numRuns: 300 },
  )
})

/** A tree without the order of its nodes. */
function sorted({ tree, frames }: Profile): string[] {
  const paths: string[] = []
  for (let node = 0; node < tree.parent.length; node++) {
    const above = node === 0 ? '' : paths[tree.parent[node]]
    paths.push(`${above};${frames[tree.frame[node]].name}`)
  }
  return paths.map((path, node) => `${path} ${tree.selfUs[node].toFixed(3)} ${tree.samples[node]}`).sort()
}

describe('a merge in steps', () => {
  const options = { title: 'all', root: '/app', intervalUs: 1000 }
  const phases = [
    { name: 'preHandler', includes: [], startUs: 0, endUs: 700, ownUs: 300_000 },
    { name: 'handler', includes: [], startUs: 700, endUs: 2000, ownUs: 700_000 },
  ] as const
  const phasesOf = ({ marks }: RequestRecord) => (marks.length === 0 ? [] : phases)
  type Work = (records: readonly RequestRecord[], stacks: Stacks) => Steps<unknown>
  const works: Record<string, Work> = {
    'a merge': (records, stacks) => mergeSteps(records, stacks, naming, options),
    'by phase': (records, stacks) => mergeSteps(records, stacks, naming, { ...options, phasesOf }),
    'across requests': (records, stacks) => mergeSteps(records, stacks, naming, { ...options, across: true }),
    'a measure': (records, stacks) => measureSteps(records, stacks, naming, options),
  }
  for (const [what, work] of Object.entries(works)) {
    test(`${what}: the same when requests go on, or are let go, and others take their place`, () => {
      const requests = createRequests()
      const { stacks } = requests
      const place = (name: string) => stacks.site({ name, url: 'app.js', line: 1, column: 1 }, 0)
      const sample = (record: RequestRecord, i: number) => {
        const stack = stacks.node(stacks.node(0, place(`outer ${i % 7}`)), place(`inner ${i}`))
        stacks.hold(stack)
        addSample(record.samples!, stack, i, 0)
      }
      const records = Array.from({ length: 3 }, () => {
        const record = requests.record({ ownUs: 1_000_000, unweighedUs: 1_000_000, endUs: 5_000_000 })
        record.samples = createSampleList()
        record.addMark(1)
        return record
      })
      for (let i = 0; i < 6000; i++) sample(records[i % 3], i)
      const whole = atOnce(work(records, stacks))

      const steps = work(records, stacks)
      assert.equal(steps.next().done, false)
      for (let i = 0; i < 3000; i++) sample(records[0], i)
      for (const record of records) {
        const { samples } = record
        record.clearMarks()
        Object.assign(record, { samples: undefined, ownUs: 1, unweighedUs: 0, endUs: 0 })
        for (let i = 0; i < samples!.length; i++) stacks.release(stackOf(samples!, i))
      }
      for (let i = 0; i < 9000; i++) stacks.hold(stacks.node(0, place(`other ${i}`)))
      assert.deepEqual(atOnce(steps), whole)
      assert.equal(stacks.size(), 9000, 'nothing of it is held any more')
    })
  }

  test('lets others have their turn', async () => {
    let others = false
    setImmediate(() => (others = true))
    function* untilThen() {
      while (!others) yield
      return 'done'
    }
    assert.equal(await stepwise(untilThen()), 'done')
  })
})

describe('functions across the requests', () => {
  const options = { title: 'all', root: '/app', intervalUs: 1000, across: true }
  const drawn = fc.array(
    fc.array(fc.record({ outer: fc.nat(2), inner: fc.nat(3), weight: fc.nat(2) }), {
      minLength: 1,
      maxLength: 9,
    }),
    { minLength: 1, maxLength: 60 },
  )

  /** A record for each list; `outer` calls `inner`, or itself. */
  function recordsOf(
    requests: Requests,
    lists: readonly { outer: number; inner: number; weight: number }[][],
  ) {
    const { stacks } = requests
    const place = (n: number) => stacks.site({ name: `f${n}`, url: 'app.js', line: n + 1, column: 1 }, 0)
    return lists.map((list, i) => {
      const record = requests.record({ startUs: i * 1000, ownUs: 1000, weighedUs: 700, unweighedUs: 300 })
      record.samples = createSampleList()
      for (const { outer, inner, weight } of list) {
        const stack = stacks.node(stacks.node(0, place(outer)), place(inner))
        stacks.hold(stack)
        addSample(record.samples, stack, 0, weight * 1000)
      }
      return record
    })
  }

  test('add up to what each took, recursion counted once, and each request is in one part', () => {
    fc.assert(
      fc.property(drawn, (lists) => {
        const requests = createRequests()
        const { across, ...profile } = mergeRecords(
          recordsOf(requests, lists),
          requests.stacks,
          naming,
          options,
        )
        if (lists.length === 1) return assert.equal(across, undefined)
        assert.ok(across !== undefined && across.requests.length <= 24)
        assert.equal(
          across.requests.reduce((a, b) => a + b, 0),
          lists.length,
        )
        for (const { frame, totalUs } of hotFunctions(profile)) {
          const means = across.totalUs[across.frame.indexOf(frame)]
          const sum = across.requests.reduce((all, count, part) => all + count * (means?.[part] ?? 0), 0)
          const least = means === undefined ? profile.ownUs * 0.002 : 0
          assert.ok(Math.abs(sum - totalUs) <= lists.length + least, `${sum} is not ${totalUs}`)
        }
      }),
    )
  })

  test('stand in the order in which the requests began, whatever the order in which they ended', () => {
    const requests = createRequests()
    const lists = Array.from({ length: 48 }, (_, i) => [{ outer: i < 24 ? 0 : 1, inner: 2, weight: 1 }])
    const records = recordsOf(requests, lists).reverse()
    const { across, frames } = mergeRecords(records, requests.stacks, naming, options)
    assert.deepEqual(across?.requests, new Array(24).fill(2))
    const shape = (name: string) =>
      across?.totalUs[across.frame.findIndex((frame) => frames[frame].name === name)].map((us) => us > 0)
    assert.deepEqual(shape('f0'), [...new Array(12).fill(true), ...new Array(12).fill(false)])
    assert.deepEqual(shape('f1'), [...new Array(12).fill(false), ...new Array(12).fill(true)])
  })

  test('are there by phase too, and not unless asked for', () => {
    const requests = createRequests()
    const records = recordsOf(
      requests,
      [1, 2, 3].map((n) => [{ outer: 0, inner: n % 3, weight: 1 }]),
    )
    const plain = mergeRecords(records, requests.stacks, naming, options)
    const phasesOf = () => [{ name: 'handler', includes: [], startUs: 0, endUs: 1e6, ownUs: 1000 } as never]
    const byPhase = mergeRecords(records, requests.stacks, naming, { ...options, phasesOf })
    const named = ({ across, frames }: Profile) =>
      across?.frame.map((frame, i) => `${frames[frame].name} ${across.totalUs[i]}`).sort()
    assert.deepEqual(named(byPhase), named(plain))
    assert.equal(
      mergeRecords(records, requests.stacks, naming, { ...options, across: false }).across,
      undefined,
    )
  })
})
