import type { Latency } from '../diff.ts'
import type { Frame } from '../profile.ts'

/** A turn that made a request wait, for its next turn or for its first. */
export interface LongestBlock {
  readonly ms: number
  /** Its request; `''` for none, or one that is open or not kept any more. */
  readonly requestId: string
  /** Where it spent most of its time, outermost first; empty when it was not sampled. */
  readonly stack: readonly Frame[]
}

/** How much a route made requests wait. */
export interface Culprit {
  /**
   * Time that requests of its application waited until one of its requests let them go on: it had a lock, a connection
   * of a pool, the place before them in a queue, or the promise that both await. Time before that request began does not
   * count. No part of `causedMs`.
   */
  readonly awaitedMs: number
  /** The longest that a single request waited so; `requestId` is the one that it waited for longest, as above. */
  readonly longestAwaited: { readonly ms: number; readonly requestId: string } | null
  /**
   * Time that its requests made other requests wait by holding the event loop, those of the same route included; without
   * their queueing before `onRequest`.
   */
  readonly causedMs: number
  /** The longest that a single turn made one request wait. */
  readonly longestBlockMs: number
  /** That turn, or the longest that was sampled if it was not. */
  readonly longestBlock: LongestBlock | null
  /**
   * Upper bound of the time that requests queued before `onRequest` while its requests held the event loop; see `queuedMs`
   * of a request. Only turns of 4 ms or more: many short ones are a matter of load.
   */
  readonly queuedMs: number
  /** The longest of these turns, or the longest that was sampled if any was. */
  readonly longestQueued: LongestBlock | null
}

/** Percentiles of wall times and CPU are off by at most this share. */
export const PERCENTILE_ERROR = 0.01

export interface RouteSummary extends Culprit {
  /** Method and route pattern: `GET /users/:id`. */
  readonly route: string
  readonly method: string
  /** Route pattern. */
  readonly url: string
  /** Requests that have ended since the start. While all are still open it is 0, and so are means and percentiles. */
  readonly count: number
  readonly errors: number
  /** Wall times of all requests since the start; percentiles are within 1 %, and exact of the first 64 requests. */
  readonly latency: Latency
  /**
   * CPU of the route itself. Total and mean include work after the response, and the total also that of open requests;
   * `p95Ms` counts each request only up to the end of its response.
   */
  readonly own: { readonly totalMs: number; readonly meanMs: number; readonly p95Ms: number }
  /** Time in which its requests waited for the event loop while others held it. */
  readonly blocked: { readonly totalMs: number; readonly meanMs: number }
  readonly gc: { readonly totalMs: number; readonly meanMs: number }
  /** Time spent waiting for anything else: I/O, timers, other processes. */
  readonly waiting: { readonly meanMs: number }
  /** Samples since the start. */
  readonly samples: number
  /** Wall times of the newest requests, at most 60, oldest first. */
  readonly recentMs: readonly number[]
}

/** So many of the slowest requests of each route are kept, besides the newest and the pinned. */
export const SLOWEST_KEPT_PER_ROUTE = 10

export interface RoutesAnswer {
  readonly routes: readonly RouteSummary[]
  /** How much work of no request made requests wait. */
  readonly noRequest: Culprit
}
