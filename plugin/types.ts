import type { StatsSort } from './formats/stats.ts'
import type { RequestBounds } from './model/bounds.ts'
import type { ProfileDiff } from './model/diff.ts'
import type { Chart, Profile } from './model/profile.ts'
import type { BaselineSummary } from './model/wire/baselines.ts'
import type { PhasesAnswer } from './model/wire/phases.ts'
import type { RequestDetail, RequestFilter, RequestSummary } from './model/wire/requests.ts'
import type { RouteSummary } from './model/wire/routes.ts'
import type { DiffSelection, ExportFormat, Selection } from './model/wire/selection.ts'
import type { Source } from './model/wire/source.ts'
import type { Status } from './model/wire/status.ts'

/** The type of `app.profiler`. When the profiler is off, every member exists, records nothing and answers empty. */
export interface Profiler {
  /** Whether the profiler is on in this environment. Never changes. */
  readonly enabled: boolean
  /** Whether requests are recorded now; before the application is ready, whether they will be. */
  readonly recording: boolean
  /** Starts recording; no-op if it is recording. */
  start(): void
  /** Stops recording; no-op if it is not. What was recorded stays. */
  stop(): void
  /**
   * Forgets what was recorded; pinned requests stay unless `pinned` is true. Throws `FST_PROFILER_BAD_PARAMETER` for
   * other options.
   */
  clear(options?: { pinned?: boolean | undefined }): void
  /** Resolves when everything recorded so far is attributed and can be read. */
  flush(): Promise<void>
  /** All routes, those with most own CPU first. */
  routes(): RouteSummary[]
  /**
   * Kept requests, newest first unless `filter.sort` says otherwise; 100 unless `filter.limit` does. Throws
   * `FST_PROFILER_BAD_PARAMETER`.
   */
  requests(filter?: RequestFilter): RequestSummary[]
  /** One kept request, with what blocked it and what it waited for; undefined for one that is not kept. */
  request(id: string): RequestDetail | undefined
  /** The functions that a request ran, in order of time; undefined for a request that is not kept. */
  chart(id: string): Chart | undefined
  /**
   * Pins a request, so that it stays when others are dropped to make room; with `false` it is like the others again.
   * Throws `FST_PROFILER_NOT_FOUND` for a request that is not kept, `FST_PROFILER_PINS_FULL` when those that are pinned
   * leave no room for it, `FST_PROFILER_BAD_PARAMETER` unless `pinned` is a boolean.
   */
  pin(id: string, pinned?: boolean): void
  /**
   * The phases of Fastify's life cycle, over all kept requests of a route or those within bounds. Throws
   * `FST_PROFILER_NOT_FOUND` for a route that is not there, `FST_PROFILER_BAD_PARAMETER` for wrong bounds.
   */
  phases(route: string, bounds?: RequestBounds): PhasesAnswer
  /**
   * The merged profile of a route's kept requests, all or those within bounds, or of the given requests; of everything
   * when nothing is given. Throws `FST_PROFILER_NOT_FOUND` for a route or request that is not there,
   * `FST_PROFILER_BAD_PARAMETER` for wrong bounds.
   */
  profile(selection?: Selection): Profile
  /**
   * The text of a file of the application that occurs in a profile, by its name in `Profile.frames`, and what its lines
   * cost there. Throws `FST_PROFILER_NOT_FOUND` for any other file, `FST_PROFILER_NO_SOURCE` for a file whose text is
   * not there or that lies outside the application.
   */
  source(selection: Selection, file: string): Source
  /**
   * The profile of a selection in a file format: text, or bytes for binary formats. Throws as `profile` does, and
   * `FST_PROFILER_BAD_PARAMETER` for an unknown format.
   */
  export(selection: Selection, format: ExportFormat): string | Uint8Array
  /**
   * What changed from one selection to another, in milliseconds per request. A side is what is recorded (`{ route }`,
   * of which the newest requests are compared) or a baseline (`{ baseline }`); `previous` has each route from the last
   * run before this one in which it was requested. Throws as `profile` does, `FST_PROFILER_NOT_FOUND` for a baseline
   * that is not there, `FST_PROFILER_BASELINE_DAMAGED` for one that cannot be read.
   */
  diff(base: DiffSelection, head: DiffSelection): ProfileDiff
  /**
   * Saves the profile of a route, or of all routes, under a name, and replaces a baseline of that name. Rejects with
   * `FST_PROFILER_BAD_PARAMETER`, `FST_PROFILER_NOTHING_TO_SAVE`, `FST_PROFILER_BASELINES_FULL`, or
   * `FST_PROFILER_NOT_PERSISTED` if the folder of the option `persist` cannot be written: then it is kept in memory.
   */
  saveBaseline(name: string, selection?: RouteSelection): Promise<BaselineSummary>
  /**
   * All baselines: `previous`, which the profiler saves automatically, then the others, newest first; also those that
   * other processes saved in the same folder.
   */
  baselines(): Promise<BaselineSummary[]>
  /**
   * Deletes a baseline; resolves to whether there was one. Rejects with `FST_PROFILER_BAD_PARAMETER` for an impossible
   * name, `FST_PROFILER_NOT_PERSISTED` if its file cannot be deleted.
   */
  deleteBaseline(name: string): Promise<boolean>
  /**
   * Prints a table of functions like Python's `pstats`. Throws `FST_PROFILER_NOT_FOUND` for a route that is not there,
   * `FST_PROFILER_BAD_PARAMETER` for a wrong sort, limit or stream.
   */
  printStats(options?: PrintStatsOptions): void
  /**
   * Runs `fn`, which usually calls `app.inject()`, and returns what the requests cost that began meanwhile, whoever sent
   * them, and had ended when it was done. Records for the time of the call if it was not recording; calls may overlap.
   * Rejects with what `fn` throws, or with `FST_PROFILER_BAD_PARAMETER` if it is no function.
   */
  collect<T>(fn: () => T | Promise<T>): Promise<Collected<T>>
  /** The state of the sampler, memory, counts, where the recorded time went, and the profiler's own cost. */
  status(): Status
}

/** All kept requests of a route, or those within bounds; of every route when none is given. */
export interface RouteSelection extends RequestBounds {
  route?: string | undefined
}

export interface PrintStatsOptions {
  /** Only this route: `GET /users/:id`. */
  route?: string | undefined
  /** `self` (own time) by default; `calls` only with the option `callCounts`. */
  sort?: StatsSort | undefined
  /** 30 functions by default. */
  limit?: number | undefined
  /** `process.stdout` by default. */
  stream?: { write(text: string): unknown } | undefined
}

export interface Collected<T> {
  /** What `fn` returned, awaited. */
  readonly result: T
  /** The requests in the order in which they began. */
  readonly requests: RequestSummary[]
  /** CPU of all these requests, milliseconds. */
  readonly ownMs: number
  /** The profile of those requests that are still kept: see the options `maxRequestsPerRoute` and `maxBytes`. */
  readonly profile: Profile
}
