import type { RequestBounds } from '../bounds.ts'
import type { RequestPhase } from './phases.ts'
import type { Wait } from './waits.ts'

export const outcomes = ['completed', 'aborted', 'timedOut', 'hijacked', 'errored'] as const
export type Outcome = (typeof outcomes)[number]

export interface RequestSummary {
  readonly id: string
  readonly route: string
  readonly method: string
  /** Path with the values of the query string removed. */
  readonly url: string
  /** 0 when no response was begun. */
  readonly statusCode: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly wallMs: number
  /** CPU of the request itself during its wall time. */
  readonly ownMs: number
  /** Time in which it waited for the event loop while others held it. */
  readonly blockedMs: number
  /** Garbage collection in its turns and in the work that delayed them. */
  readonly gcMs: number
  /** The rest of the wall time: `ownMs + blockedMs + gcMs + waitingMs = wallMs`. */
  readonly waitingMs: number
  /**
   * Upper bound of the wait before `onRequest`: how long the loop had been busy without a break, but no longer than since
   * the last answer on the same connection. 0 of one that was injected.
   */
  readonly queuedMs: number
  /**
   * False where that says too little, as on a new connection under overload: the loop had been busy for more than 0.1 s,
   * no turn was a quarter of that, and no answer on the connection was sent meanwhile.
   */
  readonly queueKnown: boolean
  readonly samples: number
  readonly outcome: Outcome
  readonly pinned: boolean
}

export interface RequestDetail extends RequestSummary {
  /** Routes that held the event loop while it waited, worst first; the times add up to `blockedMs`. */
  readonly blockedBy: readonly { readonly route: string; readonly ms: number }[]
  /**
   * Routes that held the event loop before it began, worst first, by turns of 4 ms or more: many short ones are a matter of
   * load. Garbage collections in such a turn are part of it. Empty where it is not known.
   */
  readonly queuedBehind: readonly { readonly route: string; readonly ms: number }[]
  /** The wall time as slices in order of time, without gaps. */
  readonly slices: readonly Slice[]
  /**
   * Phases of Fastify's life cycle in order of time, without gaps: the times add up to `wallMs` and `ownMs`. A phase
   * can occur twice, for example after an error in `onSend`.
   */
  readonly phases: readonly RequestPhase[]
  /** Operations that it waited for, as far as Node reports them, in order of start. They may overlap any slices. */
  readonly waits: readonly Wait[]
  /** CPU that it used after its response: counted for the route, but not part of `ownMs`. */
  readonly afterMs: number
}

/** What a request did during a slice of its wall time. */
export type SliceKind = 'own' | 'blocked' | 'gc' | 'waiting'

/** A part of a request's wall time, microseconds since its start. */
export interface Slice {
  readonly startUs: number
  readonly endUs: number
  readonly kind: SliceKind
  readonly route?: string
}

export const requestSorts = ['newest', 'oldest', 'slowest', 'own'] as const
export type RequestSort = (typeof requestSorts)[number]

/** Filter of `GET api/requests` (as parameters) and of `app.profiler.requests()` (as its argument). */
export interface RequestFilter extends RequestBounds {
  route?: string | undefined
  /** Status code (`404`) or class (`5xx`). */
  status?: string | undefined
  sort?: RequestSort | undefined
  /** Most requests in an answer: 100 by default, at most 1000. */
  limit?: number | undefined
  /** `cursor` of the previous answer. */
  cursor?: string | undefined
}

export interface RequestsAnswer {
  readonly requests: readonly RequestSummary[]
  /** Cursor of the next page; `null` at the end. */
  readonly cursor: string | null
}
