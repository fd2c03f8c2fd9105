/**
 * The HTTP interface: path, parameters and JSON type of every endpoint under the prefix.
 *
 * Times are milliseconds in fields that end in `Ms`, microseconds in those that end in `Us`. Ids are strings.
 * Fields are always present unless they are optional; lists are never null.
 */

import type { RequestBounds } from './bounds.ts'
import type { CourseChange } from './course.ts'
import type { BaselineOrigin, Latency } from './diff.ts'
import type { FileCosts } from './file-costs.ts'
import type { Frame } from './profile.ts'

/** Paths relative to the dashboard's page, so that they work behind any prefix. */
export const paths = {
  status: 'api/status',
  recording: 'api/recording',
  routes: 'api/routes',
  requests: 'api/requests',
  request: (id: string) => `api/requests/${encodeURIComponent(id)}`,
  chart: (id: string) => `api/requests/${encodeURIComponent(id)}/chart`,
  pin: (id: string) => `api/requests/${encodeURIComponent(id)}/pin`,
  profile: 'api/profile',
  phases: 'api/phases',
  waiting: 'api/waiting',
  source: 'api/source',
  baselines: 'api/baselines',
  baseline: (name: string) => `api/baselines/${encodeURIComponent(name)}`,
  diff: 'api/diff',
  previous: 'api/previous',
  events: 'api/events',
} as const

export type SamplerName = 'v8-profiler-next' | 'v8' | 'inspector'

export interface Status {
  /** Version of fastify-profiler. */
  readonly version: string
  /** `process.version`. */
  readonly node: string
  readonly sampler: {
    readonly name: SamplerName
    /** Why this sampler is used, for people. */
    readonly reason: string
    /** Sampling interval that was asked for. */
    readonly intervalUs: number
    /** Measured sampling interval: busy recorded time per sample; 0 before the first sample. */
    readonly achievedIntervalUs: number
    /** `stopped` (not recording), `running`, `resting` (no request for a while), or `failed`. */
    readonly state: 'stopped' | 'running' | 'resting' | 'failed'
    /** How often it failed and was started again, or given up. */
    readonly restarts: number
  }
  readonly recording: boolean
  /** When recording first started, ISO 8601. */
  readonly startedAt: string
  /** When what was recorded was last cleared, ISO 8601; `''` if it never was. */
  readonly clearedAt: string
  readonly memory: { readonly bytes: number; readonly limit: number }
  readonly counts: {
    /** Requests recorded and ended since the start. */
    readonly requests: number
    /** Requests open now. */
    readonly inFlight: number
    readonly routes: number
    /** Samples attributed to requests since the start. */
    readonly samples: number
    /** Samples lost: more than a request may keep, or from segments that could not be read. */
    readonly dropped: number
    /** Requests whose details were dropped. */
    readonly evicted: number
  }
  /** Where the recorded time went: the other fields add up to `recordedMs`. */
  readonly accounting: {
    /** CPU of requests. */
    readonly requestsMs: number
    /** Time in which the event loop was busy with work of no request. */
    readonly otherMs: number
    readonly gcMs: number
    readonly idleMs: number
    readonly recordedMs: number
  }
  /** Cost of the profiler itself. */
  readonly overhead: {
    /** Total time spent on switching between segments and reading them. */
    readonly totalMs: number
    /** Share of the recorded time, 0 to 1. */
    readonly share: number
    /** Longest time that it held the event loop without a break. */
    readonly longestMs: number
    readonly segments: number
  }
  /** Last failure of the profiler itself; `''` when there was none. */
  readonly problem: string
  /** Counting of calls; `null` without the option `callCounts`. */
  readonly calls: {
    /** Whether V8 is counting now, which keeps it from optimising code. */
    readonly counting: boolean
    /** Why V8 does not count; `''` when nothing is wrong. */
    readonly problem: string
    /** Total time spent on reading the counters. */
    readonly spentMs: number
    /** Requests whose calls are counted, at least in part; `others` are those whose calls are not. */
    readonly requests: number
    readonly others: number
    /** Whether some functions are missing because there was no room for them. */
    readonly full: boolean
  } | null
  /** Baselines in memory, and those in the folder of the option `persist` when it was last read. */
  readonly baselines: {
    readonly count: number
    readonly bytes: number
    /** Files that are not baselines, or are damaged; they are left alone. */
    readonly ignored: number
    /** Why the last one could not be kept or read; `''` when nothing is wrong. */
    readonly problem: string
  }
}

/** A turn that made a request wait. */
export interface LongestBlock {
  readonly ms: number
  /** Its request; `''` for none. */
  readonly requestId: string
  /** Where it spent most of its time, outermost first; empty when it was not sampled. */
  readonly stack: readonly Frame[]
}

/** How much a route made requests wait; their queueing before `onRequest` is not included. */
export interface Culprit {
  /** Time that its requests made other requests wait, those of the same route included. */
  readonly causedMs: number
  /** The longest that a single turn made one request wait. */
  readonly longestBlockMs: number
  /** That turn, or the longest that was sampled if it was not. */
  readonly longestBlock: LongestBlock | null
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
  /** Wall times of all requests since the start; percentiles are within 1 %. */
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

export type Outcome = 'completed' | 'aborted' | 'timedOut' | 'hijacked' | 'errored'
export const outcomes: readonly Outcome[] = ['completed', 'aborted', 'timedOut', 'hijacked', 'errored']

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
  readonly samples: number
  readonly outcome: Outcome
  readonly pinned: boolean
}

export interface RequestDetail extends RequestSummary {
  /** Routes that held the event loop while it waited, worst first; the times add up to `blockedMs`. */
  readonly blockedBy: readonly { readonly route: string; readonly ms: number }[]
  /** How long the loop had been busy without a break when `onRequest` ran: an upper bound of the wait before it. */
  readonly queuedMs: number
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

/** Waits kept per request, the first ones: more than anybody reads through. */
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
 * An operation outside the event loop, or what arrived from there while none was open that explains it. Times are
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
}

/**
 * The phases of Fastify's life cycle, in order. A phase named after a hook is the time in hooks of that name; `onError`
 * includes the error handler. `sending` is everything after `onSend`, including what a handler still does after
 * `reply.send()`; work after `reply.hijack()` stays in the phase that called it.
 */
export const phaseNames = [
  'onRequest',
  'preParsing',
  'parsing',
  'preValidation',
  'validation',
  'preHandler',
  'handler',
  'onError',
  'preSerialization',
  'serialization',
  'onSend',
  'sending',
] as const
export type PhaseName = (typeof phaseNames)[number]

export interface RequestPhase {
  readonly name: PhaseName
  /**
   * Later phases whose time is counted here, if they happened, because nothing marks where they began: for example on
   * routes added before the profiler, and in the not-found handler.
   */
  readonly includes: readonly PhaseName[]
  /** Microseconds since the request's start. */
  readonly startUs: number
  readonly endUs: number
  readonly wallMs: number
  /** CPU of the request itself in this phase. */
  readonly ownMs: number
}

/** A phase, summed over the kept requests of a route. */
export interface RoutePhase {
  readonly name: PhaseName
  readonly includes: readonly PhaseName[]
  /** Requests in which the phase happened. */
  readonly count: number
  readonly wallMs: number
  readonly ownMs: number
  /** Means are per request in which the phase happened. */
  readonly meanWallMs: number
  readonly meanOwnMs: number
}

/** Answer of `GET api/phases?route=GET%20/users/:id`. */
export interface PhasesAnswer {
  readonly route: string
  /** Kept requests of the route, within the bounds if any are given. */
  readonly requests: number
  /** In the order of Fastify's life cycle. */
  readonly phases: readonly RoutePhase[]
  /** Hooks of the application on the route, in order; empty when they are not known. */
  readonly hooks: readonly PhaseHook[]
}

/** Answer of `GET api/waiting?route=GET%20/users/:id`: sums over kept requests of the route, milliseconds. */
export interface WaitingAnswer {
  readonly route: string
  /** Kept requests of the route, within the bounds if any are given. */
  readonly requests: number
  readonly wallMs: number
  readonly blockedMs: number
  readonly waitingMs: number
  /**
   * Upper bounds of what they waited before `onRequest`, which is no part of their wall times: half of the requests
   * waited less than `p50Ms`; see `queuedMs` of a request.
   */
  readonly queued: { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number }
  /** Who held the event loop while they waited, worst first; the times add up to `blockedMs`. */
  readonly blockedBy: readonly BlockSum[]
  /** What they waited for, as far as Node reports it, longest first; at most 100. */
  readonly waits: readonly WaitSum[]
  /** The same by kind, all of them. */
  readonly kinds: readonly WaitSum[]
}

export interface BlockSum {
  /** `(no request)` for work that belongs to none. */
  readonly route: string
  readonly ms: number
  /** Number of requests that it made wait. */
  readonly requests: number
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

/** A hook, and the plugin it belongs to as far as Fastify can tell. */
export interface PhaseHook {
  readonly phase: PhaseName
  /** Name of its function; `(anonymous)` when it has none. */
  readonly name: string
  /** Plugin in whose scope it was added; `''` if that has no name, or if other plugins add to the same scope. */
  readonly plugin: string
}

export type RequestSort = 'newest' | 'oldest' | 'slowest' | 'own'
export const requestSorts: readonly RequestSort[] = ['newest', 'oldest', 'slowest', 'own']

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

/** So many of the slowest requests of each route are kept, besides the newest and the pinned. */
export const SLOWEST_KEPT_PER_ROUTE = 10

export interface RoutesAnswer {
  readonly routes: readonly RouteSummary[]
  /** How much work of no request made requests wait. */
  readonly noRequest: Culprit
}

/**
 * Selects the kept requests of one route or of all routes, optionally within bounds; or one or more requests by id. The
 * route `(no request)` is what is kept of work that belongs to none: it has no bounds, and nothing to compare.
 */
export interface Selection extends RequestBounds {
  route?: string | undefined
  requests?: readonly string[] | undefined
  /** Puts Fastify's phases between the root and the stacks, as frames of kind `phase`. */
  phases?: boolean | undefined
  /** Adds `Profile.across`: what functions cost over the requests, from the first to the last. */
  across?: boolean | undefined
}

/** Selects a route of a baseline; by default its only one, or that of the comparison's other side. */
export interface BaselineSelection {
  baseline: string
  route?: string | undefined
}

/** A side of a comparison: something recorded, or a baseline. `phases` and `across` have no effect here. */
export type DiffSelection = Selection | BaselineSelection

/** Summary of one route of a baseline. */
export interface BaselineRoute {
  readonly route: string
  readonly requests: number
  /** Mean CPU of one request. */
  readonly ownMs: number
  readonly latency: Latency
  /** ISO 8601. Differs from that of the baseline only in `previous`, whose routes are kept one by one. */
  readonly savedAt: string
}

/** Profiles of routes, saved under a name for later comparisons. */
export interface BaselineSummary extends BaselineOrigin {
  /** Version of fastify-profiler that saved it. */
  readonly version: string
  readonly bytes: number
  /** Whether it is `previous`, which the profiler keeps automatically. */
  readonly automatic: boolean
  /** Whether it survives a restart, because it is in the folder of the option `persist`. */
  readonly persisted: boolean
  /** Most own CPU first; in `previous`, last saved first. */
  readonly routes: readonly BaselineRoute[]
}

export interface BaselinesAnswer {
  /** `previous` first, if there is one; then the others, newest first. */
  readonly baselines: readonly BaselineSummary[]
}

/** A route since the start, compared with the last earlier run in which it was requested. */
export interface SincePrevious extends CourseChange {
  readonly route: string
  /** Requests that have ended since the start. */
  readonly requests: number
  readonly previous: {
    /** Requests in all of that run. */
    readonly requests: number
    /** About when the last of them ended, ISO 8601. */
    readonly savedAt: string
    /** Median wall time of the newest of them. */
    readonly p50Ms: number
  }
}

/** Answer of `GET api/previous`: all routes, or with `?route=` one. Routes without an earlier run are left out. */
export interface PreviousAnswer {
  readonly routes: readonly SincePrevious[]
}

/** The text of a file that occurs in a profile, and what its lines cost there. */
export interface Source extends FileCosts {
  /** As in `Frame.file`. */
  readonly file: string
  /** Absolute path with `/`; `''` when the text is found only in a source map. */
  readonly path: string
  readonly text: string
  /** Whether the file has changed since its code was loaded, so that its lines may not be those that ran. */
  readonly changed: boolean
}

/** Answer of `GET api/source?file=src/app.ts&route=…`. */
export interface SourceAnswer extends Omit<Source, 'path'> {
  /** `null` when no editor is configured, or there is no file to open. */
  readonly editor: EditorLink | null
}

export interface EditorLink {
  /** Name for people, such as `VS Code`. */
  readonly name: string
  /** Opens the file once `{line}` and `{column}` in it are filled in. */
  readonly url: string
}

export const exportFormats = [
  'json',
  'cpuprofile',
  'pprof',
  'speedscope',
  'collapsed',
  'text',
  'markdown',
] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Body of every error response. */
export interface ErrorAnswer {
  readonly statusCode: number
  readonly code: string
  readonly error: string
  readonly message: string
}

/**
 * Server-sent events of `api/events`, by event name. `status` comes first, then at most once a second when it changes,
 * or every five seconds when it does not; `requests` comes when some have ended.
 */
export interface Events {
  status: Status
  /** Requests that have ended since the last event, newest last. At most 200; `missed` counts those left out. */
  requests: { readonly requests: readonly RequestSummary[]; readonly missed: number }
}
