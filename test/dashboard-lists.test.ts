import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { filterRequests, filterRoutes } from '../dashboard/model/filter.ts'
import { bytesText, count, durationText, percentText, plural } from '../dashboard/model/format.ts'
import { filterFunctions, functionList, functionsOf, sortFunctions } from '../dashboard/model/functions.ts'
import { type Location, readLocation, writeLocation } from '../dashboard/model/location.ts'
import { besideName } from '../dashboard/model/names.ts'
import {
  holdOrder,
  readSort,
  routeColumns,
  sortRoutes,
  toggleSort,
  writeSort,
} from '../dashboard/model/order.ts'
import { origins } from '../dashboard/model/origins.ts'
import { someQueued } from '../dashboard/model/queue.ts'
import {
  culpritsOf,
  mergeRequests,
  newest,
  newestKept,
  type RequestColumn,
  sortRequests,
} from '../dashboard/model/request-order.ts'
import { nameRoles, nameRolesInDiff } from '../dashboard/model/roles.ts'
import { shares } from '../dashboard/model/shares.ts'
import { sparkline } from '../dashboard/model/sparkline.ts'
import { ago, clock, dated } from '../dashboard/model/when.ts'
import { scrollToShow, visibleRows } from '../dashboard/model/window.ts'
import { confidenceInterval, trustIn } from '../plugin/model/certainty.ts'
import { nameOf, originOf, placeText } from '../plugin/model/names.ts'
import { fakeRequest, fakeRoutes } from './fake-app.ts'
import { emptyRoute, frameOf, profileOf, summaryOf } from './fake-data.ts'
import { fakeDiff } from './fake-diff.ts'

describe('numbers for people', () => {
  const table = <Value>(name: string, write: (value: Value) => string, rows: readonly [Value, string][]) =>
    test(name, () => {
      for (const [value, text] of rows) assert.equal(write(value), text)
    })

  table('durations', durationText, [
    [0, '0 ms'],
    [0.0001, '<1 µs'],
    [0.0123, '12.3 µs'],
    [0.34, '340 µs'],
    [0.9996, '1.00 ms'],
    [1, '1.00 ms'],
    [9.996, '10.0 ms'],
    [12.34, '12.3 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_345, '12.3 s'],
    [59_960, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_599_800, '1 h 0 min'],
    [9_000_000, '2 h 30 min'],
    [86_400_000, '1 d 0 h'],
    [200_000_000, '2 d 8 h'],
    [8.64e9, '100 d'],
    [1e15, '11.6 M d'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])

  table('shares are never rounded up to all or down to nothing', percentText, [
    [0, '0 %'],
    [0.0001, '<0.1 %'],
    [0.0005, '0.1 %'],
    [0.1234, '12.3 %'],
    [0.9994, '>99.9 %'],
    [1 - 1e-9, '>99.9 %'],
    [1 - 2 ** -48, '100 %'],
    [1, '100 %'],
    [Number.NaN, '–'],
  ])

  table('counts', count, [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [999_999, '999,999'],
    [1_234_567, '1.23 M'],
    [999_600_000, '1.00 G'],
    [7_654_321_000, '7.65 G'],
    [999_600_000_000, '1,000 G'],
    [Number.NaN, '–'],
  ])

  table('bytes', bytesText, [
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '0.98 KiB'],
    [1024, '1.00 KiB'],
    [67_108_864, '64.0 MiB'],
    [1e13, '9.09 TiB'],
    [1e18, '909495 TiB'],
  ])

  test('how long ago, the time of day, and how many', () => {
    const since = (from: number, now: number) => ago(new Date(from).toISOString(), now)
    assert.equal(since(1000, 1000), 'now')
    assert.equal(since(5000, 1000), 'now', 'a clock that is ahead')
    assert.equal(since(0, 1499), 'now')
    assert.equal(since(0, 1500), '1 s ago')
    assert.equal(since(0, 60_000), '1 min ago')
    assert.equal(since(0, 3_600_000), '1 h ago')
    assert.equal(since(0, 61_000), '1 min ago')
    assert.equal(since(0, 2 * 86_400_000), '2 d ago')
    assert.equal(ago('', 0), '–')
    assert.match(clock('2026-03-04T09:12:44.007Z'), /^\d\d:12:44\.007$/)
    assert.equal(clock(''), '–')
    assert.equal(plural(1, 'route'), '1 route')
    assert.equal(plural(1200, 'match', 'matches'), '1,200 matches')
  })

  test('the date of another day, and on paper of any', () => {
    const at = (day: number) => new Date(2026, 2, day, 9, 12, 44, 7)
    const iso = at(4).toISOString()
    assert.equal(dated(iso), '2026-03-04 09:12:44.007')
    assert.equal(dated(iso, at(5).getTime()), '2026-03-04 09:12:44.007')
    assert.equal(dated(iso, at(4).getTime()), '09:12:44.007')
    assert.equal(dated(''), '–')
    assert.equal(ago(iso), '2026-03-04 09:12:44')
  })

  test('percentages that add up to 100', () => {
    assert.deepEqual(shares([1, 1, 1]), [33.4, 33.3, 33.3])
    assert.deepEqual(shares([0, 0]), [0, 0])
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }), (parts) => {
        const sum = parts.reduce((a, b) => a + b, 0)
        const found = shares(parts)
        if (sum > 1e-9) assert.equal(Math.round(found.reduce((a, b) => a + b, 0) * 10), 1000)
        for (const [i, part] of parts.entries())
          assert.ok(Math.abs(found[i] - (part / (sum || 1)) * 100) <= 0.1001)
      }),
    )
  })

  test('how sure a share is: surer with more samples, never beyond 0 and 1', () => {
    assert.deepEqual(confidenceInterval(0.5, 0), { low: 0, high: 1 })
    const [few, many] = [confidenceInterval(0.1, 100), confidenceInterval(0.1, 10_000)]
    assert.ok(few.low < many.low && many.low < 0.1 && 0.1 < many.high && many.high < few.high)
    assert.ok(Math.abs(many.high - many.low - 0.0118) < 0.0005, '± 0.6 points at 10,000')
    assert.equal(confidenceInterval(0, 50).low, 0)
    assert.ok(confidenceInterval(1, 50).high <= 1)
    assert.deepEqual([0, 1, 29, 30, 399, 400].map(trustIn), ['none', 'few', 'few', 'rough', 'rough', 'good'])
  })
})

describe('order', () => {
  const route = (name: string, totalMs: number, n = 0) => {
    const empty = emptyRoute('GET', name)
    return { ...empty, own: { ...empty.own, totalMs }, count: n }
  }
  const routes = [route('/b', 2, 9), route('/a', 2, 1), route('/c', 7, 5)]
  const names = (list: readonly { url: string }[]) => list.map(({ url }) => url).join(' ')

  test('of routes by each column, ties by name', () => {
    assert.equal(names(sortRoutes(routes, { column: 'own', descending: true })), '/c /a /b')
    assert.equal(names(sortRoutes(routes, { column: 'count', descending: false })), '/a /c /b')
    assert.equal(names(sortRoutes(routes, { column: 'route', descending: true })), '/c /b /a')
    assert.equal(names(filterRoutes(routes, ' get /A')), '/a')
    assert.equal(filterRoutes(routes, ''), routes)
  })

  test('of many, some are found by words, by status and by least time', () => {
    const made = Array.from({ length: 40 }, (_, i) => summaryOf(fakeRequest(fakeRoutes[i % 3], i, i * 1000)))
    const all = made.map((request, i) => ({ ...request, wallMs: i, statusCode: i % 5 === 0 ? 503 : 200 }))
    const found = (text: string) => filterRequests(all, text).map(({ wallMs }) => wallMs)
    assert.equal(filterRequests(all, ' '), all)
    assert.deepEqual(found('>37 ms'.replace(' ', '')), [37, 38, 39])
    assert.deepEqual(found('>=0.038s'), [38, 39])
    assert.deepEqual(found('>38000us'), [38, 39])
    assert.deepEqual(found('>38000µs'), [38, 39])
    assert.deepEqual(found('>37 >20'), [37, 38, 39], 'the larger of two')
    assert.deepEqual(found('5xx >20'), [20, 25, 30, 35])
    assert.deepEqual(found('503 POST'), [10, 25])
    assert.deepEqual(found('404'), [])
    assert.deepEqual(found('nothing-like-it'), [])
    assert.deepEqual(found('> ms'), [], 'what is no time is a word')
    const slow = { ...route('/slow', 1), errors: 2, latency: { ...route('', 0).latency, p95Ms: 80 } }
    assert.equal(names(filterRoutes([...routes, slow], '5xx')), '/slow')
    assert.equal(names(filterRoutes([...routes, slow], '>50ms slow')), '/slow')
    assert.equal(names(filterRoutes([...routes, slow], 'GET >90ms')), '')
    assert.equal(names(filterRoutes([...routes, slow], '404')), '', 'no code of a request is known there')
    const numbered = route('/v/200', 1)
    assert.equal(names(filterRoutes([...routes, numbered], '200')), numbered.url)
  })

  test('is written for the URL and read back; nonsense is the usual order', () => {
    const usual = { column: 'own', descending: true } as const
    for (const column of routeColumns) {
      for (const descending of [true, false]) {
        const sort = { column, descending }
        assert.deepEqual(readSort(writeSort(sort), routeColumns, usual), sort)
      }
    }
    for (const nonsense of ['', '-', '--own', 'constructor']) {
      assert.equal(readSort(nonsense, routeColumns, usual), usual)
    }
    assert.deepEqual(toggleSort(usual, 'own'), { column: 'own', descending: false })
    assert.deepEqual(toggleSort(usual, 'p95'), { column: 'p95', descending: true })
    assert.deepEqual(toggleSort<'own' | 'route'>(usual, 'route'), { column: 'route', descending: false })
  })

  test('is held: known rows stay, new ones come after them', () => {
    const held = holdOrder(routes, ({ url }) => url, ['/c', '/gone', '/b'])
    assert.equal(names(held), '/c /b /a')
  })

  test('of requests: by how long they may have queued, where that is known', () => {
    const [a, b, c] = [0, 1, 2].map((i) => summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)))
    const all = [
      { ...a, queuedMs: 20, queueKnown: true },
      { ...b, queuedMs: 3000, queueKnown: false },
      { ...c, queuedMs: 300, queueKnown: true },
    ]
    const sorted = sortRequests(all, { column: 'queued', descending: true })
    assert.deepEqual(
      sorted.map(({ queuedMs }) => queuedMs),
      [300, 20, 3000],
    )
    const isTold = (wallMs: number) => someQueued(all.map((one) => ({ ...one, wallMs })))
    assert.deepEqual([isTold(299), isTold(301)], [true, false])
  })

  test('of requests: what arrives is put in its place, once, and what the server lets go goes', () => {
    const all = Array.from({ length: 40 }, (_, i) => summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)))
    const merged = mergeRequests(all.slice(0, 25), all.slice(20), 12)
    assert.deepEqual(merged, mergeRequests([], all, 12))
    assert.deepEqual(merged, sortRequests(merged, newest))
    for (const recent of sortRequests(all, newest).slice(0, 12)) assert.ok(merged.includes(recent))
    const slowest = sortRequests(all, { column: 'wall', descending: true }).slice(0, 10)
    for (const slow of slowest) assert.ok(merged.includes(slow))
    assert.ok(merged.length <= 22)
    const pinned = { ...all[0], pinned: true, wallMs: 0 }
    assert.ok(mergeRequests(merged, [pinned], 12).includes(pinned))
    assert.equal(mergeRequests(all, [{ ...all[2], wallMs: 1e9 }], 40).length, 40)
  })

  test('of requests: who made others wait longest stays, and does not make room for more newest', () => {
    const all = Array.from({ length: 60 }, (_, i) => ({
      ...summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)),
      wallMs: i < 10 ? 1000 + i : 10,
    }))
    const culprits = culpritsOf({
      longestBlock: { ms: 5, requestId: all[11].id, stack: [] },
      longestQueued: { ms: 5, requestId: all[12].id, stack: [] },
      longestAwaited: { ms: 5, requestId: all[13].id },
    })
    const kept = mergeRequests([], all, 20, culprits)
    assert.deepEqual([kept.length, ...[11, 12, 13].map((i) => kept.includes(all[i]))], [33, true, true, true])
    assert.equal(newestKept(kept, culprits), 20)
    assert.deepEqual(culpritsOf(), ['', '', ''])
  })

  test('of requests: those that are there for being slow or pinned do not make room for more newest', () => {
    const all = Array.from({ length: 80 }, (_, i) => ({
      ...summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)),
      wallMs: i < 10 ? 1000 + i : 10,
      pinned: i === 12,
    }))
    const kept = mergeRequests([], all.slice(0, 60), 20)
    assert.equal(kept.length, 31)
    assert.equal(newestKept(kept), 20)
    assert.deepEqual(mergeRequests(kept, all.slice(60), newestKept(kept)), mergeRequests([], all, 20))
    assert.equal(newestKept([]), 0)
    const [known] = kept
    const [now] = mergeRequests([known], [{ ...known, pinned: !known.pinned }], 10)
    assert.equal(now.pinned, !known.pinned, 'as it is now')
  })

  test('of requests: by start, by wall time, by own CPU', () => {
    const all = Array.from({ length: 9 }, (_, i) => summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)))
    const by = (column: RequestColumn, descending: boolean) => sortRequests(all, { column, descending })
    assert.equal(sortRequests(all, newest)[0], all[8])
    assert.equal(by('started', false)[0], all[0])
    for (const [column, key] of [
      ['wall', 'wallMs'],
      ['own', 'ownMs'],
    ] as const) {
      const values = by(column, true).map((request) => request[key])
      assert.deepEqual(
        values,
        values.toSorted((a, b) => b - a),
      )
      assert.deepEqual(
        by(column, false).map((request) => request[key]),
        values.toReversed(),
      )
    }
  })

  test('of requests: by path, of one path the newest first', () => {
    const [a, b, c] = [0, 1, 2].map((i) => summaryOf(fakeRequest(fakeRoutes[0], i, i * 1000)))
    const list = [
      { ...a, url: '/b' },
      { ...b, url: '/a' },
      { ...c, url: '/b' },
    ]
    const by = (descending: boolean) => sortRequests(list, { column: 'request', descending })
    assert.deepEqual(by(false), [list[1], list[2], list[0]])
    assert.deepEqual(by(true), [list[2], list[0], list[1]])
    assert.equal(toggleSort<RequestColumn>(newest, 'request').descending, false)
  })
})

describe('functions', () => {
  const profile = profileOf(
    'all',
    `a@app.ts:1;b@npm:lib/x.js:2 3000
     a@app.ts:1 1000
     c;(garbage collector) 500
     (anonymous)@src/deep/rows.ts:7 200`,
  )
  const list = functionList(profile)
  const namesIn = ({ rows }: typeof list, order: Int32Array) =>
    Array.from(order, (i) => nameOf(rows[i].info)).join(' ')
  const names = (order: Int32Array) => namesIn(list, order)

  test('are sorted by any column and filtered by name, file and package', () => {
    const by = (column: 'self' | 'total' | 'function') => sortFunctions(list, { column, descending: true })
    assert.equal(names(by('self')), 'b a (garbage collector) rows.ts:7 c')
    assert.equal(names(by('total')), 'a b (garbage collector) c rows.ts:7')
    assert.equal(names(by('function')), 'rows.ts:7 c b a (garbage collector)')
    assert.equal(names(filterFunctions(list, by('self'), 'LIB')), 'b')
    assert.equal(names(filterFunctions(list, by('self'), 'deep/')), 'rows.ts:7')
    assert.equal(names(filterFunctions(list, by('function'), ' ')), names(by('function')))
    assert.equal(
      names(sortFunctions(list, { column: 'self', descending: false })),
      'c rows.ts:7 (garbage collector) a b',
    )
    const mine = functionsOf(list, 'app')
    assert.equal(namesIn(mine, sortFunctions(mine, { column: 'function', descending: false })), 'a rows.ts:7')
  })

  test('names and places never lie', () => {
    assert.equal(nameOf(frameOf('(anonymous)')), '(anonymous)')
    assert.equal(placeText(frameOf('x@npm:@s/p/lib/i.js:3')), '@s/p/lib/i.js:3')
    assert.equal(placeText({ ...frameOf('x@a.ts:3'), line: 0 }), 'a.ts')
    assert.equal(originOf(frameOf('x@npm:@s/p/lib/i.js:3')), '@s/p')
    assert.equal(originOf(frameOf('(garbage collector)')), 'garbage collector')
  })

  test('a function without a name is the handler or a hook where Fastify called it as that, and only there', () => {
    const HANDLER = 'preHandlerCallbackInner@npm:fastify/lib/handle-request.js:171'
    const HOOK = 'hookIterator@npm:fastify/lib/hooks.js:410'
    const named = (stacks: string, route?: string) =>
      nameRoles({ ...profileOf('all', stacks), ...(route !== undefined && { route }) })
        .frames.filter(({ kind }) => kind === 'app')
        .map(nameOf)
    const usual = `${HANDLER};(anonymous)@a.ts:3;(anonymous)@a.ts:5 10\n${HOOK};(anonymous)@b.ts:1 10`
    assert.deepEqual(named(usual, 'GET /x'), ['handler of GET /x', 'a.ts:5', 'hook'])
    assert.deepEqual(named(usual), ['a.ts:3', 'a.ts:5', 'hook'], 'of many routes')
    const two = `${HANDLER};(anonymous)@a.ts:3 10\n${HANDLER};onError@a.ts:9 10`
    assert.deepEqual(named(two, 'GET /x'), ['a.ts:3', 'onError'], 'one of two could be anything')
    const skipped = `${HANDLER};(anonymous)@a.ts:3;work@a.ts:9 1000\n${HANDLER};work@a.ts:9 1`
    assert.deepEqual(
      named(skipped, 'GET /x'),
      ['handler of GET /x', 'work'],
      'a sample that skipped the caller',
    )
    assert.deepEqual(named(`${HANDLER};getX@a.ts:3 10`, 'GET /x'), ['getX'])
    assert.deepEqual(named('hookIterator@npm:other/lib/hooks.js:1;(anonymous)@a.ts:3 1', 'GET /x'), [
      'a.ts:3',
    ])
  })

  test('functions without a name that begin in one line are told apart', () => {
    const { frames, ...rest } = profileOf('all', '(anonymous)@src/a.ts:3;(anonymous)@a.ts:3;f@src/a.ts:3 10')
    const inner = { ...frameOf('(anonymous)@src/a.ts:3'), column: 21 }
    const named = nameRoles({ ...rest, frames: [...frames, inner] }).frames.slice(1)
    assert.deepEqual(named.map(nameOf), ['a.ts:3:3', 'a.ts:3', 'f', 'a.ts:3:21'])
    assert.deepEqual(
      named.map((frame) => besideName(frame).text),
      ['src', '', 'src/a.ts:3', 'src'],
    )
  })

  test('a comparison has the names that its route has, if both sides are of it', () => {
    const HANDLER = 'preHandlerCallbackInner@npm:fastify/lib/handle-request.js:171'
    const stacks = `${HANDLER};(anonymous)@a.ts:3;work@a.ts:5 10`
    const diff = fakeDiff(profileOf('GET /x', stacks), false)
    const named = (base: string, head: string) =>
      nameRolesInDiff({
        ...diff,
        base: { ...diff.base, route: base },
        head: { ...diff.head, route: head },
      })
        .frames.filter(({ kind }) => kind === 'app')
        .map(nameOf)
    assert.deepEqual(named('GET /x', 'GET /x'), ['handler of GET /x', 'work'])
    assert.deepEqual(named('GET /x', 'GET /y'), ['a.ts:3', 'work'])
  })

  test('origins add up to all time, your own code comes first', () => {
    const found = origins(profile)
    assert.deepEqual(
      found.map(({ label }) => label),
      ['your code', 'lib', 'garbage collector'],
    )
    assert.equal(
      found.reduce((sum, { selfUs }) => sum + selfUs, 0),
      profile.ownUs,
    )
  })

  test('natives that a library called count for it, those that you called do not', () => {
    const found = origins(
      profileOf(
        'all',
        `a@app.ts:1;parse 1000
         a@app.ts:1;b@npm:lib/x.js:2;replace;match 400
         a@app.ts:1;b@npm:lib/x.js:2;c@app.ts:7;parse 20
         a@app.ts:1;read@node:fs:3;open 300`,
      ),
    )
    assert.deepEqual(
      found.map(({ label, selfUs }) => `${label} ${selfUs}`),
      ['native 1020', 'lib 400', 'Node.js 300'],
    )
  })

  test('functions made at run time are no native ones', () => {
    const found = origins(
      profileOf(
        'all',
        `a@app.ts:1;parse 1000
         a@app.ts:1;template@:3 400
         a@app.ts:1;serialize@npm:fast-json-stringify/x.js:2;made@:7 20`,
      ),
    )
    assert.deepEqual(
      found.map(({ key, label, selfUs }) => `${key} ${label} ${selfUs}`),
      [
        'native native 1000',
        'generated generated code 400',
        'npm:fast-json-stringify fast-json-stringify 20',
      ],
    )
  })
})

describe('the view in the URL', () => {
  test('is written and read back, whatever it holds', () => {
    const text = fc.string({ unit: 'grapheme' })
    const value = (usual: unknown) => (typeof usual === 'boolean' ? fc.boolean() : text)
    const usual = Object.entries(readLocation('')).map(([name, given]) => [name, value(given)])
    const locations = fc.record({
      ...(Object.fromEntries(usual) as { [Name in keyof Location]-?: fc.Arbitrary<Location[Name]> }),
      route: fc.option(text, { nil: undefined }),
      request: fc.option(text, { nil: undefined }),
    })
    fc.assert(
      fc.property(locations, (location) => {
        const read: Location = readLocation(new URL(writeLocation(location), 'http://x/y/').search)
        assert.deepEqual({ ...read }, JSON.parse(JSON.stringify(location)))
      }),
    )
  })

  test('is short and relative: what is as usual is left out', () => {
    assert.equal(writeLocation({}), './')
    assert.equal(writeLocation(readLocation('')), './')
    assert.equal(writeLocation({ route: 'GET /users/:id', list: '' }), '?route=GET+/users/:id')
  })
})

describe('long lists', () => {
  test('only rows near the screen exist', () => {
    assert.deepEqual(visibleRows(0, 320, 32, 5000), { first: 0, last: 18 })
    assert.deepEqual(visibleRows(3200, 320, 32, 5000), { first: 92, last: 118 })
    assert.deepEqual(visibleRows(99_999, 320, 32, 3), { first: 3, last: 3 })
    assert.deepEqual(visibleRows(0, 320, 32, 0), { first: 0, last: 0 })
    assert.deepEqual(visibleRows(0, 0, 32, 5000, 2), { first: 0, last: 2 }, 'not on the screen')
  })

  test('a row is brought into view with the least scrolling', () => {
    assert.equal(scrollToShow(2, 100, 320, 32), 64)
    assert.equal(scrollToShow(5, 100, 320, 32), 100)
    assert.equal(scrollToShow(20, 100, 320, 32), 352)
  })
})

test('a sparkline starts at 0 and fits its box', () => {
  assert.equal(sparkline([0, 5, 10], 20, 10), '0,10 10,5 20,0')
  assert.equal(sparkline([0, 0], 20, 10), '0,10 20,10')
  assert.equal(sparkline([4], 20, 10), '0,0')
})

test('beside the name of a function stands its place or origin, and only the folder if file and line are its name', () => {
  const generated = { ...frameOf('e'), kind: 'native', file: '', line: 1 } as const
  const examples = [
    [{ ...frameOf('sum'), file: 'src/sum.ts', line: 3 }, 'sum', 'src/sum.ts:3'],
    [{ ...frameOf(''), file: 'src/sum.ts', line: 3 }, 'sum.ts:3', 'src'],
    [{ ...frameOf('(anonymous)'), file: 'sum.ts', line: 3 }, 'sum.ts:3', ''],
    // A name of one letter, in which the origin happens to end.
    [generated, 'e', 'generated code'],
    [{ ...generated, name: '' }, '(anonymous)', 'generated code'],
  ] as const
  for (const [frame, name, text] of examples)
    assert.deepEqual([nameOf(frame), besideName(frame).text], [name, text])
})
