import { each, type Steps } from '../model/steps.ts'
import { addToSum } from '../model/sum.ts'
import { SLOWEST_KEPT_PER_ROUTE } from '../model/wire/routes.ts'
import type { RequestRecord } from '../requests/record.ts'
import { BYTES_PER_SAMPLE, stackOf, trim } from '../requests/sample-list.ts'
import { splitBytes, trimmed } from '../requests/split.ts'
import type { RouteStats } from './route-stats.ts'
import type { Stacks } from './stacks.ts'

/**
 * The ring buffer: ended requests under a cap in bytes.
 *
 * Of each route it keeps the newest, the slowest and the pinned requests, and those that made others wait longest. If
 * they exceed the cap, it drops the oldest first: of the newest ones all but the last of each route, then all others,
 * and, when nothing else is left, pinned ones.
 */
export interface Store {
  /** Takes ended requests, in the order in which they ended. */
  add(records: readonly RequestRecord[]): Steps<void>
  get(id: string): RequestRecord | undefined
  /** All kept requests, in the order in which they ended. */
  all(): IterableIterator<RequestRecord>
  /** Requests of a route that are kept as its newest, in the order in which they ended. */
  newest(stats: RouteStats): RequestRecord[]
  /** Pins or unpins a request; false when pinned requests would take more than half of the cap. */
  pin(record: RequestRecord, pinned: boolean): boolean
  /** Must be called after samples were added to a kept record. */
  grown(record: RequestRecord): void
  /** Releases what a record holds that was not added. */
  forget(record: RequestRecord): void
  /** Drops records when something outside the store has grown and the cap is exceeded. */
  makeRoom(): void
  clear(pinnedToo: boolean): void
  bytes(): number
  evicted(): number
}

export interface StoreLimits {
  readonly maxBytes: number
  readonly maxRequestsPerRoute: number
}

/** Share of the cap that is freed at once, because finding records to drop means looking through all that stay. */
const SPARE = 0.02
/** Measured: the record, its numbers without marks, its strings, and its entries in maps and lists. */
const RECORD_BYTES = 560
/** Measured: two typed arrays, without their contents. */
const SAMPLES_BYTES = 440
/** Measured: a map of who blocked it, and each entry. */
const BLAMED_BYTES = 200
const BYTES_PER_BLAMED = 40
/** Measured: 200, but all requests that one turn blocked share its stack. */
const BYTES_PER_FRAME = 40
const BYTES_PER_MARK = 8
/** Measured: an object with two numbers, a string of its own, without the text, and one of another record. */
const BYTES_PER_WAIT = 123
/** An object with a number, and an id of another record. */
const BYTES_PER_WAITED_FOR = 72

interface Kept {
  readonly record: RequestRecord
  bytes: number
  newest: boolean
  slowest: boolean
}

interface RouteRing {
  /** Newest requests, in the order in which they ended. */
  readonly newest: Set<Kept>
  last: Kept | undefined
  /** Slowest requests, the fastest of them first. */
  readonly slowest: Kept[]
  /** Requests that were kept because they made others wait longest; another may have done so since. */
  readonly culprits: Set<Kept>
}

export function createStore(limits: StoreLimits, stacks: Stacks, otherBytes: () => number): Store {
  const kept = new Map<string, Kept>()
  const rings = new Map<RouteStats, RouteRing>()
  let recordBytes = 0
  let pinnedBytes = 0
  let evicted = 0

  const bytes = () => recordBytes + stacks.bytes() + otherBytes()

  function ringOf(record: RequestRecord): RouteRing {
    let ring = rings.get(record.stats)
    if (ring === undefined) {
      ring = { newest: new Set(), last: undefined, slowest: [], culprits: new Set() }
      rings.set(record.stats, ring)
    }
    return ring
  }

  function addSlowest({ slowest }: RouteRing, entry: Kept): void {
    const wall = wallUs(entry.record)
    const at = slowest.findIndex((other) => wallUs(other.record) > wall)
    slowest.splice(at < 0 ? slowest.length : at, 0, entry)
    entry.slowest = true
    if (slowest.length > SLOWEST_KEPT_PER_ROUTE) {
      const out = slowest.shift()!
      out.slowest = false
      dropIfLoose(out)
    }
  }

  function dropIfLoose(entry: Kept): void {
    const { record } = entry
    if (entry.newest || entry.slowest || record.pinned) return
    if (isCulprit(record)) {
      ringOf(record).culprits.add(entry)
      return
    }
    drop(entry)
    evicted++
  }

  function dropFormerCulprits({ culprits }: RouteRing): void {
    for (const entry of culprits) {
      if (isCulprit(entry.record)) continue
      culprits.delete(entry)
      dropIfLoose(entry)
    }
  }

  function drop(entry: Kept): void {
    const { record } = entry
    kept.delete(record.id)
    const ring = ringOf(record)
    ring.newest.delete(entry)
    ring.culprits.delete(entry)
    if (ring.last === entry) ring.last = undefined
    if (entry.slowest) ring.slowest.splice(ring.slowest.indexOf(entry), 1)
    if (record.pinned) pinnedBytes -= entry.bytes
    recordBytes -= entry.bytes
    forget(record)
  }

  function forget(record: RequestRecord): void {
    record.gone = true
    record.pinned = false
    // A promise that the application keeps can hold the record in memory for long.
    record.clearMarks()
    record.waits = undefined
    record.split = undefined
    record.blockedBy = undefined
    record.queuedBehind = undefined
    const list = record.samples
    record.samples = undefined
    if (list === undefined) return
    for (let i = 0; i < list.length; i++) stacks.release(stackOf(list, i))
  }

  function keep(ring: RouteRing, record: RequestRecord, slow: boolean): void {
    if (record.samples !== undefined) trim(record.samples)
    if (record.split !== undefined) record.split = trimmed(record.split)
    record.takeOut()
    const entry: Kept = { record, bytes: sizeOf(record), newest: true, slowest: false }
    kept.set(record.id, entry)
    recordBytes += entry.bytes
    ring.newest.add(entry)
    ring.last = entry
    if (slow) addSlowest(ring, entry)
    if (ring.newest.size > limits.maxRequestsPerRoute) {
      const [oldest] = ring.newest
      ring.newest.delete(oldest)
      oldest.newest = false
      dropIfLoose(oldest)
    }
    dropFormerCulprits(ring)
    fit(entry)
  }

  /** Makes room after `entry` was added or has grown. One that alone exceeds the cap is dropped before any other. */
  function fit(entry: Kept): void {
    if (bytes() <= limits.maxBytes) return
    if (entry.bytes + otherBytes() > limits.maxBytes) {
      drop(entry)
      evicted++
    }
    makeRoom()
  }

  /** Drops records, oldest first, while the cap is exceeded; each pass gives up more of what should be kept. */
  function makeRoom(): void {
    if (bytes() <= limits.maxBytes) return
    const passes: [enough: number, mayGo: (entry: Kept) => boolean][] = [
      [
        limits.maxBytes * (1 - SPARE),
        ({ slowest, record }) =>
          !slowest && !record.pinned && !isCulprit(record) && ringOf(record).last?.record !== record,
      ],
      [limits.maxBytes, (entry) => !entry.record.pinned],
      [limits.maxBytes, () => true],
    ]
    for (const [enough, mayGo] of passes) {
      for (const entry of kept.values()) {
        if (bytes() <= enough) return
        if (!mayGo(entry)) continue
        drop(entry)
        evicted++
      }
    }
  }

  return {
    *add(records) {
      const left = new Map<object, number>()
      for (const { stats } of records) addToSum(left, stats, 1)
      yield* each(records, (record) => {
        const newer = left.get(record.stats)! - 1
        left.set(record.stats, newer)
        if (record.gone) return
        const ring = ringOf(record)
        // Under load most go as soon as they come; adding and dropping them one by one costs several times as much.
        const slow = isSlow(ring, record)
        if (slow || newer < limits.maxRequestsPerRoute || isCulprit(record)) keep(ring, record, slow)
        else {
          forget(record)
          evicted++
        }
      })
    },
    get: (id) => kept.get(id)?.record,
    *all() {
      for (const entry of kept.values()) yield entry.record
    },
    newest: (stats) => [...(rings.get(stats)?.newest ?? [])].map(({ record }) => record),
    pin(record, pinned) {
      const entry = kept.get(record.id)
      if (entry === undefined || record.pinned === pinned) return true
      if (pinned && pinnedBytes + entry.bytes > limits.maxBytes / 2) return false
      record.pinned = pinned
      pinnedBytes += pinned ? entry.bytes : -entry.bytes
      if (!pinned) dropIfLoose(entry)
      return true
    },
    grown(record) {
      const entry = kept.get(record.id)
      if (entry === undefined) return
      const grown = sizeOf(record) - entry.bytes
      entry.bytes += grown
      recordBytes += grown
      if (record.pinned) pinnedBytes += grown
      fit(entry)
    },
    forget,
    makeRoom,
    clear(pinnedToo) {
      for (const entry of [...kept.values()]) if (pinnedToo || !entry.record.pinned) drop(entry)
    },
    bytes,
    evicted: () => evicted,
  }
}

/** Whether a record would be among the slowest of its route. */
function isSlow({ slowest }: RouteRing, record: RequestRecord): boolean {
  return slowest.length < SLOWEST_KEPT_PER_ROUTE || wallUs(record) > wallUs(slowest[0].record)
}

/** Whether its route is known for what it did: it made another request wait longest. */
function isCulprit({ id, stats: { longestBlock, longestQueued, longestAwaited } }: RequestRecord): boolean {
  return longestBlock?.requestId === id || longestQueued?.requestId === id || longestAwaited?.requestId === id
}

function wallUs(record: RequestRecord): number {
  return record.endUs - record.startUs
}

function sizeOf(record: RequestRecord): number {
  const { samples, url } = record
  const sampleBytes =
    samples === undefined ? 0 : SAMPLES_BYTES + samples.columns.stack.length * BYTES_PER_SAMPLE
  let waitBytes = 0
  for (const { target, by } of record.waits ?? []) {
    waitBytes += BYTES_PER_WAIT + target.length + (by === undefined ? 0 : BYTES_PER_WAITED_FOR)
  }
  const markBytes = record.markCount * BYTES_PER_MARK
  return RECORD_BYTES + 2 * url.length + sampleBytes + waitBytes + markBytes + blameBytes(record)
}

function blameBytes(record: RequestRecord): number {
  const { split, blockedBy, queuedBehind, worst, worstQueued } = record
  const slices = split === undefined ? 0 : splitBytes(split)
  let blamed = 0
  for (const charged of [blockedBy, queuedBehind]) {
    if (charged !== undefined) blamed += BLAMED_BYTES + charged.size * BYTES_PER_BLAMED
  }
  for (const turn of [worst, worstQueued]) blamed += (turn?.stack.length ?? 0) * BYTES_PER_FRAME
  return slices + blamed
}
