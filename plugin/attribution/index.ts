import { addToSum } from '../model/sum.ts'
import type { RequestRecord, Sampled } from '../requests/record.ts'
import type { Segment } from '../sampler/segment.ts'
import { type Holder, IDLE, NOBODY, type Slices } from '../tracker/timeline.ts'
import { bookBackground } from './background.ts'
import type { Blame } from './blame.ts'
import { sampleDealer } from './samples.ts'
import { WORTH_NAMING_US } from './turns.ts'

/** A garbage collection, in times of `clock.ts`. */
export interface Collection {
  readonly startUs: number
  readonly endUs: number
}

/** What a stretch of recorded time went to; the parts add up to `recordedUs`. */
export interface Account {
  recordedUs: number
  /** CPU of requests, per recorder. */
  readonly ownUs: Map<object, number>
  /** CPU of requests after their response, part of `ownUs`; a request may occur several times. */
  readonly after: { readonly records: RequestRecord[]; readonly us: number[] }
  nobodyUs: number
  gcUs: number
  idleUs: number
  /** Samples that were given to a request, per recorder. */
  readonly samples: Map<object, number>
  /** Samples that were lost because their request had no room for more, per recorder. */
  readonly dropped: Map<object, number>
}

/** Sampling intervals that a turn must last for its samples to speak for it alone. */
const LONG_TURN = 2
/** A sample takes as long as this many entries, since its stack may be new. */
const ENTRIES_PER_SAMPLE = 5

/** Goes through a switch log bit by bit; between two bits the event loop can turn. */
export interface Attribution {
  /** What the time of the entries done so far went to. */
  readonly account: Account
  /** How many entries are done. */
  readonly done: number
  /** Goes on with `entries` more, or with fewer if they have samples; returns false when all are done. */
  advance(entries: number): boolean
}

/**
 * Joins the two recordings by time: the switch log says who held the thread, the segment says what ran.
 *
 * Time comes from the switch log alone, less the garbage collections that fall into it; samples only say where the time
 * went. Samples in idle time are given to nobody. `collections` must be in order of time and without overlap; `blame`
 * gets every piece, and each of `background` all work of no request.
 */
export function createAttribution(
  slices: Slices<RequestRecord>,
  collections: readonly Collection[],
  segment: Segment | undefined,
  intervalUs: number,
  isOwn: (url: string) => boolean,
  blame?: Blame,
  background: readonly Sampled[] = [],
): Attribution {
  const account: Account = {
    recordedUs: 0,
    ownUs: new Map(),
    after: { records: [], us: [] },
    nobodyUs: 0,
    gcUs: 0,
    idleUs: 0,
    samples: new Map(),
    dropped: new Map(),
  }
  const dealer = segment === undefined ? undefined : sampleDealer(segment, isOwn)
  const bookNobody = bookBackground(background, segment)
  const sums = createSums(account.ownUs)
  /** One object for all turns: there are thousands. */
  const turn = { start: 0, end: 0, ownUs: 0, long: false }
  let next = 0
  let done = 0

  /** Returns how many samples it gave out. */
  function attribute(i: number): number {
    const holder = slices.holder[i]
    const start = slices.timeUs[i]
    const end = i + 1 < slices.length ? slices.timeUs[i + 1] : slices.endUs
    while (next < collections.length && collections[next].endUs <= start) next++
    let ownUs = 0
    let from = start
    for (let c = next; c < collections.length && collections[c].startUs < end; c++) {
      const gcStart = Math.max(start, collections[c].startUs)
      const gcEnd = Math.min(end, collections[c].endUs)
      ownUs += gcStart - from
      ran(holder, from, gcStart, account, sums, blame)
      account.gcUs += gcEnd - gcStart
      blame?.collected(holder, gcStart, gcEnd)
      from = gcEnd
    }
    ownUs += end - from
    ran(holder, from, end, account, sums, blame)
    account.recordedUs += end - start
    if (holder === IDLE) return 0
    if (blame !== undefined && dealer !== undefined && ownUs >= WORTH_NAMING_US)
      blame.name(dealer.hottest(start, end, holder === NOBODY))
    turn.start = start
    turn.end = end
    turn.ownUs = ownUs
    turn.long = end - start >= LONG_TURN * intervalUs
    if (holder === NOBODY) return bookNobody(turn)
    if (dealer !== undefined) return dealer.give(holder, turn, account)
    holder.unsampledUs += ownUs
    return 0
  }

  return {
    account,
    get done() {
      return done
    },
    advance(entries) {
      for (let left = entries; left > 0 && done < slices.length; done++)
        left -= 1 + ENTRIES_PER_SAMPLE * attribute(done)
      sums.close()
      return done < slices.length
    },
  }
}

/** Books a piece of time without a collection in it. */
function ran(
  holder: Holder<RequestRecord>,
  start: number,
  end: number,
  account: Account,
  sums: Sums,
  blame: Blame | undefined,
): void {
  blame?.ran(holder, start, end)
  const us = end - start
  if (holder === IDLE) account.idleUs += us
  else if (holder === NOBODY) account.nobodyUs += us
  else {
    sums.add(holder.recorder, us)
    charge(holder, start, end, account)
  }
}

/** Books own time. What comes after the response counts for the route, but not for the request's wall time. */
function charge(record: RequestRecord, start: number, end: number, account: Account): void {
  const until = record.endUs < 0 ? end : Math.min(end, Math.max(start, record.endUs))
  record.ownUs += until - start
  if (!record.gone) record.stats.uncountedUs += until - start
  if (until === end) return
  record.afterUs += end - until
  account.after.records.push(record)
  account.after.us.push(end - until)
}

/** Adds up time per recorder. Pieces of one mostly follow each other, so the map is read only when it changes. */
interface Sums {
  add(recorder: object, us: number): void
  close(): void
}

function createSums(total: Map<object, number>): Sums {
  let recorder: object | undefined
  let sum = 0

  function close(): void {
    if (sum > 0) addToSum(total, recorder!, sum)
    sum = 0
  }

  return {
    add(next, us) {
      if (next !== recorder) {
        close()
        recorder = next
      }
      sum += us
    },
    close,
  }
}
