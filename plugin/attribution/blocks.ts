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

const NOT_SAMPLED: readonly RawFrame[] = []

/** Books a turn of the culprit's on the culprit, and on the request that waited. */
export function noteBlock(
  waiting: RequestRecord,
  by: RouteStats | undefined,
  blockedUs: number,
  turn: Turn | undefined,
  us: number,
): void {
  const culprit = by ?? waiting.recorder.nobody
  culprit.causedUs += blockedUs
  if (turn === undefined || us <= 0) return
  const { record, stack = NOT_SAMPLED } = turn
  culprit.longestBlockUs = Math.max(us, culprit.longestBlockUs)
  if (tellsMore(us, stack, culprit.longestBlock)) {
    culprit.longestBlock = { us, requestId: record?.id ?? '', stack }
  }
  if (us >= WORTH_NAMING_US && us > (waiting.worst?.us ?? 0)) {
    waiting.worst = { us, stack, by: culpritLabel(by, waiting) }
  }
}

/** Books on the culprit that a request may have queued behind it. */
export function noteQueue(
  queued: RequestRecord,
  by: RouteStats | undefined,
  { us: queuedUs, turn, turnUs: us }: LongTurns,
): void {
  const culprit = by ?? queued.recorder.nobody
  culprit.queuedUs += queuedUs
  const { record, stack = NOT_SAMPLED } = turn
  if (tellsMore(us, stack, culprit.longestQueued)) {
    culprit.longestQueued = { us, requestId: record?.id ?? '', stack }
  }
  if (us > (queued.worstQueued?.us ?? 0)) {
    queued.worstQueued = { us, stack, by: culpritLabel(by, queued) }
  }
}

/** Whether a block replaces the one that is kept: one that was not sampled never hides one that was, however short. */
function tellsMore(us: number, stack: readonly RawFrame[], kept: Block | undefined): boolean {
  if (kept === undefined) return true
  const [has, had] = [stack.length > 0, kept.stack.length > 0]
  return has === had ? us > kept.us : has
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
