import type { Account } from './attribution/index.ts'
import type { LiveSplit } from './attribution/live-split.ts'
import { nowUs } from './clock.ts'
import type { Engine, EngineClient } from './engine.ts'
import { notFound } from './errors.ts'
import { isBounded, type RequestBounds } from './model/bounds.ts'
import type { Measured } from './model/diff.ts'
import type { Chart, Profile } from './model/profile.ts'
import { emptyProfile } from './model/tree.ts'
import {
  type Culprit,
  NOT_FOUND,
  type Outcome,
  type PhasesAnswer,
  type RequestDetail,
  type RequestFilter,
  type RequestSummary,
  type RequestsAnswer,
  type RouteSummary,
  routeLabel,
  type Selection,
  type Source,
  type Status,
} from './model/wire.ts'
import type { PhaseBook } from './requests/phase-rules.ts'
import { phasesOf } from './requests/phases.ts'
import { NO_TOTALS, RequestRecord } from './requests/record.ts'
import { atOnce, each, type Steps } from './slices.ts'
import { chartSteps } from './store/chart.ts'
import { createStore, type StoreLimits } from './store/index.ts'
import { measureSteps } from './store/measure.ts'
import { mergeSteps } from './store/merge.ts'
import { boundsTest, describe, page, summarize } from './store/query.ts'
import { sumPhases } from './store/route-phases.ts'
import {
  countRequest,
  createRouteStats,
  ROUTE_BYTES,
  type RouteStats,
  resetRoute,
  summarizeCulprit,
  summarizeRoute,
} from './store/route-stats.ts'
import { findSource, findTexts, type SourceNaming } from './store/source.ts'
import { createStacks, type Stacks } from './store/stacks.ts'
import { type Naming, prepareNames } from './symbols/naming.ts'
import type { SourceText } from './symbols/source-text.ts'
import { withoutQueryValues } from './urls.ts'

/** Records the requests of one application, keeps them, and answers questions about them. */
export interface Recorder {
  readonly stacks: Stacks
  readonly recording: boolean
  start(): void
  stop(): void
  /** Stops for good: the application has closed. */
  retire(): void
  clear(pinnedToo: boolean): void
  /** A request begins. `pattern` is its route's, `undefined` when it matched none. */
  open(method: string, pattern: string | undefined, url: string): RequestRecord
  /** It has ended; only the first call for a record counts. */
  close(record: RequestRecord, statusCode: number, outcome: Outcome): void
  /** How a request that has its turn now spent its time so far. */
  splitNow(record: RequestRecord): LiveSplit | undefined
  flush(): Promise<void>
  routes(): RouteSummary[]
  noRequest(): Culprit
  /** Reads what `routes` and `noRequest` need to name functions, in steps. */
  prepareNames(): Steps<void>
  page(filter: RequestFilter): RequestsAnswer
  request(id: string): RequestDetail | undefined
  chart(id: string): Steps<Chart | undefined>
  /** Throws `FST_PROFILER_NOT_FOUND` for a route that is not there. */
  phases(route: string, bounds?: RequestBounds): PhasesAnswer
  /** Throws `FST_PROFILER_NOT_FOUND` for a route or request that is not there. */
  profile(selection: Selection): Steps<Profile>
  /**
   * For a comparison. Of a route without bounds, or of each where none is named, the newest requests only: the
   * slowest of all time, which are kept besides, would make a route that has run for long look slower.
   */
  measure(selection: Selection): Steps<Measured>
  /** Throws as {@link findSource} does. */
  source(selection: Selection, file: string): Steps<Source>
  /** The texts of files of a selection's profile, as far as they can be shown. */
  texts(selection: Selection, files: readonly string[]): Steps<Map<string, SourceText>>
  pin(id: string, pinned: boolean): 'ok' | 'missing' | 'full'
  status(): Pick<
    Status,
    'sampler' | 'overhead' | 'problem' | 'recording' | 'startedAt' | 'memory' | 'counts' | 'accounting'
  >
  /** A moment, for {@link Recorder.since}. */
  mark(): number
  /** Kept requests that began after a mark, oldest first. */
  since(mark: number): RequestSummary[]
  onRequests(listener: (ended: readonly RequestSummary[]) => void): () => void
}

export interface RecorderSetup {
  readonly engine: Engine
  readonly naming: SourceNaming & { isOwn(url: string): boolean }
  readonly limits: StoreLimits
  /** What the phases of each route can tell. */
  readonly phases: Pick<PhaseBook, 'rules' | 'hooks'>
  /** Of what is kept besides, and counts against the same limit. */
  otherBytes?(): number
  /** Folder that files are shown relative to. */
  readonly root: string
  readonly intervalUs: number
  /** Told of every request that has ended, when all of its time is attributed. */
  settled?(record: RequestRecord): void
  warn(message: string): void
}

/** Listeners are told of so many requests at a time. */
const TOLD_AT_ONCE = 50

export function createRecorder(setup: RecorderSetup): Recorder {
  const { engine, naming } = setup
  const stacks = createStacks()
  const routes = new Map<string, RouteStats>()
  /** The same by method and pattern, so that no name has to be put together for each request. */
  const byMethod = new Map<string, Map<string | undefined, RouteStats>>()
  const store = createStore(
    setup.limits,
    stacks,
    () => routes.size * ROUTE_BYTES + (setup.otherBytes?.() ?? 0),
  )
  const listeners = new Set<(ended: readonly RequestSummary[]) => void>()
  const accounting = { ownUs: 0, otherUs: 0, gcUs: 0, idleUs: 0, recordedUs: 0 }
  const counts = { requests: 0, samples: 0, dropped: 0 }
  /** Ended, in that order, but not all of their time is attributed yet. */
  let ended: RequestRecord[] = []
  /** Those whose time is, and which are being taken in. */
  let settling: readonly RequestRecord[] = []
  let inFlight = 0
  let serial = 0
  let recording = false
  let retired = false
  let startedAt = ''

  const client: EngineClient = {
    openRequests: () => inFlight,
    isOwn: naming.isOwn,
    warn: setup.warn,
    attributed(account, endUs) {
      book(account)
      return settle(endUs)
    },
  }

  function book(account: Account): void {
    const ownUs = account.ownUs.get(recorder) ?? 0
    const samples = account.samples.get(recorder) ?? 0
    accounting.ownUs += ownUs
    accounting.otherUs += account.recordedUs - account.gcUs - account.idleUs - ownUs
    accounting.gcUs += account.gcUs
    accounting.idleUs += account.idleUs
    accounting.recordedUs += account.recordedUs
    counts.samples += samples
    counts.dropped += account.dropped
    for (const [record, afterUs] of account.afterUs) {
      if (record.recorder !== recorder) continue
      record.stats.ownUs += afterUs
      store.grown(record)
    }
  }

  /** Records whose last moment is attributed are counted, kept and told of. */
  function* settle(endUs: number): Steps<void> {
    let count = 0
    while (count < ended.length && ended[count].endUs <= endUs) count++
    settling = ended.splice(0, count)
    const settled = settling
    yield* each(settled, (record) => {
      counts.requests++
      record.blame.totalUs = NO_TOTALS
      if (!record.gone) countRequest(record.stats, record)
    })
    yield* store.add(settled)
    settling = []
    // Only now: who is told may throw.
    for (let from = 0; from < settled.length; from += TOLD_AT_ONCE) {
      const told = settled.slice(from, from + TOLD_AT_ONCE)
      for (const record of told) setup.settled?.(record)
      if (listeners.size > 0) {
        const summaries = told.map(summarize)
        for (const listener of listeners) listener(summaries)
      }
      yield
    }
  }

  function statsFor(method: string, pattern: string | undefined): RouteStats {
    let ofMethod = byMethod.get(method)
    if (ofMethod === undefined) {
      ofMethod = new Map()
      byMethod.set(method, ofMethod)
    }
    let stats = ofMethod.get(pattern)
    if (stats === undefined) {
      const route = routeLabel(method, pattern)
      stats = routes.get(route)
      stats ??= createRouteStats(route, pattern === undefined ? '' : method, pattern ?? NOT_FOUND)
      routes.set(route, stats)
      ofMethod.set(pattern, stats)
    }
    return stats
  }

  function titleOf(record: RequestRecord): string {
    return `${record.stats.route} #${record.id}`
  }

  function select(selection: Selection): { title: string; records: RequestRecord[] } {
    if (selection.requests !== undefined && selection.requests.length > 0) {
      const ids = [...new Set(selection.requests)]
      const records = ids.map((id) => {
        const record = store.get(id)
        if (record === undefined) throw notFound(`request "${id}"`)
        return record
      })
      return { title: records.length === 1 ? titleOf(records[0]) : `${records.length} requests`, records }
    }
    const { route } = selection
    if (route !== undefined && !routes.has(route)) throw notFound(`route "${route}"`)
    const all = [...store.all()].filter((record) => route === undefined || record.stats.route === route)
    const records = all.filter(boundsTest(selection))
    const part = isBounded(selection) ? `, ${records.length} of ${all.length} requests` : ''
    return { title: `${route ?? 'all routes'}${part}`, records }
  }

  function* merge(selection: Selection, names: Naming = naming): Steps<Profile> {
    const { title, records } = select(selection)
    const options = {
      title,
      root: setup.root,
      intervalUs: setup.intervalUs,
      across: selection.across === true,
      phasesOf: selection.phases
        ? (record: RequestRecord) => phasesOf(record, setup.phases.rules(record.stats.route))
        : undefined,
    }
    if (records.length === 0) return emptyProfile(title, setup.root, setup.intervalUs)
    return yield* mergeSteps(records, stacks, names, options)
  }

  function measure(selection: Selection): Steps<Measured> {
    const { title, records } = select(selection)
    const whole = (selection.requests ?? []).length === 0 && !isBounded(selection)
    const some = whole ? newest(selection.route) : records
    return measureSteps(some, stacks, naming, { title, root: setup.root, intervalUs: setup.intervalUs })
  }

  /** Of a route, or of each. */
  function newest(route: string | undefined): RequestRecord[] {
    const some = route === undefined ? [...routes.values()] : [routes.get(route)!]
    return some.flatMap((stats) => store.newest(stats))
  }

  function* chart(id: string): Steps<Chart | undefined> {
    const record = store.get(id)
    if (record === undefined) return undefined
    const { root, intervalUs } = setup
    return yield* chartSteps(record, stacks, naming, { title: titleOf(record), root, intervalUs })
  }

  const recorder: Recorder = {
    stacks,
    get recording() {
      return recording
    },
    start() {
      if (recording || retired) return
      recording = true
      if (startedAt === '') startedAt = new Date().toISOString()
      engine.attach(client)
    },
    stop() {
      if (!recording) return
      recording = false
      engine.detach(client)
    },
    retire() {
      recorder.stop()
      retired = true
    },
    clear(pinnedToo) {
      store.clear(pinnedToo)
      counts.requests += ended.length
      for (const record of [...settling, ...ended])
        if (store.get(record.id) === undefined) store.forget(record)
      ended = []
      for (const stats of [...routes.values(), engine.nobody]) resetRoute(stats)
    },
    open(method, pattern, url) {
      engine.wake()
      inFlight++
      return new RequestRecord({
        id: String(++serial),
        recorder,
        stats: statsFor(method, pattern),
        method,
        url: withoutQueryValues(url),
        startedAtMs: Date.now(),
        startUs: nowUs(),
      })
    },
    close(record, statusCode, outcome) {
      if (record.endUs >= 0) return
      record.endUs = nowUs()
      record.statusCode = statusCode
      record.outcome = outcome
      inFlight--
      ended.push(record)
      // Nothing turns any more, so nobody else would settle it.
      if (!recording) void recorder.flush()
    },
    splitNow: engine.splitNow,
    async flush() {
      await engine.flush()
      if (!recording) atOnce(settle(Number.POSITIVE_INFINITY))
    },
    routes: () =>
      [...routes.values()]
        .filter((stats) => stats.count > 0)
        .sort((a, b) => b.ownUs - a.ownUs)
        .map((stats) => summarizeRoute(stats, naming)),
    noRequest: () => summarizeCulprit(engine.nobody, naming),
    *prepareNames() {
      for (const { longestBlock } of [engine.nobody, ...routes.values()])
        yield* prepareNames(naming, longestBlock?.stack ?? [])
    },
    page: (filter) => page(store.all(), filter),
    request(id) {
      const record = store.get(id)
      return record && describe(record, setup.phases.rules(record.stats.route))
    },
    chart,
    phases(route, bounds) {
      const { records } = select({ ...bounds, route })
      const { rules, hooks } = setup.phases
      const phases = sumPhases(records, rules(route))
      return { route, requests: records.length, phases, hooks: hooks(route) }
    },
    profile: (selection) => merge(selection),
    measure,
    source: (selection, file) => findSource(file, naming, (watched) => merge(selection, watched)),
    texts: (selection, files) => findTexts(files, naming, (watched) => merge(selection, watched)),
    pin(id, pinned) {
      const record = store.get(id)
      if (record === undefined) return 'missing'
      return store.pin(record, pinned) ? 'ok' : 'full'
    },
    status() {
      return {
        ...engine.status(),
        recording,
        startedAt,
        memory: { bytes: store.bytes(), limit: setup.limits.maxBytes },
        counts: {
          requests: counts.requests,
          inFlight,
          routes: [...routes.values()].filter((stats) => stats.count > 0).length,
          samples: counts.samples,
          dropped: counts.dropped,
          evicted: store.evicted(),
        },
        accounting: {
          requestsMs: accounting.ownUs / 1000,
          otherMs: accounting.otherUs / 1000,
          gcMs: accounting.gcUs / 1000,
          idleMs: accounting.idleUs / 1000,
          recordedMs: accounting.recordedUs / 1000,
        },
      }
    },
    mark: () => serial,
    since: (mark) =>
      [...store.all()]
        .filter((record) => Number(record.id) > mark)
        .sort((a, b) => a.startUs - b.startUs)
        .map(summarize),
    onRequests(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return recorder
}
