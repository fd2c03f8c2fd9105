import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createBudget } from '../plugin/calls/budget.ts'
import { createCounting } from '../plugin/calls/counting.ts'
import { createTally } from '../plugin/calls/tally.ts'
import { createVisits, type RouteVisits, type Visit } from '../plugin/calls/visits.ts'

interface Route extends RouteVisits {
  readonly name: string
  calls: number
}

/** Routes `a`, `b`, …, and counters that every step of a request in flight counts up. */
function drawn(affords: (takes: number) => boolean = () => true) {
  const routes = new Map<string, Route>()
  let counter = 0
  const visits = createVisits<Route>({
    reset(takes) {
      if (!affords(takes)) return false
      counter = 0
      return true
    },
    credit(route) {
      if (!affords(0)) return false
      route.calls += counter
      counter = 0
      return true
    },
  })
  const open: Visit<Route>[] = []
  return {
    visits,
    routeOf(name: string): Route {
      const fresh = { name, calls: 0, requests: 0, partly: 0, overlapped: 0, skipped: 0 }
      routes.set(name, routes.get(name) ?? fresh)
      return routes.get(name)!
    },
    open,
    run(calls: number) {
      counter += calls
    },
    routes,
  }
}

/** `a` begins a request of route a, `A` ends its oldest; a figure is so many calls; `-` is of no route. */
function play(picture: string, affords?: (takes: number) => boolean): Record<string, string> {
  const { visits, routeOf, open, run, routes } = drawn(affords)
  const ends = (name: string | undefined) => {
    const at = open.findIndex(({ route }) => route?.name === name)
    visits.ends(open.splice(at, 1)[0])
  }
  for (const step of picture.replaceAll(' ', '')) {
    if (/\d/.test(step)) run(Number(step))
    else if (step === '-') open.push(visits.begins(undefined))
    else if (step === '_') ends(undefined)
    else if (/[a-z]/.test(step)) open.push(visits.begins(routeOf(step)))
    else ends(step.toLowerCase())
  }
  return Object.fromEntries(
    [...routes].map(([name, { calls, requests, partly, overlapped, skipped }]) => [
      name,
      `${calls} in ${requests}+${partly}, not ${overlapped}+${skipped}`,
    ]),
  )
}

test('requests that ended before the counters were gone are counted as skipped, and each ends once', () => {
  const { visits, routeOf } = drawn()
  const [first, second] = [visits.begins(routeOf('a')), visits.begins(routeOf('a'))]
  visits.ends(first)
  visits.ends(first)
  visits.drop()
  visits.ends(second)
  const { requests, partly, overlapped, skipped } = routeOf('a')
  assert.deepEqual(
    { requests, partly, overlapped, skipped },
    { requests: 0, partly: 0, overlapped: 0, skipped: 2 },
  )
})

describe('calls are credited', () => {
  const cases: [string, string, Record<string, string>][] = [
    ['to the route that alone is in flight', 'a 7 A a 7 A', { a: '14 in 2+0, not 0+0' }],
    ['not to a route between whose requests they were', 'a 1 A 5 a 1 A', { a: '2 in 2+0, not 0+0' }],
    ['to requests of one route together', 'a 1 a 2 A 3 A', { a: '6 in 2+0, not 0+0' }],
    ['to one route after the other', 'a 1 A b 2 B', { a: '1 in 1+0, not 0+0', b: '2 in 1+0, not 0+0' }],
    [
      'up to where another route comes, and from where it has gone',
      'a 1 b 5 B 2 A',
      { a: '3 in 0+1, not 0+0', b: '0 in 0+0, not 1+0' },
    ],
    ['not while a request of no route is in flight', '- 1 a 2 A _ a 3 A', { a: '3 in 1+0, not 1+0' }],
    ['to nobody for a request of no route', '- 4 _ a 1 A', { a: '1 in 1+0, not 0+0' }],
    [
      'to a part of those that another route came between',
      'a 1 a 1 b 9 A 9 B 1 A',
      { a: '3 in 0+2, not 0+0', b: '0 in 0+0, not 1+0' },
    ],
  ]
  for (const [name, picture, expected] of cases) {
    test(`${name}: ${picture}`, () => assert.deepEqual(play(picture), expected))
  }

  test('to nobody where it cannot be afforded', () => {
    assert.deepEqual(
      play('a 1 A a 2 A', () => false),
      { a: '0 in 0+0, not 0+2' },
    )
    // From the middle it takes plenty.
    assert.deepEqual(
      play('a 1 b 5 B 2 A', (takes) => takes < 10),
      { a: '1 in 0+1, not 0+0', b: '0 in 0+0, not 1+0' },
    )
  })

  test('never more than there were, and every request is in one of the four numbers', () => {
    const step = fc.oneof(
      fc.record({ begin: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ end: fc.nat(5) }),
      fc.record({ calls: fc.nat(9) }),
    )
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 1 }),
        (steps, luck) => {
          let asked = 0
          const { visits, routeOf, open, run, routes } = drawn(() => luck[asked++ % luck.length])
          let most = 0
          let begun = 0
          for (const one of steps) {
            if ('begin' in one && ++begun) open.push(visits.begins(routeOf(one.begin)))
            else if ('end' in one && open.length > 0) visits.ends(open.splice(one.end % open.length, 1)[0])
            else if ('calls' in one) {
              run(one.calls)
              if (new Set(open.map(({ route }) => route)).size === 1) most += one.calls
            }
          }
          for (const visit of [...open]) visits.ends(visit)
          const all = [...routes.values()]
          assert.ok(all.reduce((sum, { calls }) => sum + calls, 0) <= most)
          const known = all.map((one) => one.requests + one.partly + one.overlapped + one.skipped)
          assert.equal(
            known.reduce((sum, count) => sum + count, 0),
            begun,
          )
        },
      ),
    )
  })
})

describe('the budget', () => {
  test('has some saved, and then a twentieth of the time', () => {
    let now = 0
    const budget = createBudget(() => now)
    assert.equal(budget.affords(1000), true, 'no price is known yet')
    for (let i = 0; i < 250; i++) budget.spend(2000)
    assert.equal(budget.affords(1), false)
    now += 40_000
    assert.equal(budget.affords(1), true)
    assert.equal(budget.affords(2), false)
    now += 3_600_000_000
    assert.equal(budget.affords(250), true)
    assert.equal(budget.affords(251), false)
  })
})

describe('the tally', () => {
  const script = (url: string, ...counts: number[]) => ({
    scriptId: url,
    url,
    functions: counts.map((count, startOffset) => ({ functionName: 'f', ranges: [{ startOffset, count }] })),
  })
  const countsOf = (tally: ReturnType<typeof createTally>, route: object) => [...tally.of(route).values()]

  test('adds up by route and function, without what was not called or is of no interest', () => {
    const tally = createTally<object>(10_000, (url) => url !== 'other')
    const [a, b] = [{}, {}]
    tally.add(a, [script('one', 1, 0, 2), script('other', 9)])
    tally.add(b, [script('one', 5)])
    tally.add(a, [script('one', 1, 3)])
    assert.deepEqual(countsOf(tally, a), [2, 2, 3])
    assert.deepEqual(countsOf(tally, b), [5])
    tally.forget(a)
    assert.deepEqual([countsOf(tally, a), countsOf(tally, b)], [[], [5]])
    tally.forget(b)
    assert.equal(tally.bytes(), 0)
  })

  test('leaves out functions that find no room, as a whole', () => {
    const tally = createTally<object>(1000, () => true)
    const route = {}
    const many = script('one', ...Array<number>(100).fill(1))
    tally.add(route, [many])
    tally.add(route, [many])
    assert.equal(tally.isFull(), true)
    assert.ok(tally.bytes() < 1500, `${tally.bytes()} bytes`)
    assert.ok(tally.of(route).size > 0)
    assert.deepEqual(new Set(countsOf(tally, route)), new Set([2]))
  })
})

describe('counting that fails', () => {
  const route = () => ({ route: 'GET /', requests: 0, partly: 0, overlapped: 0, skipped: 0 })

  test('is told once, until recording starts anew', () => {
    const warnings: string[] = []
    const user = { warn: (message: string) => void warnings.push(message) }
    let tries = 0
    const counting = createCounting(
      1e6,
      () => true,
      () => {
        tries++
        throw new Error('no inspector')
      },
    )
    const calls = route()
    for (let i = 0; i < 3; i++) {
      counting.start(user)
      counting.visits.ends(counting.visits.begins(calls))
    }
    assert.deepEqual([tries, warnings], [1, ['calls are not counted: no inspector']])
    assert.deepEqual(calls, { ...route(), skipped: 3 })
    assert.equal(counting.status().problem, 'no inspector')
    counting.stop(user)
    assert.equal(counting.status().problem, '')
    counting.start(user)
    assert.equal(tries, 2)
  })

  test('in the middle of a request loses what was not read yet, and no more', () => {
    let takes = 0
    let stopped = 0
    const counting = createCounting(
      1e6,
      () => true,
      () => ({
        take() {
          if (++takes === 4) throw new Error('taken')
          return [
            {
              scriptId: '1',
              url: 'a',
              functions: [{ functionName: 'f', ranges: [{ startOffset: 0, count: 7 }] }],
            },
          ]
        },
        stop: () => void stopped++,
      }),
    )
    const calls = route()
    counting.start({ warn() {} })
    for (let i = 0; i < 3; i++) counting.visits.ends(counting.visits.begins(calls))
    assert.deepEqual(calls, { ...route(), requests: 1, skipped: 2 })
    assert.deepEqual([...counting.tally.of(calls).values()], [7])
    assert.deepEqual([counting.status().counting, counting.status().problem, stopped], [false, 'taken', 1])
  })
})
