import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { atOnce } from '../plugin/model/steps.ts'
import { SLOWEST_KEPT_PER_ROUTE } from '../plugin/model/wire/routes.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { addSample, createSampleList, stackOf } from '../plugin/requests/sample-list.ts'
import { addSlice, createSplit } from '../plugin/requests/split.ts'
import { createStore, type Store } from '../plugin/store/index.ts'
import { addWait } from '../plugin/tracker/waits.ts'
import { createRequests, type Requests } from './records.ts'

interface Ended {
  readonly route?: string
  readonly wallMs?: number
  readonly samples?: number
  readonly stack?: string
}

interface Setup {
  readonly maxBytes?: number
  readonly maxRequestsPerRoute?: number
  readonly otherBytes?: number
}

/** A store, and requests that end one after the other. */
function setup({ maxBytes = 2 ** 30, maxRequestsPerRoute = 100, otherBytes = 0 }: Setup = {}) {
  const requests = createRequests()
  const store = createStore({ maxBytes, maxRequestsPerRoute }, requests.stacks, () => otherBytes)
  return {
    requests,
    store,
    add(ended: Ended = {}): RequestRecord {
      const record = endedRequest(requests, ended)
      atOnce(store.add([record]))
      return record
    },
  }
}

function endedRequest(
  requests: Requests,
  { route, wallMs = 1, samples = 0, stack = 'a' }: Ended,
): RequestRecord {
  const record = requests.record({ route })
  record.endUs = record.startUs + wallMs * 1000
  sample(record, samples, stack)
  return record
}

function sample(record: RequestRecord, count: number, name: string): void {
  const { stacks } = record.recorder
  for (let i = 0; i < count; i++) {
    const node = stacks.node(0, stacks.site({ name, url: 'a.js', line: 1, column: 1 }, i % 7))
    stacks.hold(node)
    record.samples ??= createSampleList()
    addSample(record.samples, node, i, 1000)
  }
}

const idsOf = (store: Store) => [...store.all()].map((record) => record.id)
const ids = (records: readonly RequestRecord[]) => records.map((record) => record.id)

/** Bytes of one request without samples, by the store's own count. */
function plainBytes(): number {
  const { store, add } = setup()
  add()
  return store.bytes()
}

/** The request held the loop, or had what another one waited for, longer than any other of its route. */
function blames(
  record: RequestRecord,
  how: 'longestBlock' | 'longestQueued' | 'longestAwaited',
  us = 5000,
): void {
  record.stats[how] = { us, requestId: record.id, stack: [] }
}

describe('what is kept of a route', () => {
  test('who made others wait longest, as long as no other request did', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 2 })
    for (let i = 0; i < SLOWEST_KEPT_PER_ROUTE; i++) add({ wallMs: 50 })
    const [first, second] = [add(), add()]
    blames(first, 'longestBlock')
    blames(second, 'longestAwaited')
    const behind = add()
    blames(behind, 'longestQueued')
    for (let i = 0; i < 5; i++) add()
    const isKept = (record: RequestRecord) => store.get(record.id) !== undefined && !record.gone
    assert.deepEqual([first, second, behind].map(isKept), [true, true, true])
    const third = add()
    blames(third, 'longestBlock')
    for (let i = 0; i < 5; i++) add()
    assert.deepEqual([first, second, behind, third].map(isKept), [false, true, true, true])
    assert.equal([...store.all()].length, SLOWEST_KEPT_PER_ROUTE + 2 + 3)
    store.clear(false)
    assert.equal([...store.all()].length, 0)
  })

  test('also one that comes with so many others that it would go at once', () => {
    const { store, requests } = setup({ maxRequestsPerRoute: 2 })
    const records = Array.from({ length: 20 }, (_, i) => endedRequest(requests, { wallMs: 20 - i }))
    blames(records[SLOWEST_KEPT_PER_ROUTE + 2], 'longestBlock')
    atOnce(store.add(records))
    assert.equal(store.get(records[SLOWEST_KEPT_PER_ROUTE + 2].id)?.gone, false)
    assert.equal(store.get(records[SLOWEST_KEPT_PER_ROUTE + 3].id), undefined)
  })

  test('under the cap who made others wait longest goes after the newest, and before the pinned', () => {
    const bytes = plainBytes()
    const { store, add } = setup({ maxBytes: bytes * 16, maxRequestsPerRoute: 100 })
    const pinned = add()
    store.pin(pinned, true)
    const culprit = add()
    blames(culprit, 'longestBlock')
    for (let i = 0; i < 100; i++) add({ wallMs: 0.5 })
    assert.notEqual(store.get(culprit.id), undefined)
    assert.ok(store.bytes() <= bytes * 16)
  })

  test('the newest, and the slowest besides', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 3 })
    const slow = Array.from({ length: SLOWEST_KEPT_PER_ROUTE }, (_, i) => add({ wallMs: 50 + i }))
    const rest = Array.from({ length: 20 }, () => add())
    assert.deepEqual(idsOf(store), ids([...slow, ...rest.slice(-3)]))
    assert.equal(store.evicted(), 17)
    for (const record of rest.slice(0, -3)) {
      assert.equal(record.gone, true)
      assert.equal(store.get(record.id), undefined)
    }
    for (const record of [...slow, ...rest.slice(-3)]) assert.equal(store.get(record.id), record)
    assert.deepEqual(ids(store.newest(rest[0].stats)), ids(rest.slice(-3)))
  })

  test('the newest by themselves, where few of them are left', () => {
    const { store, add, requests } = setup({ maxBytes: 8 * plainBytes(), maxRequestsPerRoute: 3 })
    const pinned = [add({ wallMs: 9 }), add({ wallMs: 8 })]
    for (const record of pinned) store.pin(record, true)
    for (let i = 0; i < 4; i++) add({ wallMs: 5 })
    for (let i = 0; i < 4; i++) add({ route: 'GET /b', wallMs: 5 })
    const newest = store.newest(requests.stats('GET /a'))
    assert.ok(newest.length > 0 && newest.length < 3, `${newest.length} newest`)
    assert.ok(newest.every((record) => !record.pinned))
    assert.deepEqual(store.newest(requests.stats('GET /none')), [])
  })

  test('of equally slow ones the first', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 1 })
    const records = Array.from({ length: 30 }, () => add())
    assert.deepEqual(idsOf(store), ids([...records.slice(0, SLOWEST_KEPT_PER_ROUTE), records[29]]))
  })

  test('with one newest per route the last one stays though it is the fastest', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 1 })
    for (let i = 0; i < 20; i++) add({ wallMs: 10 })
    const last = add({ wallMs: 1 })
    assert.equal(store.get(last.id), last)
    assert.equal(idsOf(store).length, SLOWEST_KEPT_PER_ROUTE + 1)
  })

  test('what was forgotten by hand is not compared with any more', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 1 })
    for (let i = 0; i < SLOWEST_KEPT_PER_ROUTE; i++) add({ wallMs: 500 })
    store.clear(true)
    const records = Array.from({ length: SLOWEST_KEPT_PER_ROUTE + 5 }, (_, i) => add({ wallMs: 50 - i }))
    assert.deepEqual(idsOf(store), ids([...records.slice(0, SLOWEST_KEPT_PER_ROUTE), records.at(-1)!]))
  })

  test('a slower one takes the place of the least slow', () => {
    const { add } = setup({ maxRequestsPerRoute: 1 })
    const slow = Array.from({ length: SLOWEST_KEPT_PER_ROUTE }, (_, i) => add({ wallMs: 50 + i }))
    const slower = add({ wallMs: 500 })
    add()
    assert.equal(slow[0].gone, true)
    assert.deepEqual(ids(slow.slice(1).filter((record) => record.gone)), [])
    assert.equal(slower.gone, false)
  })

  test('each route has its own', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 2 })
    const rare = add({ route: 'GET /rare' })
    for (let i = 0; i < 50; i++) add({ route: 'GET /busy', wallMs: 5 })
    assert.equal(store.get(rare.id), rare)
  })

  test('pinned ones stay until they are let go', () => {
    const { store, add } = setup({ maxRequestsPerRoute: 1 })
    for (let i = 0; i < SLOWEST_KEPT_PER_ROUTE; i++) add({ wallMs: 50 })
    const record = add()
    assert.equal(store.pin(record, true), true)
    for (let i = 0; i < 5; i++) add()
    assert.equal(store.get(record.id), record)
    assert.equal(store.pin(record, false), true)
    assert.equal(store.get(record.id), undefined)
    assert.equal(record.gone, true)
  })

  test('a newest or slowest one that is let go stays as what it is', () => {
    const { store, add } = setup()
    const record = add()
    const bytes = store.bytes()
    store.pin(record, true)
    store.pin(record, false)
    assert.equal(store.get(record.id), record)
    assert.equal(store.bytes(), bytes)
    assert.equal(store.evicted(), 0)
  })
})

describe('the cap', () => {
  test('newest ones go first, oldest first; then slowest ones; then pinned ones', () => {
    const room = 30 * plainBytes()
    const { store, add } = setup({ maxBytes: room })
    const pinned = add({ route: 'GET /pinned' })
    store.pin(pinned, true)
    const slow = Array.from({ length: SLOWEST_KEPT_PER_ROUTE }, (_, i) => add({ wallMs: 50 + i }))
    const rest = Array.from({ length: 100 }, () => add())
    const newest = idsOf(store).length - SLOWEST_KEPT_PER_ROUTE - 1
    assert.ok(newest >= 18 && newest <= 19, 'no more goes than has to')
    assert.deepEqual(idsOf(store), ids([pinned, ...slow, ...rest.slice(-newest)]))
    // Each the last of its route: now the older last ones and the slowest have to go.
    const order = ids([...slow, rest[99]])
    for (let i = 0; i < 40; i++) {
      order.push(add({ route: `GET /${i}` }).id)
      const [first, ...others] = idsOf(store)
      assert.equal(first, pinned.id)
      assert.ok(store.bytes() <= room)
      if (rest[98].gone) assert.deepEqual(others, order.slice(-others.length))
    }
    assert.equal(slow.at(-1)!.gone, true)
    assert.equal(store.pin(store.get(order.at(-1)!)!, true), true)
  })

  test('a route that is seldom asked keeps its last request while a busy one has many', () => {
    const { store, add } = setup({ maxBytes: 40 * plainBytes() })
    for (let i = 0; i < SLOWEST_KEPT_PER_ROUTE; i++) add({ route: 'GET /rare', wallMs: 50 })
    const last = add({ route: 'GET /rare' })
    for (let i = 0; i < 500; i++) add({ route: 'GET /busy' })
    assert.equal(store.get(last.id), last)
  })

  test('a request that is larger than the cap is not kept, and drives nobody out', () => {
    const { store, add } = setup({ maxBytes: 20 * plainBytes() })
    const pinned = add()
    store.pin(pinned, true)
    const others = Array.from({ length: 5 }, () => add())
    const large = add({ samples: 20_000 })
    assert.equal(large.gone, true)
    assert.deepEqual(idsOf(store), ids([pinned, ...others]))
    assert.equal(store.evicted(), 1)
  })

  test('what others take counts too: a request without room beside it goes alone, pinned ones go last', () => {
    const plain = plainBytes()
    const requests = createRequests()
    let otherBytes = 20 * plain
    const limits = { maxBytes: 30 * plain, maxRequestsPerRoute: 100 }
    const store = createStore(limits, requests.stacks, () => otherBytes)
    const add = (ended: Ended = {}) => {
      const record = endedRequest(requests, ended)
      atOnce(store.add([record]))
      return record
    }
    const records = Array.from({ length: 5 }, () => add())
    store.pin(records[0], true)
    assert.equal(add({ samples: (15 * plain) / 8 }).gone, true)
    assert.deepEqual(idsOf(store), ids(records))
    otherBytes = 28.5 * plain
    store.makeRoom()
    assert.deepEqual(idsOf(store), ids(records.slice(0, 1)))
    otherBytes = 30 * plain
    store.makeRoom()
    assert.deepEqual(idsOf(store), [])
  })

  test('a request that grows beyond the cap goes alone', () => {
    const { store, add } = setup({ maxBytes: 20 * plainBytes() })
    const others = Array.from({ length: 5 }, () => add())
    const record = add({ samples: 1 })
    sample(record, 20_000, 'a')
    store.grown(record)
    assert.equal(record.gone, true)
    assert.deepEqual(idsOf(store), ids(others))
  })

  test('what else is kept counts, also when it leaves room for nothing', () => {
    const { store, add } = setup({ maxBytes: 20 * plainBytes(), otherBytes: 15 * plainBytes() })
    for (let i = 0; i < 30; i++) add()
    assert.equal(idsOf(store).length, 5)
    const full = setup({ maxBytes: 1000, otherBytes: 5000 })
    for (let i = 0; i < 5; i++) full.add({ samples: 3 })
    assert.deepEqual(idsOf(full.store), [])
    assert.equal(full.store.bytes(), 5000)
    assert.equal(full.store.evicted(), 5)
  })

  test('samples that come after the end count, also those of a request that had none', () => {
    const { store, add } = setup()
    const record = add()
    const bytes = store.bytes()
    record.samples = createSampleList()
    store.grown(record)
    assert.ok(store.bytes() > bytes)
    sample(record, 1000, 'a')
    store.grown(record)
    assert.ok(store.bytes() >= bytes + 8 * 1000)
    store.clear(true)
    assert.equal(store.bytes(), 0)
  })

  test('a request whose samples were none of the app takes samples later', () => {
    const { requests, store } = setup()
    const record = endedRequest(requests, {})
    record.samples = createSampleList()
    atOnce(store.add([record]))
    sample(record, 3, 'late')
    assert.deepEqual(
      [0, 1, 2].map((i) => requests.stacks.frame(stackOf(record.samples!, i)).name),
      ['late', 'late', 'late'],
    )
  })
})

describe('pins', () => {
  test('more than half of the cap cannot be pinned', () => {
    const bytes = plainBytes()
    const { store, add } = setup({ maxBytes: 20 * bytes })
    const records = Array.from({ length: 20 }, () => add())
    assert.deepEqual(
      records.map((record) => store.pin(record, true)),
      records.map((_, i) => i < 10),
    )
    assert.equal(records[10].pinned, false)
    assert.equal(store.pin(records[0], true), true, 'pinned already')
    store.pin(records[3], false)
    assert.equal(store.pin(records[10], true), true)
    assert.equal(store.pin(records[11], true), false)
    store.clear(true)
    const others = Array.from({ length: 11 }, () => add())
    assert.deepEqual(
      others.map((record) => store.pin(record, true)),
      others.map((_, i) => i < 10),
    )
  })

  test('one that grows leaves less for others', () => {
    const { store, add } = setup({ maxBytes: 25 * plainBytes() })
    const [first, second] = [add(), add()]
    store.pin(first, true)
    sample(first, 1000, 'a')
    store.grown(first)
    assert.equal(store.pin(second, true), false)
    store.pin(first, false)
    assert.equal(store.pin(second, true), true)
  })

  test('clear leaves them unless they are meant too', () => {
    const { requests, store, add } = setup()
    const pinned = add({ samples: 20, stack: 'kept' })
    const other = add({ samples: 20, stack: 'other' })
    store.pin(pinned, true)
    store.clear(false)
    assert.deepEqual(idsOf(store), [pinned.id])
    assert.equal(other.gone, true)
    assert.equal(requests.stacks.size(), 7)
    store.clear(true)
    assert.deepEqual(idsOf(store), [])
    assert.equal(pinned.pinned, false)
    assert.equal(requests.stacks.size(), 0)
    assert.equal(store.bytes(), 0)
    assert.equal(store.evicted(), 0, 'forgotten by hand is not evicted')
    const again = add()
    assert.equal(store.pin(again, true), true)
  })

  test('what is gone is small, for promises of the application may remember it', () => {
    const { requests, store } = setup({ maxRequestsPerRoute: 1 })
    const split = createSplit()
    addSlice(split, 1000, 'own')
    const slow = Array.from({ length: SLOWEST_KEPT_PER_ROUTE }, () => endedRequest(requests, { wallMs: 50 }))
    const record = endedRequest(requests, { samples: 20 })
    for (const mark of [1, 2, 3]) record.addMark(mark)
    addWait(record, 'timer', '20 ms', 0)
    Object.assign(record, { split, blockedBy: new Map([[record.stats, 1]]) })
    atOnce(store.add([...slow, record, endedRequest(requests, {})]))
    assert.equal(record.gone, true)
    const { samples, marks, waits, split: kept, blockedBy } = record
    assert.deepEqual(
      [samples, marks, waits, kept, blockedBy],
      [undefined, [], undefined, undefined, undefined],
    )
  })

  test('to pin what is gone does nothing', () => {
    const { store, add } = setup()
    const record = add()
    store.clear(true)
    store.pin(record, true)
    assert.equal(record.pinned, false)
    assert.equal(store.bytes(), 0)
  })
})

type Step =
  | {
      readonly kind: 'add'
      readonly route: number
      readonly wallMs: number
      readonly samples: number
      stack: string
    }
  | {
      readonly kind: 'pin' | 'grow'
      readonly which: number
      readonly pinned: boolean
      readonly samples: number
    }
  | { readonly kind: 'clear'; readonly pinned: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      route: fc.nat(3),
      wallMs: fc.nat(20),
      samples: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(1500)),
      stack: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('pin' as const, 'grow' as const),
      which: fc.nat(),
      pinned: fc.boolean(),
      samples: fc.nat(30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), pinned: fc.boolean() }) },
)

/** What the rules say is kept as long as the cap is far: per route the newest, the slowest and the pinned. */
function naiveKept(
  added: readonly RequestRecord[],
  slowest: ReadonlyMap<object, Set<RequestRecord>>,
  newest: number,
) {
  return added.filter((record, i) => {
    const later = added.slice(i + 1).filter((other) => other.stats === record.stats)
    return record.pinned || later.length < newest || slowest.get(record.stats)!.has(record)
  })
}

test('without need for room it keeps exactly what its rules say', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 6 }), (steps, newest) => {
      const { store, add } = setup({ maxRequestsPerRoute: newest })
      const added: RequestRecord[] = []
      const slowest = new Map<object, Set<RequestRecord>>()
      for (const one of steps) {
        if (one.kind === 'clear') continue
        if (one.kind === 'add') {
          const record = add({ ...one, route: `GET /${one.route}`, samples: one.samples % 5 })
          added.push(record)
          slowest.set(record.stats, withNew(slowest.get(record.stats) ?? new Set(), record))
        } else if (one.kind === 'pin' && added.length > 0) {
          const record = store.get(added[one.which % added.length].id)
          if (record !== undefined) store.pin(record, one.pinned)
        }
        // What was let go once does not come back.
        const kept = naiveKept(added, slowest, newest).filter((record) => !record.gone)
        assert.deepEqual(new Set(idsOf(store)), new Set(ids(kept)))
        assert.deepEqual(ids(added.filter((record) => !record.gone)), idsOf(store))
        assert.equal(store.evicted(), added.filter((record) => record.gone).length)
      }
    }),
  )
})

test('many that are added at once leave what they leave one by one', () => {
  const ended = fc.record({ route: fc.integer({ min: 0, max: 2 }), wallMs: fc.integer({ min: 0, max: 30 }) })
  const batches = fc.array(fc.array(ended, { maxLength: 40 }), { maxLength: 6 })
  fc.assert(
    fc.property(batches, fc.integer({ min: 1, max: 12 }), (batches, newest) => {
      const [whole, single] = [setup({ maxRequestsPerRoute: newest }), setup({ maxRequestsPerRoute: newest })]
      for (const batch of batches) {
        const all = batch.map((one) => ({ ...one, route: `GET /${one.route}`, samples: 1 }))
        atOnce(whole.store.add(all.map((one) => endedRequest(whole.requests, one))))
        for (const one of all) single.add(one)
        assert.deepEqual(idsOf(whole.store), idsOf(single.store))
        assert.equal(whole.store.evicted(), single.store.evicted())
        assert.equal(whole.store.bytes(), single.store.bytes())
        assert.equal(whole.requests.stacks.size(), single.requests.stacks.size())
      }
    }),
  )
})

const wall = (record: RequestRecord) => record.endUs - record.startUs

/** A newcomer has to be slower than the least slow one, and takes the place of the oldest of those. */
function withNew(slowest: ReadonlySet<RequestRecord>, record: RequestRecord): Set<RequestRecord> {
  const next = new Set(slowest)
  if (slowest.size >= SLOWEST_KEPT_PER_ROUTE) {
    const least = Math.min(...[...slowest].map(wall))
    if (wall(record) <= least) return next
    next.delete([...slowest].find((other) => wall(other) === least)!)
  }
  return next.add(record)
}

test('the cap holds after every step, and every byte comes back', () => {
  const maxBytes = 24 * 1024
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (steps, newest) => {
      const { requests, store, add } = setup({ maxBytes, maxRequestsPerRoute: newest, otherBytes: 1000 })
      const added: RequestRecord[] = []
      let cleared = 0
      for (const one of steps) {
        const before = [...store.all()]
        if (one.kind === 'add') added.push(add({ ...one, route: `GET /${one.route}` }))
        else if (one.kind === 'clear') {
          store.clear(one.pinned)
          cleared += before.filter((record) => record.gone).length
        } else if (added.length > 0) {
          const record = added[one.which % added.length]
          if (record.gone) continue
          if (one.kind === 'pin') store.pin(record, one.pinned)
          else {
            sample(record, one.samples, 'late')
            store.grown(record)
          }
        }
        const kept = [...store.all()]
        assert.ok(store.bytes() <= maxBytes, `${store.bytes()} bytes`)
        assert.deepEqual(
          ids(kept),
          ids(added.filter((record) => !record.gone)),
          'what is not kept is marked as gone, the rest is in order',
        )
        assert.equal(store.evicted(), added.length - kept.length - cleared)
        for (const record of added) {
          if (record.gone) assert.deepEqual([record.samples, record.pinned], [undefined, false])
        }
        assert.deepEqual(sampleCounts(requests, kept), heldCounts(kept))
      }
      store.clear(true)
      assert.equal(requests.stacks.size(), 0)
      assert.equal(store.bytes(), 1000)
    }),
  )
})

/** Names of all samples as the stacks tell them, and how many nodes there must be for them. */
function sampleCounts({ stacks }: Requests, kept: readonly RequestRecord[]) {
  return { nodes: stacks.size(), readable: kept.every((record) => readable(record)) }
}

function heldCounts(kept: readonly RequestRecord[]) {
  const nodes = new Set<number>()
  for (const { samples } of kept) {
    for (let i = 0; i < (samples?.length ?? 0); i++) nodes.add(stackOf(samples!, i))
  }
  return { nodes: nodes.size, readable: true }
}

function readable({ samples, recorder }: RequestRecord): boolean {
  return Array.from({ length: samples?.length ?? 0 }, (_, i) => stackOf(samples!, i)).every(
    (stack) =>
      /^([a-h]|late)$/.test(recorder.stacks.frame(stack).name) && recorder.stacks.parent(stack) === 0,
  )
}

describe('bytes by its own count and by the heap', () => {
  const program = fileURLToPath(new URL('kept-bytes.ts', import.meta.url))
  for (const shape of ['plain', 'few', 'samples', 'stacks', 'places', 'urls', 'paths']) {
    test(shape, () => {
      const output = execFileSync(process.execPath, ['--expose-gc', '--import=tsx', program, shape])
      const { claimed, real, left, claimedAfter } = JSON.parse(output.toString())
      const ratio = real / claimed
      assert.ok(ratio > 0.7 && ratio < 1.3, `${real} bytes, but ${claimed} by its own count`)
      assert.equal(claimedAfter, 0)
      assert.ok(left < real / 4 + 1e6, `${left} bytes stay when all is forgotten`)
    })
  }
})
