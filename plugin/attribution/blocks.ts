import { labelElsewhere, NO_REQUEST } from '../model/labels.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { addToSum } from '../model/sum.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { RouteStats } from '../store/route-stats.ts'
import { type LongTurns, type Turn, WORTH_NAMING_US } from './turns.ts'

/** One turn that made a request wait, for its next turn or for its first. */
export interface Block {
  /** How long the request waited for it, microseconds. */
  readonly us: number
  /** Id of the request that held the loop; `''` when the work belonged to none. */
  readonly requestId: string
  /** Where the turn spent most of that time, outermost first; empty when it was not sampled. */
  readonly stack: readonly RawFrame[]
}

/** A turn that delayed a request, and the route to blame. */
export type WorstBlock = Omit<Block, 'requestId'> & { readonly by: string }

const NOT_SAMPLED: readonly RawFrame[] = []

/** Books a turn of the culprit's on the culprit, and on the request that waited. */
export function noteBlock(
  waiting: RequestRecord,
  by: RouteStats | undefined,
  blockedUs: number,
  turn: Turn | undefined,
): void {
  const culprit = by ?? waiting.recorder.nobody
  culprit.causedUs += blockedUs
  if (turn === undefined) return
  const us = Math.min(blockedUs, turn.endUs - turn.startUs)
  if (us <= 0) return
  culprit.longestBlockUs = Math.max(us, culprit.longestBlockUs)
  culprit.longestBlock = longestOf(culprit.longestBlock, us, turn)
  waiting.worst = worstOf(waiting.worst, us, turn, by, waiting)
}

/** Books on the culprit that a request may have queued behind it, and on that request. */
export function noteQueue(
  queued: RequestRecord,
  by: RouteStats | undefined,
  { us, turn, turnUs }: LongTurns,
): void {
  const culprit = by ?? queued.recorder.nobody
  culprit.queuedUs += us
  culprit.longestQueued = longestOf(culprit.longestQueued, turnUs, turn)
  queued.worstQueued = worstOf(queued.worstQueued, turnUs, turn, by, queued)
}

/** The longer of two; but one that was not sampled never hides one that was, however short. */
function longestOf(kept: Block | undefined, us: number, { record, stack = NOT_SAMPLED }: Turn): Block {
  if (kept !== undefined) {
    const [has, had] = [stack.length > 0, kept.stack.length > 0]
    if (has === had ? us <= kept.us : had) return kept
  }
  return { us, requestId: record?.id ?? '', stack }
}

/** The longer of two for the request that it delayed; undefined while none is worth naming. */
function worstOf(
  kept: WorstBlock | undefined,
  us: number,
  { stack = NOT_SAMPLED }: Turn,
  by: RouteStats | undefined,
  delayed: RequestRecord,
): WorstBlock | undefined {
  if (us < WORTH_NAMING_US || us <= (kept?.us ?? 0)) return kept
  return { us, stack, by: culpritLabel(by, delayed) }
}

/** The label of the culprit, as the application of the request that waited should see it. */
export function culpritLabel(by: RouteStats | undefined, { stats }: RequestRecord): string {
  if (by === undefined) return NO_REQUEST
  return by.app === stats.app ? by.route : labelElsewhere(by.route)
}

/** What each culprit is charged with, by its label: routes of two other applications may have the same one. */
export function byLabel(
  blockedBy: ReadonlyMap<RouteStats | undefined, number> | undefined,
  waiting: RequestRecord,
): Map<string, number> {
  const charged = new Map<string, number>()
  for (const [by, us] of blockedBy ?? []) addToSum(charged, culpritLabel(by, waiting), us)
  return charged
}
