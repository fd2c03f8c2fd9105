export const samplerNames = ['v8-profiler-next', 'v8', 'inspector'] as const
export type SamplerName = (typeof samplerNames)[number]

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
    /** Samples lost, because their request had as many as one may keep. */
    readonly dropped: number
    /** Requests whose details were dropped. */
    readonly evicted: number
  }
  /** Where the recorded time went: the other fields add up to `recordedMs`. */
  readonly accounting: {
    /** CPU of requests. */
    readonly requestsMs: number
    /** Time in which the event loop was busy with other work: of no request, or of another application. */
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
