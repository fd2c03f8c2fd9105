import { badParameter } from './errors.ts'
import { formatContent } from './formats/index.ts'
import type { Change } from './model/change.ts'
import type { DiffSide, ProfileDiff } from './model/diff.ts'
import { emptyProfile } from './model/tree.ts'
import type { Status } from './model/wire/status.ts'
import type { Profiler } from './types.ts'
import { version } from './version.ts'

/** `app.profiler` when the profiler is off: nothing is recorded, every answer is empty. */
export function createOffProfiler(): Profiler {
  return {
    enabled: false,
    recording: false,
    start() {},
    stop() {},
    clear() {},
    flush: async () => {},
    routes: () => [],
    requests: () => [],
    request: () => undefined,
    chart: () => undefined,
    pin() {},
    phases: (route) => ({ route, requests: 0, phases: [], hooks: [] }),
    profile: () => emptyProfile('off'),
    source: (_selection, file) => ({ ...emptySource, file }),
    export: (_selection, format) => formatContent({ profile: emptyProfile('off') }, format).body,
    diff: () => emptyDiff,
    saveBaseline: async (name) => ({ ...emptyBaseline, name }),
    baselines: async () => [],
    deleteBaseline: async () => false,
    printStats() {},
    async collect(fn) {
      if (typeof fn !== 'function') throw badParameter('fn', fn, 'a function')
      return { result: await fn(), requests: [], ownMs: 0, profile: emptyProfile('off') }
    },
    status: () => offStatus,
  }
}

const emptySource = { path: '', text: '', changed: false, selfMs: 0, lines: [], functions: [] }

const emptyBaseline = {
  savedAt: '',
  node: process.version,
  version,
  commit: '',
  bytes: 0,
  automatic: false,
  persisted: false,
  routes: [],
}

const emptySide: DiffSide = {
  title: 'off',
  requests: 0,
  samples: 0,
  latency: { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0, meanMs: 0 },
  startedAt: '',
  endedAt: '',
  baseline: null,
}

const noChange: Change = { baseMs: 0, headMs: 0, differenceMs: 0, errorMs: null, verdict: 'few' }

const emptyDiff: ProfileDiff = {
  version: 1,
  base: emptySide,
  head: emptySide,
  own: noChange,
  frames: emptyProfile('off').frames,
  functions: [],
  tree: { parent: [-1], frame: [0], baseMs: [0], headMs: [0] },
}

const offStatus: Status = {
  version,
  node: process.version,
  sampler: {
    name: 'inspector',
    reason: 'the profiler is off',
    intervalUs: 0,
    achievedIntervalUs: 0,
    state: 'stopped',
    restarts: 0,
  },
  recording: false,
  startedAt: '',
  clearedAt: '',
  memory: { bytes: 0, limit: 0 },
  counts: { requests: 0, inFlight: 0, routes: 0, samples: 0, dropped: 0, evicted: 0 },
  accounting: { requestsMs: 0, otherMs: 0, gcMs: 0, idleMs: 0, recordedMs: 0 },
  overhead: { totalMs: 0, share: 0, longestMs: 0, segments: 0 },
  problem: '',
  calls: null,
  baselines: { count: 0, bytes: 0, ignored: 0, problem: '' },
}
