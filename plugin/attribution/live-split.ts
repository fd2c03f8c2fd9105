import { firstAbove } from '../model/bisect.ts'
import type { RequestRecord } from '../requests/record.ts'
import { IDLE, NOBODY, type Slices } from '../tracker/timeline.ts'
import { culpritLabel } from './blocks.ts'
import type { Collection } from './index.ts'

/** A request's time up to now, microseconds. The parts add up to `wallUs`. */
export interface LiveSplit {
  readonly wallUs: number
  readonly ownUs: number
  readonly blockedUs: number
  readonly gcUs: number
  readonly waitingUs: number
  /** Who blocked it longest; `''` when nobody did. */
  readonly worst: string
}

/** Of a request that has had the thread to itself since it began, as most have that wait for nothing. */
export function unbroken({ startUs }: RequestRecord, nowUs: number): LiveSplit {
  const wallUs = nowUs - startUs
  return { wallUs, ownUs: wallUs, blockedUs: 0, gcUs: 0, waitingUs: 0, worst: '' }
}

/** A part of the switch log, of which the entries from `from` on are not attributed yet. */
export interface LogPart {
  readonly slices: Slices<RequestRecord>
  readonly from: number
}

/** What `blame.ts` knows of a request's present gap. */
export interface Gap {
  readonly blockedUs: number
  readonly gcUs: number
  readonly worst: string
  readonly worstUs: number
}

/** More changes than that are not read while a response waits. */
const MOST_ENTRIES = 5000

/**
 * Splits the time of a request that has its turn now, by the rules of `blame.ts`, from what is attributed already and
 * the log since then. Collections that Node has not reported yet count as the time of whom they interrupted.
 * `undefined` when too much happened to read it through at once.
 */
export function splitNow(
  record: RequestRecord,
  gap: Gap,
  parts: readonly LogPart[],
  collections: readonly Collection[],
  nowUs: number,
): LiveSplit | undefined {
  const { blame } = record
  let { ownUs, gcUs } = record
  let blockedUs = blame.blockedUs
  let worst = blame.worst?.by ?? ''
  let worstUs = blame.worst?.us ?? 0
  // By name: Node 20 takes microseconds for a spread.
  let open = { blockedUs: gap.blockedUs, gcUs: gap.gcUs, worst: gap.worst, worstUs: gap.worstUs }
  let entries = 0
  let next = 0

  /** Collections between two times that only grow. */
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
        open = { blockedUs: 0, gcUs: 0, worst: '', worstUs: 0 }
        continue
      }
      const start = Math.max(record.startUs, slices.timeUs[i])
      const end = i + 1 < slices.length ? slices.timeUs[i + 1] : slices.endUs
      const gc = collected(start, end)
      const us = end - start - gc
      if (holder !== record) {
        open.blockedUs += us
        open.gcUs += gc
        if (us > open.worstUs) {
          open.worstUs = us
          open.worst = culpritLabel(holder === NOBODY ? undefined : holder.stats, record)
        }
        continue
      }
      blockedUs += open.blockedUs
      gcUs += open.gcUs + gc
      ownUs += us
      if (open.worstUs > worstUs) {
        worst = open.worst
        worstUs = open.worstUs
      }
      open = { blockedUs: 0, gcUs: 0, worst: '', worstUs: 0 }
    }
  }
  const wallUs = nowUs - record.startUs
  return { wallUs, ownUs, blockedUs, gcUs, waitingUs: Math.max(0, wallUs - ownUs - blockedUs - gcUs), worst }
}

/** The entry in which `us` lies, but none before `from`. */
function firstOf({ timeUs, length }: Slices<RequestRecord>, from: number, us: number): number {
  return Math.max(from, firstAbove(timeUs, us, from, length) - 1)
}
