import type { Backend } from '../plugin/api/backend.ts'
import { conflict, notFound } from '../plugin/errors.ts'
import { requestInTime } from '../plugin/formats/index.ts'
import { fileCosts } from '../plugin/model/file-costs.ts'
import type { Chart, Profile } from '../plugin/model/profile.ts'
import type { RequestDetail, RequestFilter, RequestSummary } from '../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../plugin/model/wire/routes.ts'
import type { Status } from '../plugin/model/wire/status.ts'
import { createOffProfiler } from '../plugin/profiler-off.ts'

/**
 * The other side of the API's boundary, made by hand: three requests of two routes, and counters that tests read.
 * `end` lets requests end; what it is given arrives at the listeners.
 */
export interface HandMade extends Backend {
  recording: boolean
  readonly calls: string[]
  readonly pinned: Set<string>
  listeners: number
  status(): Status
  end(...ended: RequestSummary[]): void
  /** The next call of `status` or `flush` throws. */
  fails: boolean
}

export const detail = (id: string, route: string, pinned = false): RequestDetail => ({
  id,
  route,
  method: 'GET',
  url: '/users/7?verbose',
  statusCode: 200,
  startedAt: '2026-11-22T10:00:00.000Z',
  wallMs: 12.5,
  ownMs: 8.25,
  blockedMs: 2.5,
  gcMs: 0.5,
  waitingMs: 1.25,
  samples: 8,
  outcome: 'completed',
  pinned,
  afterMs: 0,
  blockedBy: [{ route: 'POST /report', ms: 2.5 }],
  queuedMs: 0.25,
  queueKnown: true,
  queuedBehind: [],
  slices: [
    { startUs: 0, endUs: 10000, kind: 'own' },
    { startUs: 10000, endUs: 12500, kind: 'blocked', route: 'POST /report' },
  ],
  waits: [],
  phases: [
    { name: 'onRequest', includes: [], startUs: 0, endUs: 500, wallMs: 0.5, ownMs: 0.25 },
    { name: 'handler', includes: [], startUs: 500, endUs: 12500, wallMs: 12, ownMs: 8 },
  ],
})

/** Compares nothing, and keeps no baselines. */
const off = createOffProfiler()

const profile: Profile = {
  version: 1,
  title: 'GET /users/:id',
  route: 'GET /users/:id',
  requests: 2,
  samples: 3,
  ownUs: 3000,
  intervalUs: 1000,
  startedAt: '2026-11-22T10:00:00.000Z',
  endedAt: '2026-11-22T10:00:01.000Z',
  root: '',
  frames: [
    { name: 'GET /users/:id', file: '', line: 0, column: 0, kind: 'root' },
    { name: 'handler', file: 'app.js', line: 10, column: 3, kind: 'app' },
  ],
  tree: { parent: [-1, 0], frame: [0, 1], selfUs: [0, 3000], samples: [0, 3] },
  lines: { node: [1], line: [11], samples: [3], selfUs: [3000] },
}

const chart: Chart = {
  ...profile,
  title: 'GET /users/:id #k1',
  requests: 1,
  wallUs: 12500,
  afterUs: 0,
  spans: { node: [1], startUs: [0], endUs: [3000], samples: [3] },
}

const route: RouteSummary = {
  route: 'GET /users/:id',
  method: 'GET',
  url: '/users/:id',
  count: 2,
  errors: 0,
  latency: { p50Ms: 12, p95Ms: 13, p99Ms: 13, maxMs: 13, meanMs: 12.5 },
  own: { totalMs: 16.5, meanMs: 8.25, p95Ms: 8.3 },
  blocked: { totalMs: 5, meanMs: 2.5 },
  waiting: { meanMs: 1.25 },
  causedMs: 0,
  longestBlockMs: 0,
  longestBlock: null,
  awaitedMs: 0,
  longestAwaited: null,
  queuedMs: 0,
  longestQueued: null,
  gc: { totalMs: 1, meanMs: 0.5 },
  samples: 16,
  recentMs: [12, 13],
}

export function handMade(): HandMade {
  const kept = new Map(
    [detail('k1', 'GET /users/:id'), detail('k2', 'GET /users/:id'), detail('k3', 'POST /report')].map(
      (one) => [one.id, one],
    ),
  )
  const listeners = new Set<(ended: readonly RequestSummary[]) => void>()
  const calls: string[] = []
  const pinned = new Set<string>()
  const asked: RequestFilter[] = []
  let requests = 3

  const backend: HandMade = {
    enabled: true,
    recording: true,
    calls,
    pinned,
    fails: false,
    get listeners() {
      return listeners.size
    },
    start() {
      calls.push('start')
      backend.recording = true
    },
    stop() {
      calls.push('stop')
      backend.recording = false
    },
    clear(options) {
      calls.push(`clear ${options?.pinned}`)
    },
    async flush() {
      calls.push('flush')
      if (backend.fails) throw new Error('no flush at /home/someone/app')
    },
    routes: () => [route],
    prepareNames: async () => {},
    noRequest: () => ({
      causedMs: 0.5,
      longestBlockMs: 0.25,
      longestBlock: null,
      awaitedMs: 0,
      longestAwaited: null,
      queuedMs: 0,
      longestQueued: null,
    }),
    requests: () => [...kept.values()],
    request: (id) => kept.get(id),
    chart: (id) => (kept.has(id) ? chart : undefined),
    phases(wanted) {
      if (wanted !== route.route) throw notFound(`route "${wanted}"`)
      const sums = { count: 2, wallMs: 24, ownMs: 16, meanWallMs: 12, meanOwnMs: 8 }
      return { route: wanted, requests: 2, phases: [{ name: 'handler', includes: [], ...sums }], hooks: [] }
    },
    profile(selection) {
      calls.push(`profile ${JSON.stringify(selection)}`)
      if (selection?.route !== undefined && selection.route !== route.route)
        throw notFound(`route "${selection.route}"`)
      for (const id of selection?.requests ?? []) if (!kept.has(id)) throw notFound(`request "${id}"`)
      return profile
    },
    source(selection, file) {
      calls.push(`source ${JSON.stringify(selection)}`)
      if (file !== 'app.js') throw notFound(`file "${file}"`)
      return { file, path: '/srv/app/app.js', text: 'code()\n', changed: false, ...fileCosts(profile, file) }
    },
    async waitingStepwise(wanted) {
      if (wanted !== route.route) throw notFound(`route "${wanted}"`)
      const blockedBy = [{ route: 'POST /report', ms: 2.5, requests: 1 }]
      return {
        route: wanted,
        requests: 1,
        wallMs: 12.5,
        blockedMs: 2.5,
        waitingMs: 1.25,
        sendingMs: 0,
        queued: { requests: 1, p50Ms: 0, p95Ms: 0, maxMs: 0 },
        queuedBehind: [],
        blockedBy,
        waits: [],
        kinds: [],
      }
    },
    profileStepwise: async (selection) => backend.profile(selection),
    chartStepwise: async (id) => backend.chart(id),
    sourceStepwise: async (selection, file) => backend.source(selection, file),
    contentStepwise: async (selection, format) => {
      const id = requestInTime(selection, format)
      const chart = id === undefined ? undefined : backend.chart(id)
      const about = {
        sampler: statusOf(true, 0).sampler,
        requests: {
          ...{
            wallMs: [12.5],
            queuedMs: [0],
            sendingMs: 0,
            queuedBehind: [],
            ownMs: 8.25,
            blockedMs: 2.5,
            gcMs: 0.5,
            waitingMs: 1.25,
            afterMs: 0,
            failed: 0,
          },
          ...{ blockedBy: [{ route: 'POST /report', ms: 2.5, requests: 1 }], waits: [], kinds: [] },
        },
        culprit: route,
        texts: new Map(),
      }
      return { profile: chart ?? backend.profile(selection), about }
    },
    diff: () => off.diff({}, {}),
    diffStepwise: async () => off.diff({}, {}),
    async saveBaseline(name) {
      calls.push(`save ${name}`)
      return off.saveBaseline(name)
    },
    baselines: off.baselines,
    keepsRuns: true,
    sincePrevious: async () => [],
    deleteBaseline: off.deleteBaseline,
    export: () => '',
    printStats() {},
    async collect(fn) {
      return { result: await fn(), requests: [], ownMs: 0, profile }
    },
    page(filter) {
      asked.push(filter)
      calls.push(`page ${JSON.stringify(filter)}`)
      return { requests: [...kept.values()].slice(0, filter.limit ?? 100), cursor: null }
    },
    pin(id, pin) {
      if (!kept.has(id)) throw notFound(`request "${id}"`)
      if (pin && pinned.size >= 2 && !pinned.has(id)) throw conflict('FST_PROFILER_PINS_FULL', 'no room')
      if (pin) pinned.add(id)
      else pinned.delete(id)
    },
    onRequests(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    end(...ended) {
      requests += ended.length
      for (const listener of listeners) listener(ended)
    },
    status() {
      if (backend.fails) throw new Error('no status at /home/someone/app')
      return statusOf(backend.recording, requests)
    },
  }
  return backend
}

function statusOf(recording: boolean, requests: number): Status {
  return {
    version: '0.1.0',
    node: process.version,
    sampler: {
      name: 'inspector',
      reason: 'asked for',
      intervalUs: 1000,
      achievedIntervalUs: 1020,
      state: 'running',
      restarts: 0,
    },
    recording,
    startedAt: '2026-11-22T10:00:00.000Z',
    clearedAt: '',
    memory: { bytes: 4096, limit: 67108864 },
    counts: { requests, inFlight: 0, routes: 2, samples: 24, dropped: 0, evicted: 0 },
    accounting: { requestsMs: 24.75, otherMs: 3, gcMs: 1.5, idleMs: 970.75, recordedMs: 1000 },
    overhead: { totalMs: 2, share: 0.002, longestMs: 0.5, segments: 10 },
    problem: '',
    calls: null,
    baselines: { count: 0, bytes: 0, ignored: 0, problem: '' },
  }
}
