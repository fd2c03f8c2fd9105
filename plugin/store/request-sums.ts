import { byLabel } from '../attribution/blocks.ts'
import { isFailed } from '../model/failed.ts'
import type { Steps } from '../model/steps.ts'
import { createWaitTally, sendingMs, sumWaits } from '../model/wait-sums.ts'
import type { BlockSum, WaitSum } from '../model/wire/waits.ts'
import { type PhaseRules, phasesOf } from '../requests/phases.ts'
import type { RequestRecord } from '../requests/record.ts'
import { slicesOf, summarize, waitsOf } from './query.ts'

/** Sums over requests, milliseconds. Own, blocked, GC and waiting time add up to the wall times. */
export interface RequestSums {
  /** Wall time of each request, in no particular order. */
  readonly wallMs: readonly number[]
  /** Upper bound of each request's wait before `onRequest`, of those of which it is known. */
  readonly queuedMs: readonly number[]
  readonly ownMs: number
  readonly blockedMs: number
  readonly gcMs: number
  readonly waitingMs: number
  /** Part of it while responses were sent. */
  readonly sendingMs: number
  /** CPU after the responses. */
  readonly afterMs: number
  /** Number of requests that ended in an error, an abort or a timeout. */
  readonly failed: number
  /** Routes that blocked them, worst first. */
  readonly blockedBy: readonly BlockSum[]
  /** Routes that may have kept them queueing, worst first. */
  readonly queuedBehind: readonly BlockSum[]
  /** What they waited for, as far as Node reports it, longest first. */
  readonly waits: readonly WaitSum[]
  /** The same by kind. */
  readonly kinds: readonly WaitSum[]
}

const REQUESTS_PER_STEP = 16

/** Sums up requests, in steps because a thousand requests have many details; `rulesOf` are those of a route's phases. */
export function* sumRequests(
  records: readonly RequestRecord[],
  rulesOf: (route: string) => PhaseRules,
): Steps<RequestSums> {
  const sums = { ownMs: 0, blockedMs: 0, gcMs: 0, waitingMs: 0, sendingMs: 0, afterMs: 0, failed: 0 }
  const wallMs: number[] = []
  const queuedMs: number[] = []
  const [blocks, queues] = [createCharges(), createCharges()]
  const [waits, kinds] = [createWaitTally(), createWaitTally()]
  for (const record of records) {
    // Between two steps it may have been let go, and its details with it.
    if (record.gone) continue
    const summary = summarize(record)
    wallMs.push(summary.wallMs)
    if (record.queueKnown) queuedMs.push(record.queuedUs / 1000)
    for (const part of ['ownMs', 'blockedMs', 'gcMs', 'waitingMs'] as const) sums[part] += summary[part]
    sums.afterMs += record.afterUs / 1000
    if (isFailed(summary)) sums.failed++
    blocks.add(byLabel(record.blockedBy, record))
    queues.add(byLabel(record.queuedBehind, record))
    // Without a split it has held the thread ever since it began.
    if (record.split !== undefined || record.waits !== undefined) {
      const [some, slices] = [waitsOf(record), slicesOf(record)]
      const sentMs = sendingMs(phasesOf(record, rulesOf(record.stats.route)), slices)
      // Slices are whole microseconds.
      sums.sendingMs += Math.min(sentMs, summary.waitingMs)
      waits.add(sumWaits(some, slices, 'target'))
      kinds.add(sumWaits(some, slices, 'kind'))
    }
    if (wallMs.length % REQUESTS_PER_STEP === 0) yield
  }
  const [blockedBy, queuedBehind] = [blocks.list(), queues.list()]
  return { ...sums, wallMs, queuedMs, blockedBy, queuedBehind, waits: waits.list(), kinds: kinds.list() }
}

/** Adds up what routes are charged with by several requests. */
function createCharges() {
  const charges = new Map<string, { ms: number; requests: number }>()
  return {
    add(byRoute: ReadonlyMap<string, number>): void {
      for (const [route, us] of byRoute) {
        const last = charges.get(route) ?? { ms: 0, requests: 0 }
        charges.set(route, { ms: last.ms + us / 1000, requests: last.requests + 1 })
      }
    },
    list: (): BlockSum[] =>
      [...charges].map(([route, charge]) => ({ route, ...charge })).sort((a, b) => b.ms - a.ms),
  }
}
