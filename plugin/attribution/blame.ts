import type { RawFrame } from '../model/raw-tree.ts'
import { addToSum } from '../model/sum.ts'
import { NO_TOTALS, type RequestRecord, splitOf } from '../requests/record.ts'
import { addSlice } from '../requests/split.ts'
import type { RouteStats } from '../store/route-stats.ts'
import { type Holder, IDLE, NOBODY } from '../tracker/timeline.ts'
import type { Gap } from './live-split.ts'
import { createStretch, GC, type Label } from './stretch.ts'
import { createTurns, type LongTurns, type Turn, WORTH_NAMING_US } from './turns.ts'

/**
 * Splits the wall time of requests into own, held by others, garbage collection and waiting.
 *
 * When a request gets its turn after a gap, what delayed it is the unbroken busy stretch just before that turn: had the
 * loop slept after the request was ready, the request would have had its turn then. Busy time earlier in the gap did
 * not delay it. JavaScript cannot see that a request became ready only part way through the stretch, so `blocked` is
 * too long by at most the time in which the request's own waiting overlapped the stretch.
 *
 * The stretch just before a request's first turn bounds its queueing, for the same reason. Of that, long turns are named.
 *
 * Sums are kept as running totals per label, and each record remembers the totals at the end of its last turn: the cost
 * of a gap depends on the number of routes, however much happened in the gap.
 */
export interface Blame {
  /** `holder` ran from `startUs` to `endUs`. Pieces come in order and without gaps. */
  ran(holder: Holder<RequestRecord>, startUs: number, endUs: number): void
  /** A garbage collection ran in `holder`'s turn from `startUs` to `endUs`. */
  collected(holder: Holder<RequestRecord>, startUs: number, endUs: number): void
  /** What has delayed a request since its last turn, as far as pieces are known. */
  gapOf(record: RequestRecord): Gap
  /** Sets the stack of the current turn. */
  name(stack: readonly RawFrame[]): void
}

/**
 * Called when turns of `by` (`undefined`: of no request) have delayed a request for `blockedUs` in all. `turn` is the
 * longest of them.
 */
export type OnBlock = (
  waiting: RequestRecord,
  by: RouteStats | undefined,
  blockedUs: number,
  turn: Turn | undefined,
) => void

/** Called when a request may have queued behind turns of `by`. */
export type OnQueue = (queued: RequestRecord, by: RouteStats | undefined, behind: LongTurns) => void

/** Stretches up to this are taken for queueing as they are, microseconds … */
const ALWAYS_TELLING_US = 100_000
/** … and longer ones if a single turn was this share of them. */
const MUCH = 0.25
/** Indices of the labels that always exist. */
const GC_INDEX = 0
const NOBODY_INDEX = 1

export function createBlame(onBlock: OnBlock, onQueue: OnQueue): Blame {
  const labels: Label[] = [GC, undefined]
  const stretch = createStretch()
  const turns = createTurns()
  /** Per label: its total so far, and its total when the stretch began. */
  const totalUs = [0, 0]
  const totalUsAtStretch: number[] = []
  /** Indices that removed labels have left free. */
  const free: number[] = []
  /** Whether a label was added since {@link letGo} ran. */
  let grown = false
  /** The record that had the last turn; its totals are noted when another record's turn begins. */
  let last: RequestRecord | undefined

  function indexFor(label: Label): number {
    if (label === GC) return GC_INDEX
    if (label === undefined) return NOBODY_INDEX
    if (labels[label.blameIndex] === label) return label.blameIndex
    const index = free.pop() ?? totalUs.push(0) - 1
    labels[index] = label
    label.blameIndex = index
    grown = true
    return index
  }

  function count(label: Label, startUs: number, endUs: number): number {
    const index = indexFor(label)
    totalUs[index] += endUs - startUs
    stretch.add(label, startUs, endUs)
    return index
  }

  /** Notes that the turn of `last` is over. No gap follows the turn in which a request has ended. */
  function noteEnd(): void {
    if (last === undefined) return
    const { endUs } = last
    if (endUs < 0 || last.turnEndUs < endUs) last.totalUs = copied(totalUs, last.totalUs)
    last = undefined
  }

  function slept(endUs: number): void {
    noteEnd()
    stretch.slept(endUs)
    copied(totalUs, totalUsAtStretch)
    turns.slept()
    if (grown) letGo()
  }

  /**
   * Frees the indices of closed applications. Now that the loop has slept, no gap reaches back before this moment, so a
   * label that reuses an index is charged only for time from here on.
   */
  function letGo(): void {
    grown = false
    for (let index = NOBODY_INDEX + 1; index < labels.length; index++) {
      const label = labels[index]
      if (label === undefined || label === GC || !label.app.closed) continue
      labels[index] = undefined
      free.push(index)
    }
  }

  /** Charges the gap before a turn that begins now. */
  function chargeGap(record: RequestRecord, toUs: number): void {
    const fromUs = record.turnEndUs
    if (toUs <= fromUs) return
    const asleep = stretch.startUs > fromUs
    const base = asleep ? totalUsAtStretch : record.totalUs
    const busyFromUs = asleep ? Math.min(stretch.startUs, toUs) : fromUs
    const split = splitOf(record)
    record.split = split
    if (asleep) addSlice(split, busyFromUs - record.startUs, 'waiting')
    let main: Label
    let mainUs = 0
    for (let index = 0; index < labels.length; index++) {
      const us = totalUs[index] - (base[index] ?? 0)
      if (us <= 0) continue
      const label = labels[index]
      if (us > mainUs) {
        main = label
        mainUs = us
      }
      if (label === GC) record.gcUs += us
      else block(record, label, us, turns.longestSince(busyFromUs, index))
    }
    stretch.since(busyFromUs, main, (endUs, kind, by) => addSlice(split, endUs - record.startUs, kind, by))
  }

  /**
   * A request begins: what ran before that without a break may have kept it queueing, but nothing from before it was
   * sent. Only turns that are worth naming are charged: many short ones are a matter of load.
   *
   * Under overload the loop may not sleep for minutes, and a request on a new connection has waited for little of that.
   * So a long stretch tells something only where one turn is much of it, or it began with an answer on the connection.
   */
  function queued(record: RequestRecord): void {
    const { startUs, answeredUs } = record
    const fromUs = Math.max(stretch.startUs, answeredUs)
    const queuedUs = Math.max(0, startUs - fromUs)
    record.queuedUs = queuedUs
    if (queuedUs < WORTH_NAMING_US) return
    const long = turns.longSince(fromUs)
    record.queueKnown =
      queuedUs <= ALWAYS_TELLING_US ||
      answeredUs >= stretch.startUs ||
      [...long.values()].some(({ turnUs }) => turnUs >= MUCH * queuedUs)
    if (!record.queueKnown) return
    for (const [by, behind] of long) {
      record.queuedBehind ??= new Map()
      record.queuedBehind.set(by, behind.us)
      onQueue(record, by, behind)
    }
  }

  function block(
    record: RequestRecord,
    by: RouteStats | undefined,
    us: number,
    longest: Turn | undefined,
  ): void {
    record.blockedUs += us
    record.blockedBy ??= new Map()
    addToSum(record.blockedBy, by, us)
    onBlock(record, by, us, longest)
  }

  /** Opens a turn unless it is open already; returns false if the record had ended before, or is not kept any more. */
  function begin(record: RequestRecord, startUs: number): boolean {
    if (record.gone || (record.endUs >= 0 && startUs > record.endUs)) return false
    if (last === record) return true
    if (record.turnEndUs < 0) {
      queued(record)
      record.turnEndUs = record.startUs
    } else chargeGap(record, startUs)
    noteEnd()
    last = record
    return true
  }

  function extend(record: RequestRecord, startUs: number, endUs: number, kind: 'own' | 'gc'): void {
    const until = record.endUs >= 0 ? Math.min(endUs, record.endUs) : endUs
    if (kind === 'gc') {
      record.gcUs += Math.max(0, until - startUs)
      record.split = splitOf(record)
    }
    record.turnEndUs = until
    if (record.split !== undefined) addSlice(record.split, until - record.startUs, kind)
  }

  function piece(holder: Holder<RequestRecord>, startUs: number, endUs: number, gc: boolean): void {
    if (holder === IDLE) {
      slept(endUs)
      return
    }
    const record = holder === NOBODY ? undefined : holder
    const within = record !== undefined && begin(record, startUs)
    if (!within) noteEnd()
    const label = gc ? GC : record?.stats
    const index = count(label, startUs, endUs)
    turns.ran(record, startUs, endUs, gc ? indexFor(record?.stats) : index)
    if (record !== undefined && within) extend(record, startUs, endUs, gc ? 'gc' : 'own')
  }

  function gapOf(record: RequestRecord): Gap {
    const gap: Gap = { blockedBy: new Map(), gcUs: 0 }
    if (record === last || record.turnEndUs < 0) return gap
    const base = stretch.startUs > record.turnEndUs ? totalUsAtStretch : record.totalUs
    for (let index = 0; index < labels.length; index++) {
      const us = totalUs[index] - (base[index] ?? 0)
      if (us <= 0) continue
      const label = labels[index]
      if (label === GC) gap.gcUs += us
      else gap.blockedBy.set(label, us)
    }
    return gap
  }

  return {
    gapOf,
    ran: (holder, startUs, endUs) => piece(holder, startUs, endUs, false),
    collected: (holder, startUs, endUs) => piece(holder, startUs, endUs, true),
    name: turns.name,
  }
}

/** Copies into `to` and returns it; a record that still has {@link NO_TOTALS} gets a list of its own. */
function copied(from: readonly number[], to: number[]): number[] {
  if (to === NO_TOTALS) return from.slice()
  for (let i = 0; i < from.length; i++) to[i] = from[i]
  return to
}
