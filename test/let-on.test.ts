import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { addSlice, createSplit } from '../plugin/requests/split.ts'
import { bookAwaited } from '../plugin/store/awaited.ts'
import { noteLetOn } from '../plugin/tracker/let-on.ts'
import type { Wait } from '../plugin/tracker/waits.ts'
import { createRequests } from './records.ts'

interface Waiter {
  readonly id: string
  readonly route: string
  readonly method: string
  readonly startUs: number
  readonly endUs: number
  leftUs: number
  waits: Wait[] | undefined
}

function waiter(id: string, route: string, leftUs = 0, startUs = 0): Waiter {
  return { id, route, method: 'GET', startUs, endUs: -1, leftUs, waits: undefined }
}

function told({ waits = [] }: Waiter): string[] {
  return waits.map(({ kind, target, by, startUs, endUs }) => {
    assert.equal(kind, 'request')
    return `${target} ${by?.id} ${startUs}-${endUs}`
  })
}

/** One lock, which each takes when the one before lets it go. All ask for it at once, after their first turns. */
function queueOf(held: readonly { readonly route: string; readonly us: number }[]): Waiter[] {
  const all = held.map(({ route }, i) => waiter(String(i), route))
  let us = held[0]?.us ?? 0
  for (let i = 1; i < all.length; i++) {
    noteLetOn(all[i], all[i - 1], us, us)
    us += held[i].us
  }
  return all
}

describe('a request that another one lets go on', () => {
  test('has waited for that one, and as long as that one waited for a third, for the third', () => {
    const queue = queueOf([
      { route: 'GET /report', us: 100_000 },
      { route: 'GET /quick', us: 2000 },
      { route: 'GET /quick', us: 2000 },
      { route: 'GET /last', us: 0 },
    ])
    assert.deepEqual(queue.map(told), [
      [],
      ['GET /report 0 0-100000'],
      ['GET /report 0 0-100000', 'GET /quick 1 100000-102000'],
      ['GET /report 0 0-100000', 'GET /quick 1 100000-104000'],
    ])
  })

  test('has not waited for what that one waited for before', () => {
    const [, quick] = queueOf([
      { route: 'GET /report', us: 1000 },
      { route: 'GET /quick', us: 1000 },
    ])
    const late = waiter('late', 'GET /late', 800)
    noteLetOn(late, quick, 2000, 2000)
    assert.deepEqual(told(late), ['GET /report 0 800-1000', 'GET /quick 1 1000-2000'])
    const later = waiter('later', 'GET /late', 1500)
    noteLetOn(later, quick, 2000, 2000)
    assert.deepEqual(told(later), ['GET /quick 1 1500-2000'])
  })

  test('has waited for that one while that one waited for anything else', () => {
    const busy = waiter('busy', 'GET /busy')
    busy.waits = [{ kind: 'http', target: 'GET http://a', startUs: 0, endUs: 900, by: undefined }]
    const one = waiter('one', 'GET /one')
    noteLetOn(one, busy, 1000, 1000)
    assert.deepEqual(told(one), ['GET /busy busy 0-1000'])
  })

  test('has waited, while that one was not there yet, for whom that one waited for', () => {
    const long = waiter('long', 'GET /long')
    const short = waiter('short', 'GET /short', 91_000, 90_000)
    noteLetOn(short, long, 100_000, 100_000)
    const victim = waiter('victim', 'GET /victim', 5000)
    noteLetOn(victim, short, 105_000, 105_000)
    assert.deepEqual(told(victim), [
      'GET /long long 5000-90000',
      'GET /short short 90000-91000',
      'GET /long long 91000-100000',
      'GET /short short 100000-105000',
    ])
  })

  test('is told of several of a route the one that held it longest', () => {
    const queue = queueOf([5, 200, 10, 7].map((ms) => ({ route: 'GET /report', us: ms * 1000 })))
    assert.deepEqual(queue.map(told).slice(1), [
      ['GET /report 0 0-5000'],
      ['GET /report 1 0-205000'],
      ['GET /report 1 0-215000'],
    ])
  })

  test('is not told what is too short', () => {
    const queue = queueOf([
      { route: 'GET /report', us: 10_000 },
      { route: 'GET /quick', us: 20 },
      { route: 'GET /report', us: 10_000 },
      { route: 'GET /last', us: 0 },
    ])
    assert.deepEqual(told(queue[3]), ['GET /report 0 0-20020'])
  })

  test('is told whom it waited for longest of very many', () => {
    const others = Array.from({ length: 80 }, (_, i) => ({
      route: i % 2 === 0 ? 'GET /a' : 'GET /b',
      us: 2000,
    }))
    const queue = queueOf([{ route: 'GET /long', us: 500_000 }, ...others])
    const waits = queue.at(-1)!.waits!
    assert.equal(told(queue.at(-1)!)[0], 'GET /long 0 0-500000')
    assert.ok(waits.length > 1 && waits.length <= 5, told(queue.at(-1)!).join())
  })

  test('is told the others where the first, or the last, is too short', () => {
    const short = { route: 'GET /short', us: 20 }
    const long = { route: 'GET /long', us: 1000 }
    const end = { route: 'GET /end', us: 0 }
    assert.deepEqual(told(queueOf([short, long, end])[2]), ['GET /long 1 0-1020'])
    assert.deepEqual(told(queueOf([long, short, end])[2]), ['GET /long 0 0-1020'])
  })

  test('has not waited for itself', () => {
    const [one, other] = [waiter('one', 'GET /one', 2000), waiter('other', 'GET /other', 0)]
    noteLetOn(other, one, 3000, 3000)
    noteLetOn(one, other, 4000, 4000)
    assert.deepEqual(told(one), ['GET /other other 2000-4000'])
  })

  const route = fc.constantFrom('GET /a', 'GET /b', 'GET /c')
  const holder = fc.record({ route, us: fc.integer({ min: 0, max: 100_000 }) })
  /** Few enough for each to be told. */
  const holders = fc.array(fc.record({ route, us: fc.integer({ min: 50, max: 100_000 }) }), {
    minLength: 1,
    maxLength: 6,
  })

  test('has waited for each route as long as its requests held the lock before', () => {
    fc.assert(
      fc.property(holders, (held) => {
        for (const [i, { waits = [] }] of queueOf(held).entries()) {
          const sums: Record<string, number> = {}
          for (const { route, us } of held.slice(0, i)) sums[route] = (sums[route] ?? 0) + us
          const all: Record<string, number> = {}
          let atUs = 0
          for (const { target, startUs, endUs } of waits) {
            assert.equal(startUs, atUs)
            all[target] = (all[target] ?? 0) + endUs - startUs
            atUs = endUs
          }
          assert.deepEqual(all, sums)
        }
      }),
    )
  })

  test('is told all of the time, without gaps, and in few parts', () => {
    fc.assert(
      fc.property(fc.array(holder, { minLength: 2, maxLength: 60 }), (held) => {
        const queue = queueOf(held)
        for (const [i, { waits = [] }] of queue.entries()) {
          const us = held.slice(0, i).reduce((sum, one) => sum + one.us, 0)
          assert.ok(waits.length <= 5)
          assert.deepEqual([waits[0]?.startUs ?? 0, waits.at(-1)?.endUs ?? 0], us >= 50 ? [0, us] : [0, 0])
          for (let w = 1; w < waits.length; w++) {
            assert.equal(waits[w].startUs, waits[w - 1].endUs)
            assert.notEqual(waits[w].target, waits[w - 1].target)
            assert.ok(waits[w].endUs - waits[w].startUs >= 50)
          }
        }
      }),
    )
  })
})

describe('what a route was awaited for', () => {
  const { record, stats } = createRequests()
  const routes = { get: (route: string) => (route === 'GET /lock' ? stats(route) : undefined) }
  const wait = (
    kind: Wait['kind'],
    target: string,
    id: string,
    from: number,
    to: number,
    begunMs = 0,
  ): Wait => {
    const by = id === '' ? undefined : { id, startUs: begunMs * 1000 }
    return { kind, target, by, startUs: from * 1000, endUs: to * 1000 }
  }

  test('is the time in which a request did nothing but wait for it, the longest with the request', () => {
    const one = record({
      startUs: 0,
      endUs: 100_000,
      waits: [
        wait('request', 'GET /lock', 'x_1', 10, 30),
        wait('timer', '5 ms', '', 30, 40),
        wait('request', 'GET /lock', 'x_2', 40, 90),
        wait('request', 'GET /lock (another application)', 'y_1', 90, 100),
      ],
    })
    const split = createSplit()
    addSlice(split, 20_000, 'own')
    addSlice(split, 50_000, 'waiting')
    addSlice(split, 60_000, 'blocked')
    addSlice(split, 100_000, 'waiting')
    one.split = split
    bookAwaited(one, routes)
    assert.equal(stats('GET /lock').awaitedUs, 10_000 + 40_000)
    assert.deepEqual(stats('GET /lock').longestAwaited, { us: 40_000, requestId: 'x_2' })
  })

  test('is not the time before it was there', () => {
    const before = stats('GET /lock').awaitedUs
    const polling = record({ startUs: 7000, endUs: 107_000 })
    polling.waits = [
      wait('request', 'GET /lock', 'x_8', 7, 107, 104),
      wait('request', 'GET /lock', 'x_9', 7, 107, 200),
    ]
    polling.split = createSplit()
    addSlice(polling.split, 100_000, 'waiting')
    bookAwaited(polling, routes)
    assert.equal(stats('GET /lock').awaitedUs, before + 3000)
  })

  test('is not changed by a request that waited for nobody, or less', () => {
    const before = stats('GET /lock').awaitedUs
    bookAwaited(record({ endUs: 100_000 }), routes)
    bookAwaited(record({ endUs: 100_000, waits: [wait('timer', '5 ms', '', 0, 90)] }), routes)
    assert.equal(stats('GET /lock').awaitedUs, before)
    const less = record({ startUs: 0, endUs: 100_000, waits: [wait('request', 'GET /lock', 'x_3', 0, 5)] })
    less.split = createSplit()
    addSlice(less.split, 100_000, 'waiting')
    bookAwaited(less, routes)
    assert.equal(stats('GET /lock').awaitedUs, before + 5000)
    assert.equal(stats('GET /lock').longestAwaited?.requestId, 'x_2')
  })
})
