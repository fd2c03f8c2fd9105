import { inspect } from 'node:util'
import type { WorstBlock } from '../attribution/blocks.ts'
import type { Outcome } from '../model/wire/requests.ts'
import type { RouteStats } from '../store/route-stats.ts'
import type { Stacks } from '../store/stacks.ts'
import type { Wait } from '../tracker/waits.ts'
import { Numbers } from './numbers.ts'
import type { SampleList } from './sample-list.ts'
import { addSlice, createSplit, type Split } from './split.ts'

/** The list of a record without totals; nobody writes into it. */
export const NO_TOTALS: number[] = []

/** CPU time, and the samples that say where it went; microseconds. */
export interface Sampled {
  /** The recorder that keeps it, one per application. */
  readonly recorder: { readonly stacks: Stacks }
  /** What the times of samples are relative to. */
  readonly startUs: number
  ownUs: number
  /** CPU after the end of a request. */
  readonly afterUs: number
  /** Part of `ownUs + afterUs` in turns whose samples have weights. */
  weighedUs: number
  /** Part of `ownUs + afterUs` in turns too short for weights. */
  unweighedUs: number
  /** Part of `ownUs + afterUs` in turns while V8 did not sample. */
  unsampledUs: number
  samples: SampleList | undefined
  /** Whether the store let it go: nothing more is kept of it. */
  readonly gone: boolean
}

type Begun = Pick<RequestRecord, 'id' | 'recorder' | 'stats' | 'method' | 'url' | 'startedAtMs' | 'startUs'>

/**
 * One request, from `onRequest` to the end of its response. It is the owner that the tracker hands around, so it is
 * small, and it may outlive its place in the store (a pooled socket can remember it for long).
 */
export class RequestRecord extends Numbers implements Sampled {
  readonly id: string
  /** The recorder of the request's application: each application has one. */
  readonly recorder: { readonly stacks: Stacks; readonly nobody: RouteStats }
  readonly stats: RouteStats
  readonly method: string
  /** Path with the values of the query string removed. */
  readonly url: string
  statusCode = 0
  outcome: Outcome = 'completed'
  /** Running totals per label at the end of its last turn, see `blame.ts`; emptied when the request has ended. */
  totalUs: number[] = NO_TOTALS
  /** Time per culprit; `undefined` is work that belongs to no request. */
  blockedBy: Map<RouteStats | undefined, number> | undefined = undefined
  /** Whether `queuedUs` bounds its wait in a useful way, see `blame.ts`. */
  queueKnown = true
  /** Time per culprit of `queuedUs`, by turns that are worth naming. */
  queuedBehind: Map<RouteStats | undefined, number> | undefined = undefined
  /** Its time in order; `undefined` while it has held the thread ever since it began. To read it, use {@link splitOf}. */
  split: Split | undefined = undefined
  /** The longest block that delayed it; only if it is worth naming. */
  worst: WorstBlock | undefined = undefined
  /** The longest turn behind which it may have queued; only if it is worth naming. */
  worstQueued: WorstBlock | undefined = undefined
  samples: SampleList | undefined = undefined
  /** What it waited for, in the order in which the waits ended. */
  waits: Wait[] | undefined = undefined
  pinned = false
  /** Whether the store let it go: nothing more is kept of it, though its callbacks may still run. */
  gone = false

  constructor(begun: Begun) {
    super(begun.startedAtMs, begun.startUs)
    this.id = begun.id
    this.recorder = begun.recorder
    this.stats = begun.stats
    this.method = begun.method
    this.url = begun.url
  }

  /** What `console.log` shows where the application prints a promise or a resource that remembers its request. */
  [inspect.custom](): string {
    return `${this.stats.route} #${this.id}`
  }
}

/** The split of a request so far; one that has none yet has held the thread in all of its turns. */
export function splitOf(record: RequestRecord): Split {
  const { split, startUs, turnEndUs, gone } = record
  if (split !== undefined) return split
  const unbroken = createSplit(record)
  if (turnEndUs >= 0 && !gone) addSlice(unbroken, turnEndUs - startUs, 'own')
  return unbroken
}

/**
 * Closes the split if recording stopped before the request's end: what was not seen counts as waiting, as in the sums.
 */
export function closeSplit(record: RequestRecord): void {
  const { turnEndUs, startUs, endUs } = record
  if (turnEndUs >= endUs) return
  record.split = splitOf(record)
  addSlice(record.split, endUs - startUs, 'waiting')
}
