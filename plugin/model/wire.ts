/**
 * What goes over HTTP: path, parameters and JSON type of every endpoint under the prefix.
 *
 * Times are milliseconds in fields that end in `Ms`, microseconds in those that end in `Us`. Ids are strings.
 * All fields are always there; lists are never null.
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
    /** Why this one, for people. */
    readonly reason: string
    /** Asked for. */
    readonly intervalUs: number
    /** Measured: busy recorded time per sample; 0 before the first sample. */
    readonly achievedIntervalUs: number
    /** `stopped` (not recording), `running`, `resting` (no request for a while), or `failed`. */
    readonly state: 'stopped' | 'running' | 'resting' | 'failed'
    /** Times it failed and was started anew, or given up. */
    readonly restarts: number
  }
  readonly recording: boolean
  /** ISO 8601; when recording started first. */
  readonly startedAt: string
  readonly memory: { readonly bytes: number; readonly limit: number }
  readonly counts: {
    /** Requests recorded and ended since the start. */
    readonly requests: number
    /** Open now. */
    readonly inFlight: number
    readonly routes: number
    /** Samples attributed to requests since the start. */
    readonly samples: number
    /** Samples lost: more than a request may keep, or from segments that could not be read. */
    readonly dropped: number
    /** Requests whose details were let go. */
    readonly evicted: number
  }
  /** Adds up to `recordedMs`, the time that was recorded. */
  readonly accounting: {
    /** CPU of requests. */
    readonly requestsMs: number
    /** Busy, but for no request. */
    readonly otherMs: number
    readonly gcMs: number
    readonly idleMs: number
    readonly recordedMs: number
  }
  /** Cost of the profiler itself. */
  readonly overhead: {
    /** Time spent in turning segments and reading them, in all. */
    readonly totalMs: number
    /** Share of the recorded time, 0 to 1. */
    readonly share: number
    /** Longest time it held the event loop at a stretch. */
    readonly longestMs: number
    readonly segments: number
  }
  /** Last failure of the profiler itself, `''` when there was none. */
  readonly problem: string
  /** Counting of calls; `null` without the option `callCounts`. */
  readonly calls: {
    /** Whether V8 counts now, which keeps it from optimising code. */
    readonly counting: boolean
    /** Why it does not, `''` when nothing is wrong. */
    readonly problem: string
    /** Time spent in reading the counters, in all. */
    readonly spentMs: number
    /** Requests whose calls are counted, at least a part of them; and those whose calls are not. */
    readonly requests: number
    readonly others: number
    /** Whether there was no room for some functions. */
    readonly full: boolean
  } | null
  /** Baselines in the folder of the option `persist` as it was read last, and those in memory. */
  readonly baselines: {
    readonly count: number
    readonly bytes: number
    /** Files that are none, or are damaged: they are left alone. */
    readonly ignored: number
    /** Why the last one could not be kept or read, `''` when nothing is wrong. */
    readonly problem: string
  }
}

/** What a route did to others, without the queueing before `onRequest`. */
export interface Culprit {
  /** Waiting that it caused to other requests, of its own route too. */
  readonly causedMs: number
  /** The longest that one turn of it made one request wait. */
  readonly longestBlockMs: number
  /** That turn: whose it was (`''`: of no request), and where it was most of the time, outermost first. */
  readonly longestBlock: { readonly requestId: string; readonly stack: readonly Frame[] } | null
}

export interface RouteSummary extends Culprit {
  /** Method and route pattern: `GET /users/:id`. */
  readonly route: string
  readonly method: string
  /** Route pattern. */
  readonly url: string
  /** Requests that have ended since the start: 0 where all are open still, and means and percentiles are 0 then. */
  readonly count: number
  readonly errors: number
  /** Over all requests since the start; percentiles within 1 %. */
  readonly latency: Latency
  /**
   * CPU of the route itself. Total and mean include work after the response, the total that of open requests too;
   * `p95Ms` is of what each request took up to the end of its response.
   */
  readonly own: { readonly totalMs: number; readonly meanMs: number; readonly p95Ms: number }
  /** Waiting for the event loop while others held it. */
  readonly blocked: { readonly totalMs: number; readonly meanMs: number }
  readonly gc: { readonly totalMs: number; readonly meanMs: number }
  /** Waiting for anything else: I/O, timers, other processes. */
  readonly waiting: { readonly meanMs: number }
  /** Samples since the start. */
  readonly samples: number
  /** Wall times of the newest requests, oldest first, at most 60. */
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
  /** 0 when the response was never begun. */
  readonly statusCode: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly wallMs: number
  /** CPU of the request itself during its wall time. */
  readonly ownMs: number
  /** Its waiting for the event loop while others held it. */
  readonly blockedMs: number
  /** Garbage collection in its turns and in what delayed them. */
  readonly gcMs: number
  /** The rest: `ownMs + blockedMs + gcMs + waitingMs = wallMs`. */
  readonly waitingMs: number
  readonly samples: number
  readonly outcome: Outcome
  readonly pinned: boolean
}

export interface RequestDetail extends RequestSummary {
  /** Who held the loop meanwhile, worst first; the times add up to `blockedMs`. */
  readonly blockedBy: readonly { readonly route: string; readonly ms: number }[]
  /** How long the loop had been busy without a break when `onRequest` ran: an upper bound of the wait before it. */
  readonly queuedMs: number
  /** The wall time in order, without gaps; `route` says who blocked. */
  readonly slices: readonly Slice[]
  /**
   * Fastify's life cycle in order of time, without gaps: the times add up to `wallMs` and `ownMs`. A name can come
   * again, as after an error in `onSend`.
   */
  readonly phases: readonly RequestPhase[]
  /** What it waited for, in order of start, where Node says so: part of its waiting, and of what ran beside it. */
  readonly waits: readonly Wait[]
  /** CPU it went on with after its response; counted for the route, no part of `ownMs`. */
  readonly afterMs: number
}

/** A part of a request's wall time, microseconds since its start. */
/** What a stretch of a request's wall time was. */
export type SliceKind = 'own' | 'blocked' | 'gc' | 'waiting'

export interface Slice {
  readonly startUs: number
  readonly endUs: number
  readonly kind: SliceKind
  readonly route?: string
}

/** What kind of operation a request waited for. */
export type WaitKind = 'http' | 'database' | 'timer' | 'file' | 'dns' | 'connect' | 'compute' | 'process'

/** An operation outside the event loop, microseconds since the request's start. Operations may overlap. */
export interface Wait {
  readonly kind: WaitKind
  /** `GET http://prices/eur?day=`, `SELECT * FROM users WHERE id = ?`, `50 ms`; `''` where Node does not say. */
  readonly target: string
  readonly startUs: number
  readonly endUs: number
}

/**
 * The phases of Fastify's life cycle in their order. Those named after hooks are the hooks of that name; `onError` is
 * these hooks and the error handler. `sending` is all after `onSend`, so also what a handler goes on with after
 * `reply.send()`; what follows `reply.hijack()` stays in the phase that hijacked.
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
   * Later phases that stand in this one if they happened, because nothing says where they began: as with routes that
   * were there before the profiler, and in the not-found handler.
   */
  readonly includes: readonly PhaseName[]
  /** Microseconds since the request's start. */
  readonly startUs: number
  readonly endUs: number
  readonly wallMs: number
  /** CPU of the request itself in it. */
  readonly ownMs: number
}

/** A phase over the kept requests of a route. */
export interface RoutePhase {
  readonly name: PhaseName
  readonly includes: readonly PhaseName[]
  /** Requests in which it happened. */
  readonly count: number
  readonly wallMs: number
  readonly ownMs: number
  /** Per request in which it happened. */
  readonly meanWallMs: number
  readonly meanOwnMs: number
}

/** Answer of `GET api/phases?route=GET%20/users/:id`. */
export interface PhasesAnswer {
  readonly route: string
  /** Kept requests of the route, within the bounds if any are given. */
  readonly requests: number
  /** In their order in Fastify. */
  readonly phases: readonly RoutePhase[]
  /** Hooks of the application on the route, in their order; none where that is not known. */
  readonly hooks: readonly PhaseHook[]
}

/** A hook, as far as Fastify can tell whose it is. */
export interface PhaseHook {
  readonly phase: PhaseName
  /** Of its function; `(anonymous)` when that has none. */
  readonly name: string
  /** The plugin in whose scope it was added, if that has a name and nobody else adds to the scope; else `''`. */
  readonly plugin: string
}

export type RequestSort = 'newest' | 'oldest' | 'slowest' | 'own'
export const requestSorts: readonly RequestSort[] = ['newest', 'oldest', 'slowest', 'own']

/** Filter of `GET api/requests`, as parameters and as the argument of `app.profiler.requests()`. */
export interface RequestFilter extends RequestBounds {
  route?: string | undefined
  /** Status code (`404`) or class (`5xx`). */
  status?: string | undefined
  sort?: RequestSort | undefined
  /** 100 by default, 1000 at most. */
  limit?: number | undefined
  /** From the answer before. */
  cursor?: string | undefined
}

export interface RequestsAnswer {
  readonly requests: readonly RequestSummary[]
  /** `null` at the end. */
  readonly cursor: string | null
}

/** So many of the slowest requests of each route are kept, besides the newest and the pinned. */
export const SLOWEST_KEPT_PER_ROUTE = 10

export interface RoutesAnswer {
  readonly routes: readonly RouteSummary[]
  /** What work of no request did to requests. */
  readonly noRequest: Culprit
}

/** One route or all of them, all kept requests or those within bounds; or one or more requests. */
export interface Selection extends RequestBounds {
  route?: string | undefined
  requests?: readonly string[] | undefined
  /** Puts Fastify's phases between the root and the stacks: frames of kind `phase`. */
  phases?: boolean | undefined
  /** Adds `Profile.across`: what functions cost from the first of the requests to the last. */
  across?: boolean | undefined
}

/** A route of a baseline; it may be left out where the baseline has one route, or that of the other side. */
export interface BaselineSelection {
  baseline: string
  route?: string | undefined
}

/** A side of a comparison: something recorded, or a baseline. Phases and parts play no role in it. */
export type DiffSelection = Selection | BaselineSelection

/** What a baseline says of one of its routes. */
export interface BaselineRoute {
  readonly route: string
  readonly requests: number
  /** CPU of one request. */
  readonly ownMs: number
  readonly latency: Latency
  /** ISO 8601; differs from that of the baseline only where it is `previous`, whose routes were kept one by one. */
  readonly savedAt: string
}

/** Profiles of routes, saved under a name to be compared with later. */
export interface BaselineSummary extends BaselineOrigin {
  /** Version of fastify-profiler that saved it. */
  readonly version: string
  readonly bytes: number
  /** Whether it is `previous`, which the profiler keeps by itself. */
  readonly automatic: boolean
  /** Whether it survives a restart: is in the folder of the option `persist`. */
  readonly persisted: boolean
  /** Most own CPU first. */
  readonly routes: readonly BaselineRoute[]
}

export interface BaselinesAnswer {
  /** `previous`, if it is there, then the newest first. */
  readonly baselines: readonly BaselineSummary[]
}

/** A route since the start, beside the last run before in which it was requested. */
export interface SincePrevious extends CourseChange {
  readonly route: string
  /** Ended since the start. */
  readonly requests: number
  readonly previous: {
    /** In all of that run. */
    readonly requests: number
    /** ISO 8601; about when the last of them ended. */
    readonly savedAt: string
  }
}

/** Answer of `GET api/previous`, of all routes or with `?route=` of one; none of a route without a run before. */
export interface PreviousAnswer {
  readonly routes: readonly SincePrevious[]
}

/** The text of a file that occurs in a profile, and what its lines cost there. */
export interface Source extends FileCosts {
  /** As in `Frame.file`. */
  readonly file: string
  /** Absolute path with `/`; `''` when only a source map holds the text. */
  readonly path: string
  readonly text: string
  /** Whether the file was changed since its code was loaded, so that lines may not be those that ran. */
  readonly changed: boolean
}

/** Answer of `GET api/source?file=src/app.ts&route=…`. */
export interface SourceAnswer extends Omit<Source, 'path'> {
  /** `null` where no editor is wanted, or there is no file to open. */
  readonly editor: EditorLink | null
}

export interface EditorLink {
  /** `VS Code`. */
  readonly name: string
  /** Opens the file; `{line}` and `{column}` in it are to be filled in. */
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

/** Body of every error answer. */
export interface ErrorAnswer {
  readonly statusCode: number
  readonly code: string
  readonly error: string
  readonly message: string
}

/**
 * Server-sent events of `api/events`, by event name. `status` comes first, then at most once a second when it changed,
 * every five seconds when it did not; `requests` when some ended.
 */
export interface Events {
  status: Status
  /** Requests ended since the last event, newest last; at most 200, `missed` counts those left out. */
  requests: { readonly requests: readonly RequestSummary[]; readonly missed: number }
}
