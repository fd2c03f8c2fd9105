import { firstAbove } from '../model/bisect.ts'
import { addToSum } from '../model/sum.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { RouteStats } from '../store/route-stats.ts'
import { IDLE, NOBODY, type Slices } from '../tracker/timeline.ts'
import { byLabel } from './blocks.ts'
import type { Collection } from './index.ts'

/** A request's time so far, microseconds. The parts add up to `wallUs`. */
export interface LiveSplit {
  readonly wallUs: number
  readonly ownUs: number
  readonly blockedUs: number
  readonly gcUs: number
  readonly waitingUs: number
  /** Label of the culprit that blocked the request longest; `''` when nobody did. */
  readonly worst: string
}

/** The split of a request that has held the thread since it began, as most requests have that wait for nothing. */
export function unbroken({ startUs }: RequestRecord, nowUs: number): LiveSplit {
  const wallUs = nowUs - startUs
  return { wallUs, ownUs: wallUs, blockedUs: 0, gcUs: 0, waitingUs: 0, worst: '' }
}

/** A part of the switch log; its entries from `from` on are not attributed yet. */
export interface LogPart {
  readonly slices: Slices<RequestRecord>
  readonly from: number
}

/** What has delayed a request since its last turn, microseconds; `undefined` stands for work of no request. */
export interface Gap {
  readonly blockedBy: Map<RouteStats | undefined, number>
  gcUs: number
}

/** Most entries of the log that are read while a response waits. */
const MOST_ENTRIES = 5000

/**
 * Splits the time of the request that is running now, by the rules of `blame.ts`, from what is attributed already and
 * the log since then. Collections that Node has not reported yet count as time of the request or work they interrupted.
 * Returns `undefined` if too much happened to read it all at once. Takes `gap` over.
 */
export function splitNow(
  record: RequestRecord,
  gap: Gap,
  parts: readonly LogPart[],
  collections: readonly Collection[],
  nowUs: number,
): LiveSplit | undefined {
  let { ownUs, gcUs, blockedUs } = record
  const blockedBy = new Map(record.blockedBy)
  let entries = 0
  let next = 0

  /** Time of collections between two times; calls must come in order of time. */
  function collected(startUs: number, endUs: number): number {
    while (next < collections.length && collections[next].endUs <= startUs) next++
    let us = 0
    for (let c = next; c < collections.length && collections[c].startUs < endUs; c++) {
      us += Math.min(endUs, collections[c].endUs) - Math.max(startUs, collections[c].startUs)
    }
    return us
  }

  for (const { slices, from } of parts) {
    if (slices.endUs <= record.startUs) continue
    for (let i = firstOf(slices, from, record.startUs); i < slices.length; i++) {
      if (++entries > MOST_ENTRIES) return undefined
      const holder = slices.holder[i]
      if (holder === IDLE) {
        gap.blockedBy.clear()
        gap.gcUs = 0
        continue
      }
      const start = Math.max(record.startUs, slices.timeUs[i])
      const end = i + 1 < slices.length ? slices.timeUs[i + 1] : slices.endUs
      const gc = collected(start, end)
      const us = end - start - gc
      if (holder !== record) {
        addToSum(gap.blockedBy, holder === NOBODY ? undefined : holder.stats, us)
        gap.gcUs += gc
        continue
      }
      for (const [by, delayUs] of gap.blockedBy) {
        addToSum(blockedBy, by, delayUs)
        blockedUs += delayUs
      }
      gap.blockedBy.clear()
      gcUs += gap.gcUs + gc
      gap.gcUs = 0
      ownUs += us
    }
  }
  const wallUs = nowUs - record.startUs
  const waitingUs = Math.max(0, wallUs - ownUs - blockedUs - gcUs)
  return { wallUs, ownUs, blockedUs, gcUs, waitingUs, worst: worstOf(blockedBy, record) }
}

function worstOf(blockedBy: Gap['blockedBy'], record: RequestRecord): string {
  let worst = ''
  let worstUs = 0
  for (const [label, us] of byLabel(blockedBy, record)) {
    if (us <= worstUs) continue
    worstUs = us
    worst = label
  }
  return worst
}

/** Index of the entry in which `us` lies, but at least `from`. */
function firstOf({ timeUs, length }: Slices<RequestRecord>, from: number, us: number): number {
  return Math.max(from, firstAbove(timeUs, us, from, length) - 1)
}
