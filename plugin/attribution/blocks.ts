import { labelElsewhere, NO_REQUEST } from '../model/labels.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { RouteStats } from '../store/route-stats.ts'
import type { Turn } from './blame.ts'

/** One turn that made somebody wait. */
export interface Block {
  /** How long it made one request wait, microseconds. */
  readonly us: number
  /** The culprit's request that held the loop; `''` when the work belonged to none. */
  readonly requestId: string
  /** Where it was most of that time, outermost first; empty when it was not sampled. */
  readonly stack: readonly RawFrame[]
}

/** Blocks shorter than this are not worth a name. */
export const WORTH_NAMING_US = 10_000

/** Books on the culprit, and on the request that waited, what a turn of the culprit's did. */
export function noteBlock(
  waiting: RequestRecord,
  by: RouteStats | undefined,
  blockedUs: number,
  turn: Turn | undefined,
): void {
  const culprit = by ?? waiting.recorder.nobody
  culprit.causedUs += blockedUs
  const us = turn === undefined ? 0 : Math.min(blockedUs, turn.endUs - turn.startUs)
  if (us <= 0) return
  const longest = us > (culprit.longestBlock?.us ?? 0)
  const worst = us >= WORTH_NAMING_US && us > (waiting.blame.worst?.us ?? 0)
  if (!longest && !worst) return
  const block = { us, requestId: turn?.record?.id ?? '', stack: turn?.stack ?? [] }
  if (longest) culprit.longestBlock = block
  if (worst) waiting.blame.worst = { us, stack: block.stack, by: culpritLabel(by, waiting) }
}

/** What whoever made a request wait is called in its application. */
export function culpritLabel(by: RouteStats | undefined, { stats }: RequestRecord): string {
  if (by === undefined) return NO_REQUEST
  return by.app === stats.app ? by.route : labelElsewhere(by.route)
}
