import type { CourseChange } from '../course.ts'
import type { BaselineOrigin, Latency } from '../diff.ts'

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
  /** Whether runs are kept to compare later ones with. */
  readonly kept: boolean
  readonly routes: readonly SincePrevious[]
}
