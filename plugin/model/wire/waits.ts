/** Waits kept per request, the longest ones: more than anybody reads through. */
export const MOST_WAITS_PER_REQUEST = 200

/** What kind of operation, or of arrival, a request waited for. */
export type WaitKind =
  | 'http'
  | 'database'
  | 'timer'
  | 'file'
  | 'dns'
  | 'connect'
  | 'compute'
  | 'process'
  | 'addon'
  | ArrivalKind

/**
 * What ended a wait that no operation explains: data on a connection, a message, the request's own body, or another
 * request, which had what this one waited for.
 */
export const arrivalKinds = ['connection', 'message', 'body', 'request'] as const

export type ArrivalKind = (typeof arrivalKinds)[number]

/**
 * An operation outside the event loop, or what ended a wait while none was open that explains it. Times are
 * microseconds since the request's start; operations may overlap.
 */
export interface Wait {
  readonly kind: WaitKind
  /**
   * Such as `GET http://prices/eur?day=`, `SELECT * FROM users WHERE id = ?`, `50 ms`, `db:5432`, the route of another
   * request; `''` if not known.
   */
  readonly target: string
  readonly startUs: number
  readonly endUs: number
  /** Of the other request, where it was one; of several of its route, the one waited for longest. It need not be kept. */
  readonly requestId?: string
}

/** Operations for the same thing, or of the same kind. */
export interface WaitSum {
  readonly kind: WaitKind
  /** As that of a {@link Wait}; `''` for all of a kind. */
  readonly target: string
  readonly count: number
  /** Number of requests with any of them. */
  readonly requests: number
  /** Time in which at least one of a request's was open; operations for other things may have been open too. */
  readonly ms: number
  /** Part of `ms` in which the request only waited: it did not run, nor did others hold the event loop. */
  readonly waitingMs: number
  /** Their times added up: more than `ms` where several of a request were open at a time. */
  readonly sumMs: number
}

export interface BlockSum {
  /** `(no request)` for work that belongs to none. */
  readonly route: string
  readonly ms: number
  /** Number of requests that it made wait. */
  readonly requests: number
}

/** Answer of `GET api/waiting?route=GET%20/users/:id`: sums over kept requests of the route, milliseconds. */
export interface WaitingAnswer {
  readonly route: string
  /** Kept requests of the route, within the bounds if any are given. */
  readonly requests: number
  readonly wallMs: number
  readonly blockedMs: number
  readonly waitingMs: number
  /** Part of `waitingMs` while responses were sent, mostly for clients to take them. */
  readonly sendingMs: number
  /**
   * Upper bounds of what they waited before `onRequest`, where they are known, which is no part of their wall times: half
   * of these requests waited less than `p50Ms`; see `queuedMs` of a request.
   */
  readonly queued: {
    /** Of so many kept requests it is known. */
    readonly requests: number
    readonly p50Ms: number
    readonly p95Ms: number
    readonly maxMs: number
  }
  /** Who held the event loop meanwhile, worst first; see that of a request. */
  readonly queuedBehind: readonly BlockSum[]
  /** Who held the event loop while they waited, worst first; the times add up to `blockedMs`. */
  readonly blockedBy: readonly BlockSum[]
  /** What they waited for, as far as Node reports it, longest first; at most 100. */
  readonly waits: readonly WaitSum[]
  /** The same by kind, all of them. */
  readonly kinds: readonly WaitSum[]
}
