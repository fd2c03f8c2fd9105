import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { addUp } from '../dashboard/model/add-up.ts'
import { culpritRows, culpritTitle, filterCulprits } from '../dashboard/model/culprits.ts'
import { filterRoutes } from '../dashboard/model/filter.ts'
import { nearestOf, walkLanes } from '../dashboard/model/lane-walk.ts'
import { packLanes } from '../dashboard/model/lanes.ts'
import { notDueMs } from '../dashboard/model/not-due.ts'
import { roundedText } from '../dashboard/model/rounded.ts'
import {
  afterOfRoute,
  exceedsWall,
  ownText,
  splitMs,
  splitOfRoute,
  splitParts,
  splitText,
} from '../dashboard/model/split.ts'
import { stretches } from '../dashboard/model/stretches.ts'
import { ticks } from '../dashboard/model/ticks.ts'
import { timeLine } from '../dashboard/model/time-line.ts'
import { waitFacts, waitName } from '../dashboard/model/waits.ts'
import { holderOf } from '../plugin/model/names.ts'
import type { RequestDetail, Slice } from '../plugin/model/wire/requests.ts'
import type { Wait } from '../plugin/model/wire/waits.ts'
import { onlyBlocked } from './fake-blame.ts'
import { emptyRoute, frameOf } from './fake-data.ts'

const time = fc.integer({ min: 0, max: 100_000 })
const spell = fc.tuple(time, time).map(([startUs, us]) => ({ startUs, endUs: startUs + us }))

describe('time held by others before a timer was due', () => {
  const slices = (text: string): Slice[] =>
    [...text].map((sign, i) => ({
      startUs: i * 10_000,
      endUs: (i + 1) * 10_000,
      kind: sign === 'o' ? 'own' : sign === 'b' ? 'blocked' : 'waiting',
    }))
  const wait = (kind: Wait['kind'], target: string, startUs: number, endUs: number): Wait => ({
    ...{ kind, target, startUs, endUs },
  })

  test('is what the request would have waited anyway', () => {
    const timer = wait('timer', '20 ms', 10_000, 40_000)
    assert.equal(notDueMs({ slices: slices('obbbo'), waits: [timer] }), 20)
    assert.equal(notDueMs({ slices: slices('owbbo'), waits: [timer] }), 10)
    assert.equal(notDueMs({ slices: slices('owwbo'), waits: [timer] }), 0)
  })

  test('ends with the first of several timers, and is counted from the turn before', () => {
    const waits = [wait('timer', '10 ms', 10_000, 40_000), wait('timer', '20 ms', 10_000, 40_000)]
    assert.equal(notDueMs({ slices: slices('obbbo'), waits }), 10)
    assert.equal(notDueMs({ slices: slices('oobbo'), waits: waits.slice(1) }), 10)
  })

  test('counts in each gap, but not where something else was waited for as well', () => {
    const waits = [wait('timer', '5 ms', 10_000, 30_000), wait('timer', '15 ms', 30_000, 60_000)]
    assert.equal(notDueMs({ slices: slices('obbobbo'), waits }), 10)
    const file = wait('file', '', 40_000, 60_000)
    assert.equal(notDueMs({ slices: slices('obbobbo'), waits: [...waits, file] }), 5)
    assert.equal(notDueMs({ slices: slices('obbo'), waits: [] }), 0)
  })
})

describe('lanes', () => {
  test('hold what does not overlap, in as few as that takes', () => {
    const spells = drawn(['aaa  ddd', ' bbbb   ', '   cc   '])
    assert.deepEqual(packLanes(spells, 100).map(names), ['acd', 'b'])
  })

  test('cut at both ends, and leave out what came after', () => {
    const spells = [
      { startUs: -5, endUs: 3 },
      { startUs: 8, endUs: 20 },
      { startUs: 10, endUs: 12 },
    ]
    assert.deepEqual(packLanes(spells, 10), [
      [
        { startUs: 0, endUs: 3 },
        { startUs: 8, endUs: 10 },
      ],
    ])
  })

  test('leave room for what is drawn wider than it is', () => {
    const spells = drawn(['ab'])
    assert.equal(packLanes(spells, 100).length, 1)
    assert.equal(packLanes(spells, 100, 2).length, 2)
  })

  test('never overlap, lose nothing, and are no more than overlap at one moment', () => {
    fc.assert(
      fc.property(fc.array(spell, { maxLength: 40 }), (spells) => {
        const lanes = packLanes(spells, 1e9)
        assert.equal(lanes.flat().length, spells.length)
        for (const lane of lanes) {
          for (let i = 1; i < lane.length; i++) assert.ok(lane[i].startUs >= lane[i - 1].endUs)
        }
        const atOnce = (us: number) => spells.filter((one) => one.startUs <= us && us < one.endUs).length
        const most = Math.max(0, ...spells.map(({ startUs }) => atOnce(startUs)))
        // A spell of no length needs a lane too, where all others are taken.
        if (spells.every(({ startUs, endUs }) => endUs > startUs)) assert.equal(lanes.length, most)
      }),
    )
  })
})

describe('ticks', () => {
  const labels = (endUs: number, most: number) => ticks(endUs, most).map(({ label }) => label)

  test('are round, and in one unit', () => {
    assert.deepEqual(labels(115_000, 6), ['0', '20 ms', '40 ms', '60 ms', '80 ms', '100 ms'])
    assert.deepEqual(labels(800, 4), ['0', '200 µs', '400 µs', '600 µs', '800 µs'])
    assert.deepEqual(labels(1200, 3), ['0', '0.5 ms', '1 ms'])
    assert.deepEqual(labels(30_000_000, 4), ['0', '10 s', '20 s', '30 s'])
    assert.deepEqual(labels(0, 4), ['0'])
  })

  test('are at most as many as asked for, and at least a third of it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e10, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (endUs, most) => {
          const count = ticks(endUs, most).length - 1
          assert.ok(count <= most && count >= Math.floor(most / 2.51), `${count} of ${most}`)
          assert.ok(ticks(endUs, most).every(({ us }) => us <= endUs * (1 + 1e-9)))
        },
      ),
    )
  })
})

describe('stretches', () => {
  test('leave alone what can be seen', () => {
    const slices = sliced('own 10, waiting 20, blocked 30 GET /a, blocked 10 GET /b, own 10')
    assert.deepEqual(stretches(slices, 5).map(told), [
      'own 10',
      'waiting 20',
      'blocked 30 GET /a',
      'blocked 10 GET /b',
      'own 10',
    ])
  })

  test('join what is too short to be seen, under the name of the most of it', () => {
    const slices = sliced('blocked 50 GET /a, own 1, blocked 40 GET /a, own 2, gc 3, own 2, waiting 9')
    const [first, second, third] = stretches(slices, 5)
    assert.deepEqual([first, second, third].map(told), ['blocked 91 GET /a', 'own 7', 'waiting 9'])
    assert.deepEqual(first.parts, [
      { kind: 'blocked', route: 'GET /a', us: 90 },
      { kind: 'own', us: 1 },
    ])
    assert.deepEqual(second.parts, [
      { kind: 'own', us: 4 },
      { kind: 'gc', us: 3 },
    ])
  })

  test('are without gaps, few, and lose no time of any kind', () => {
    const kinds = ['own', 'blocked', 'gc', 'waiting'] as const
    const list = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 400 })), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 200 }), (parts, leastUs) => {
        const slices = sliced(parts.map(([kind, us]) => `${kind} ${us}`).join(', '))
        const result = stretches(slices, leastUs)
        const wallUs = slices.at(-1)?.endUs ?? 0
        assert.ok(result.length <= 1 + (2 * wallUs) / leastUs)
        for (let i = 1; i < result.length; i++) assert.equal(result[i].startUs, result[i - 1].endUs)
        for (const kind of kinds) {
          const before = slices
            .filter((one) => one.kind === kind)
            .reduce((us, one) => us + one.endUs - one.startUs, 0)
          const after = result.flatMap((one) => one.parts).filter((part) => part.kind === kind)
          assert.equal(
            after.reduce((us, part) => us + part.us, 0),
            before,
          )
        }
      }),
    )
  })
})

describe('sums', () => {
  test('are written so that they add up', () => {
    assert.deepEqual(addUp([12.2073, 1016.8632, 5.9398, 0]), {
      parts: ['12.2', '1,016.9', '5.9', '0.0'],
      whole: '1,035.0',
      unit: 'ms',
    })
    assert.deepEqual(addUp([67.86, 10.06, 0.08, 137.02]).parts, ['67.9', '10.1', '0.1', '136.9'])
    assert.deepEqual(addUp([67.86, 10.06, 22.08, 0.04]).parts.slice(1), ['10.1', '22.1', '0.0'])
    assert.deepEqual(
      addUp([796.84, 0.04, 5.64, 0]).parts,
      ['796.9', '0.0', '5.6', '0.0'],
      'nothing does not become something',
    )
    assert.deepEqual(addUp([0.1, 0.02, 0, 0]), {
      parts: ['100.0', '20.0', '0.0', '0.0'],
      whole: '120.0',
      unit: 'µs',
    })
  })

  test('are written in a unit in which they can be read, however long they are', () => {
    const written = (...partsMs: number[]) => {
      const { parts, whole, unit } = addUp(partsMs)
      return `${parts.join(' + ')} = ${whole} ${unit}`
    }
    assert.equal(written(2422.1, 0.6, 88.8, 0), '2,422.1 + 0.6 + 88.8 + 0.0 = 2,511.5 ms')
    assert.equal(written(12_004, 0.6, 340, 0), '12.00 + 0.00 + 0.34 + 0.00 = 12.34 s')
    assert.equal(written(4_000_000, 600, 0, 0), '4,000.0 + 0.6 + 0.0 + 0.0 = 4,000.6 s')
    assert.equal(written(0, 36e5, 0, 149_154_662), '0.00 + 1.00 + 0.00 + 41.43 = 42.43 h')
    assert.equal(written(0, 0, 0, 1e12), '0 + 0 + 0 + 277,778 = 277,778 h')
  })

  test('whatever the parts', () => {
    const ms = fc.double({ min: 0, max: 50_000_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(ms, { minLength: 4, maxLength: 4 }), (parts) => {
        const sum = addUp(parts)
        const value = (text: string) => Number(text.replaceAll(',', ''))
        const added = sum.parts.reduce((all, part) => all + value(part), 0)
        assert.ok(Math.abs(added - value(sum.whole)) < 1e-6, JSON.stringify(sum))
      }),
    )
  })
})

describe('the split', () => {
  test('is told in the same order everywhere, and its percents add up', () => {
    const parts = splitParts({ ownMs: 1, blockedMs: 1, gcMs: 1, waitingMs: 0 })
    assert.deepEqual(
      parts.map(({ kind, percent }) => `${kind} ${percent}`),
      ['own 33.4', 'blocked 33.3', 'gc 33.3', 'waiting 0'],
    )
    assert.match(
      splitText({ ownMs: 1, blockedMs: 1, gcMs: 1, waitingMs: 0 }),
      /^Own CPU 1\.00 ms \(33\.4 %\)\nHeld by others/,
    )
  })

  test('has the percents that lists of the same page have, but for its own CPU and collections, which are in none', () => {
    const percents = (...[ownMs, blockedMs, gcMs, waitingMs]: number[]) =>
      splitParts({ ownMs, blockedMs, gcMs, waitingMs }).map(({ percent }) => percent)
    assert.deepEqual(percents(26.16, 4.36, 0, 969.48), [2.7, 0.4, 0, 96.9])
    assert.deepEqual(percents(0, 285.6, 0, 714.4), [0, 28.6, 0, 71.4])
    assert.deepEqual(percents(3.45, 0.44, 0, 996.11), [0.4, 0, 0, 99.6], 'however little that is')
    assert.deepEqual(percents(0, 285.4, 4.3, 710.3), [0, 28.5, 0.5, 71.0])
    assert.deepEqual(percents(0.4, 285.4, 0.4, 713.8), [0, 28.5, 0, 71.5], 'or the waiting')
    assert.deepEqual(percents(0, 0, 0, 0), [0, 0, 0, 0])
    const ms = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(ms, ms, ms, ms, (...parts) => {
        const whole = parts.reduce((a, b) => a + b, 0)
        const found = percents(...parts)
        if (whole > 1e-9) assert.equal(Math.round(found.reduce((a, b) => a + b, 0) * 10), 1000)
        for (const [i, part] of parts.entries()) {
          assert.ok(found[i] >= 0 && Math.abs(found[i] - (part / (whole || 1)) * 100) <= 0.2001)
        }
      }),
    )
  })

  test('has shares that read like any share of the page: little not as nothing, and most not as all', () => {
    const told = (ownMs: number, waitingMs: number) =>
      splitParts({ ownMs, blockedMs: 0, gcMs: 0, waitingMs })
        .map(({ percent, ms }) => roundedText(percent, ms / (ownMs + waitingMs)))
        .join(', ')
    assert.equal(told(0.04, 99.96), '<0.1 %, 0 %, 0 %, >99.9 %')
    assert.equal(told(0.1, 99.9), '0.1 %, 0 %, 0 %, 99.9 %')
    assert.equal(told(0, 100), '0 %, 0 %, 0 %, 100 %')
  })

  test('of a route is its mean wall time: work after the response is left out', () => {
    const route = {
      ...emptyRoute('GET', '/'),
      latency: { ...emptyRoute('GET', '/').latency, meanMs: 10 },
      own: { totalMs: 0, meanMs: 50, p95Ms: 0 },
      blocked: { totalMs: 0, meanMs: 4 },
      waiting: { meanMs: 3 },
    }
    assert.deepEqual(splitOfRoute(route), { ownMs: 3, blockedMs: 4, gcMs: 0, waitingMs: 3 })
    assert.equal(splitMs(splitOfRoute(route)), 10)
    assert.equal(
      ownText(route),
      '50.0 ms own CPU, of which 47.0 ms after the response: no part of the wall time',
    )
    assert.ok(exceedsWall(route))
    const within = { ...route, own: { ...route.own, meanMs: 3 } }
    assert.ok(!exceedsWall(within))
    const hardly = { ...route, own: { ...route.own, meanMs: 10.001 } }
    assert.ok(!exceedsWall(hardly), 'both read 10.0 ms')
    assert.equal(ownText(within), '3.00 ms own CPU')
  })

  test('of a route differs in no digit from its own CPU, unless what comes after the response is told', () => {
    const route = (ownMs: number) => ({
      ...emptyRoute('GET', '/'),
      latency: { ...emptyRoute('GET', '/').latency, meanMs: 10 },
      own: { totalMs: 0, meanMs: ownMs, p95Ms: 0 },
      waiting: { meanMs: 7.17 },
    })
    assert.equal(splitOfRoute(route(2.84)).ownMs.toFixed(2), '2.83')
    assert.equal(afterOfRoute(route(2.84)).toFixed(2), '0.01')
    assert.equal(afterOfRoute(route(2.831)), 0)
  })
})

describe('culprits', () => {
  const idleOnly = { causedMs: 0, longestBlockMs: 0, longestBlock: null, ...onlyBlocked }
  const held = (name: string) => [
    frameOf('listen@node:net:1'),
    frameOf(`${name}@lib/a.ts:1`),
    frameOf('sort'),
  ]
  const caused = (url: string, causedMs: number, name: string) => ({
    ...emptyRoute('GET', url),
    causedMs,
    longestBlockMs: causedMs,
    longestBlock: { ms: causedMs, requestId: url, stack: held(name) },
    ...onlyBlocked,
  })

  test('is told by its whole name, and what that means for work of no request alone', () => {
    assert.equal(culpritTitle('GET /a'), 'GET /a')
    assert.equal(culpritTitle('(not found)'), '(not found)')
    assert.match(culpritTitle('(no request)'), /^Work outside of any request/)
  })

  test('are those who made others wait, worst first, with work of no request among them', () => {
    const rows = culpritRows({
      routes: [caused('/a', 10, 'a'), caused('/b', 60, 'b'), emptyRoute('GET', '/c')],
      noRequest: { causedMs: 30, longestBlockMs: 30, longestBlock: null, ...onlyBlocked },
    })
    assert.deepEqual(
      rows.map(({ route, share, holder }) => `${route} ${share} ${holder?.name}`),
      ['GET /b 0.6 b', '(no request) 0.3 undefined', 'GET /a 0.1 a'],
    )
  })

  test('are also those that others waited for to let them go on, beside who held the event loop', () => {
    const longestAwaited = { ms: 25, requestId: 'x_1' }
    const rows = culpritRows({
      routes: [
        { ...caused('/held', 40, 'a'), awaitedMs: 5, longestAwaited },
        { ...emptyRoute('GET', '/lock'), awaitedMs: 50, longestAwaited },
        emptyRoute('GET', '/c'),
      ],
      noRequest: idleOnly,
    })
    assert.deepEqual(
      rows.map(({ route, share, awaitedMs }) => `${route} ${share} ${awaitedMs}`),
      [`GET /lock ${50 / 95} 50`, `GET /held ${45 / 95} 5`],
    )
    const [first] = culpritRows({
      routes: [
        { ...caused('/more', 40, 'a') },
        { ...caused('/both', 30, 'b'), awaitedMs: 20, longestAwaited },
      ],
      noRequest: idleOnly,
    })
    assert.equal(first.route, 'GET /both')
    const lockAlone = culpritRows({
      routes: [{ ...emptyRoute('GET', '/lock'), awaitedMs: 50, longestAwaited }],
      noRequest: idleOnly,
    })
    assert.equal(lockAlone[0].share, 1)
  })

  test('are also those behind whom they may have queued, with what held the loop then if nothing else is known', () => {
    const longestQueued = { ms: 200, requestId: 'x_1', stack: held('burn') }
    const sync = { ...emptyRoute('GET', '/sync'), queuedMs: 900, longestQueued }
    const rows = culpritRows({ routes: [caused('/a', 10, 'a'), sync], noRequest: idleOnly })
    assert.deepEqual(
      rows.map(({ route, share, queuedMs, holder, holderMs }) => [
        route,
        share,
        queuedMs,
        holder?.name,
        holderMs,
      ]),
      [
        ['GET /sync', 900 / 910, 900, 'burn', 200],
        ['GET /a', 10 / 910, 0, 'a', undefined],
      ],
    )
    const both = { ...caused('/a', 10, 'a'), queuedMs: 900, longestQueued }
    const [{ holder, holderMs }] = culpritRows({ routes: [both], noRequest: idleOnly })
    assert.deepEqual([holder?.name, holderMs], ['burn', 200], 'it held the loop longer')
  })

  test('tell the time of the function apart where the longest block is another, and whose that was only if known', () => {
    const known = { ...caused('/a', 10, 'a'), longestBlockMs: 10 }
    const hidden = { ...caused('/b', 8, 'b'), longestBlockMs: 30 }
    const rows = culpritRows({
      routes: [known, hidden],
      noRequest: idleOnly,
    })
    assert.deepEqual(
      rows.map(({ requestId, holderMs }) => [requestId, holderMs]),
      [
        ['/a', undefined],
        ['', 8],
      ],
    )
  })

  test('are filtered as the routes are, and work of no request by its name', () => {
    const routes = [caused('/a', 10, 'a'), caused('/b', 60, 'b'), emptyRoute('GET', '/ab')]
    const noRequest = { ...idleOnly, causedMs: 30 }
    const all = culpritRows({ routes, noRequest })
    const found = (filter: string) =>
      filterCulprits(all, filterRoutes(routes, filter), filter).map(({ route }) => route)
    assert.deepEqual(found(''), ['GET /b', '(no request)', 'GET /a'])
    assert.deepEqual(found(' /A '), ['GET /a'])
    assert.deepEqual(found('No Req'), ['(no request)'])
    assert.deepEqual(found('>50ms'), [])
    assert.deepEqual(found('nope'), [])
  })

  test('are named by the function of the application that held the loop, else by the innermost', () => {
    assert.equal(holderOf(held('mine'))?.name, 'mine')
    assert.equal(holderOf([frameOf('listen@node:net:1'), frameOf('sort')])?.name, 'sort')
    assert.equal(holderOf([]), undefined)
  })

  test('have no holder where the stack ends in what calls whatever is next', () => {
    const loop = ['processTicksAndRejections@node:internal/process/task_queues:1', 'runMicrotasks'].map(
      frameOf,
    )
    assert.equal(holderOf(loop), undefined)
    assert.equal(holderOf([...loop, frameOf('sort')])?.name, 'sort')
    assert.equal(holderOf([...loop, frameOf('runMicrotasks@src/mine.js:1')])?.name, 'runMicrotasks')
    assert.equal(holderOf([frameOf('mine@src/mine.js:1'), ...loop])?.name, 'mine')
  })
})

describe('keys in lanes', () => {
  const lanes = [drawn(['aa  bb  cc']), [], drawn(['   d  e  f']), drawn(['g         '])]
  const from = (lane: number, item: number, key: string) => {
    const at = walkLanes(lanes, { lane, item }, key)
    return at && lanes[at.lane][at.item].name
  }

  test('lead along a lane, and stay at its ends', () => {
    assert.deepEqual(
      ['ArrowLeft', 'ArrowRight', 'Home', 'End'].map((key) => from(0, 1, key)),
      ['a', 'c', 'a', 'c'],
    )
    assert.deepEqual([from(0, 0, 'ArrowLeft'), from(0, 2, 'ArrowRight')], ['a', 'c'])
    assert.equal(from(0, 0, 'x'), undefined)
  })

  test('lead to the nearest in time of the next lane that has any, the earlier of two as near', () => {
    assert.deepEqual(
      [0, 1, 2].map((item) => from(0, item, 'ArrowDown')),
      ['d', 'd', 'f'],
    )
    assert.deepEqual(
      [0, 1, 2].map((item) => from(2, item, 'ArrowUp')),
      ['b', 'b', 'c'],
    )
    assert.deepEqual(
      [from(0, 1, 'ArrowUp'), from(3, 0, 'ArrowDown')],
      ['b', 'g'],
      'the outermost lanes are ends',
    )
  })

  test('go on from the nearest item where other parts of the time have fewer', () => {
    assert.deepEqual(nearestOf(lanes, { lane: 9, item: 9 }), { lane: 3, item: 0 })
    assert.deepEqual(nearestOf(lanes, { lane: 1, item: 2 }), { lane: 1, item: 0 })
    assert.deepEqual(nearestOf(lanes, { lane: 2, item: 1 }), { lane: 2, item: 1 })
  })
})

describe('the time line', () => {
  const line = (slices: string, rest: Partial<RequestDetail> = {}) =>
    timeLine({
      ...{ wallMs: 1, slices: sliced(slices), phases: [], waits: [] },
      ...rest,
    } as unknown as RequestDetail)

  test('leads to what held the loop, but to no other application', () => {
    const [loop] = line(
      'own 300, blocked 300 GET /a, blocked 200 (no request), blocked 200 GET /b (another application)',
    )
    assert.deepEqual(
      loop.items.map(({ name, label, route }) => [name, label, route]),
      [
        ['Own CPU', 'Own CPU', undefined],
        ['Held by GET /a', 'GET /a', 'GET /a'],
        ['Work outside of requests', '(no request)', '(no request)'],
        ['Held by GET /b (another application)', 'GET /b (another application)', undefined],
      ],
    )
  })

  test('leads to the request that let it go on, but to no other application', () => {
    const wait = { kind: 'request', target: 'GET /a', startUs: 0, endUs: 100, requestId: 'x_1' } as const
    const elsewhere = { ...wait, target: 'GET /b (another application)', startUs: 200, endUs: 300 }
    const timer: Wait = { kind: 'timer', target: '5 ms', startUs: 400, endUs: 500 }
    const [, waits] = line('waiting 1000', { waits: [wait, elsewhere, timer] })
    assert.deepEqual(
      waits.items.map(({ name, route, request }) => [name, route, request]),
      [
        ['GET /a to let it go on', 'GET /a', 'x_1'],
        ['GET /b (another application) to let it go on', undefined, undefined],
        ['timer 5 ms', undefined, undefined],
      ],
    )
  })

  test('has a lane of phases if they are known, and one title for all lanes of waits', () => {
    const wait = { kind: 'timer', target: '5 ms', startUs: 100, endUs: 900 } as const
    assert.deepEqual(
      line('own 1000', { waits: [wait, wait] }).map(({ kind, title }) => [kind, title]),
      [
        ['loop', 'Event loop'],
        ['waits', 'Outside'],
        ['waits', ''],
      ],
    )
    const phase = {
      name: 'handler',
      includes: ['onSend'],
      startUs: 0,
      endUs: 1000,
      wallMs: 1,
      ownMs: 1,
    } as const
    const [phases] = line('own 1000', { phases: [phase] })
    assert.equal(phases.title, 'Phase')
    assert.deepEqual(phases.items[0].facts.at(-1), ['May include', 'onSend'])
  })

  test('says what a joined stretch was made of, and of a single one nothing that its name says', () => {
    const facts = (slices: string) => line(slices)[0].items.map((item) => item.facts.slice(2))
    assert.deepEqual(facts('own 1000'), [[]])
    const routes = Array.from({ length: 7 }, (_, i) => `blocked ${i === 6 ? 2 : 1} GET /${i}`)
    const [first] = facts(`${routes.join(', ')}, own 992`)
    assert.equal(first.length, 3)
  })
})

test('waits have a name each, with and without a target', () => {
  const said = (
    ['http', 'database', 'timer', 'file', 'dns', 'connect', 'compute', 'process'] as const
  ).flatMap((kind) => [waitName({ kind, target: 'x' }), waitName({ kind, target: '' })])
  assert.deepEqual(said, [
    ...['x', 'HTTP', 'x', 'Database', 'timer x', 'timer', 'file system x', 'file system', 'DNS x', 'DNS'],
    ...['connecting to x', 'connecting', 'x in the thread pool', 'thread pool', 'process x', 'process'],
  ])
})

test('a wait says how long it was open where the request did not only wait then', () => {
  const wait = { kind: 'http', target: 'x', requests: 2, sumMs: 60, ms: 60, waitingMs: 60 } as const
  assert.equal(waitFacts({ ...wait, count: 1 }, 1), 'HTTP')
  assert.equal(waitFacts({ ...wait, count: 3, waitingMs: 40 }, 1), 'HTTP, 3 times, open 60.0 ms')
  assert.equal(waitFacts({ ...wait, count: 3, waitingMs: 40 }, 2), 'HTTP, 1.5 a request, open 30.0 ms')
})

/** Spells from a picture: a row for each depth, a letter for each microsecond. */
function drawn(rows: readonly string[]): { name: string; startUs: number; endUs: number }[] {
  return rows.flatMap((row) =>
    [...row.matchAll(/([a-z])\1*/g)].map((found) => ({
      name: found[1],
      startUs: found.index,
      endUs: found.index + found[0].length,
    })),
  )
}

function names(lane: readonly { readonly name: string }[]): string {
  return lane.map(({ name }) => name).join('')
}

/** Slices from words: `own 10, blocked 30 GET /a`. */
function sliced(words: string): Slice[] {
  let startUs = 0
  return words.split(', ').flatMap((part) => {
    const [kind, us, ...route] = part.split(' ')
    if (us === undefined) return []
    const slice = { kind: kind as Slice['kind'], startUs, endUs: startUs + Number(us) }
    startUs = slice.endUs
    return route.length > 0 ? { ...slice, route: route.join(' ') } : slice
  })
}

function told({ kind, startUs, endUs, route }: Slice): string {
  return `${kind} ${endUs - startUs}${route === undefined ? '' : ` ${route}`}`
}
