import { randomInt } from 'node:crypto'
import { type Answers, type AnswersSetup, createAnswers } from './answers.ts'
import type { Account } from './attribution/index.ts'
import type { LiveSplit } from './attribution/live-split.ts'
import { dateNow, isoNow, nowUs } from './clock.ts'
import type { Engine, EngineClient } from './engine.ts'
import { conflict, notFound } from './errors.ts'
import { NO_REQUEST } from './model/labels.ts'
import { atOnce, each, type Steps } from './model/steps.ts'
import type { Outcome, RequestSummary } from './model/wire/requests.ts'
import type { Status } from './model/wire/status.ts'
import { closeSplit, NO_TOTALS, RequestRecord } from './requests/record.ts'
import { bookAwaited } from './store/awaited.ts'
import { createBackground } from './store/background.ts'
import { createStore, type StoreLimits } from './store/index.ts'
import { summarize } from './store/query.ts'
import { type App, countRequest, createRouteStats, type RouteStats, resetRoute } from './store/route-stats.ts'
import { createRoutes } from './store/routes.ts'
import { createStacks, type Stacks } from './store/stacks.ts'
import { withoutQueryValues } from './urls.ts'

/** Records the requests of one application, keeps them, and answers questions about them. */
export interface Recorder extends Answers {
  readonly stacks: Stacks
  /** Work that belongs to no request, as a culprit. */
  readonly nobody: RouteStats
  readonly recording: boolean
  start(): void
  stop(): void
  /** Stops for good, as the application has closed. */
  retire(): void
  clear(pinnedToo: boolean): void
  /** Lets requests go if other things that are kept have grown beyond the limit. */
  makeRoom(): void
  /** A request begins. `pattern` is its route's, `undefined` when it matched none. */
  open(method: string, pattern: string | undefined, url: string): RequestRecord
  /** A request has ended; only the first call for a record counts. */
  close(record: RequestRecord, statusCode: number, outcome: Outcome): void
  /** How the request that is running now spent its time so far. */
  splitNow(record: RequestRecord): LiveSplit | undefined
  flush(): Promise<void>
  /** Throws `FST_PROFILER_NOT_FOUND`, and `FST_PROFILER_PINS_FULL` when there is no room for one more. */
  pin(id: string, pinned: boolean): void
  status(): Pick<
    Status,
    | 'sampler'
    | 'overhead'
    | 'problem'
    | 'recording'
    | 'startedAt'
    | 'clearedAt'
    | 'memory'
    | 'counts'
    | 'accounting'
  >
  /** Gathers the requests that begin from now on, kept or not. */
  gather(): Gathering
  onRequests(listener: (ended: readonly RequestSummary[]) => void): () => void
}

export interface Gathering {
  /** Requests that begin from now on are not gathered. */
  close(): void
  /** Stops gathering, and returns those requests that have ended, in the order in which they began. */
  end(): readonly Gathered[]
}

interface Gathered {
  /** Taken when the request had ended. */
  readonly summary: RequestSummary
  readonly record: RequestRecord
}

export interface RecorderSetup extends Pick<AnswersSetup, 'phases' | 'root' | 'intervalUs'> {
  readonly engine: Engine
  readonly naming: AnswersSetup['naming'] & { isOwn(url: string): boolean }
  readonly limits: StoreLimits
  /** Bytes of other things that are kept and count against the same limit. */
  otherBytes(): number
  /** Called for every request that has ended, once all of its time is attributed. */
  settled(record: RequestRecord): void
  warn(message: string): void
}

/** Most requests that are reported to listeners at a time. */
const TOLD_AT_ONCE = 50
/** Share of `maxBytes` that work of no request may take. */
const BACKGROUND_SHARE = 1 / 8
/** Length of the random prefix of ids: a link or page of another process must find no request of this recorder. */
const RUN_DIGITS = 4

export function createRecorder(setup: RecorderSetup): Recorder {
  const { engine, naming } = setup
  const stacks = createStacks()
  const app: App = { closed: false, bytes: 0 }
  const routes = createRoutes(app)
  const otherBytes = () => app.bytes + background.bytes() + setup.otherBytes()
  const store = createStore(setup.limits, stacks, otherBytes)
  const { phases, root, intervalUs } = setup
  const background = createBackground(setup.limits.maxBytes * BACKGROUND_SHARE)
  const nobody = createRouteStats(NO_REQUEST, '', NO_REQUEST, app)
  const answers = createAnswers({
    store,
    stacks,
    background,
    routes,
    nobody,
    naming,
    phases,
    root,
    intervalUs,
  })
  const listeners = new Set<(ended: readonly RequestSummary[]) => void>()
  /** Called for each request that has ended, before it may be let go. */
  const gathering = new Set<(record: RequestRecord) => void>()
  const accounting = { ownUs: 0, otherUs: 0, gcUs: 0, idleUs: 0, recordedUs: 0 }
  const counts = { requests: 0, samples: 0, dropped: 0 }
  /** Requests in the order in which they ended, not all of whose time is attributed yet. */
  let ended: RequestRecord[] = []
  /** Requests that are fully attributed, and are being taken into the store. */
  let settling: readonly RequestRecord[] = []
  let inFlight = 0
  const run = `${randomInt(36 ** RUN_DIGITS)
    .toString(36)
    .padStart(RUN_DIGITS, '0')}_`
  let serial = 0
  const serialOf = (record: RequestRecord) => Number(record.id.slice(run.length))
  let recording = false
  /** When everything was last forgotten: requests that had ended by then count for nothing any more. */
  let clearedUs = -1
  let startedAt = ''
  let clearedAt = ''

  const client: EngineClient = {
    openRequests: () => inFlight + ended.length,
    background: background.part,
    isOwn: naming.isOwn,
    warn: setup.warn,
    attributed(account, endUs) {
      book(account, endUs)
      return settle(endUs)
    },
  }

  function book(account: Account, endUs: number): void {
    const ownUs = account.ownUs.get(recorder) ?? 0
    const samples = account.samples.get(recorder) ?? 0
    accounting.ownUs += ownUs
    accounting.otherUs += account.recordedUs - account.gcUs - account.idleUs - ownUs
    accounting.gcUs += account.gcUs
    accounting.idleUs += account.idleUs
    accounting.recordedUs += account.recordedUs
    counts.samples += samples
    counts.dropped += account.dropped.get(recorder) ?? 0
    const grown = new Set<RequestRecord>()
    for (const [i, record] of account.after.records.entries()) {
      if (record.recorder !== recorder) continue
      // Of what ended before a clear only the pinned still counts, and up to then that is counted already.
      const isCounted = record.endUs > clearedUs || (!record.gone && endUs > clearedUs)
      if (isCounted) record.stats.ownUs += account.after.us[i]
      if (record.samples !== undefined) grown.add(record)
    }
    for (const record of grown) store.grown(record)
    background.grown()
    store.makeRoom()
  }

  /** Counts, keeps and reports the records whose last moment is attributed. */
  function* settle(endUs: number): Steps<void> {
    let count = 0
    while (count < ended.length && ended[count].endUs <= endUs) count++
    // Others may be halfway: recording has stopped, and a flush that began before that is done.
    if (count === 0) return
    settling = ended.splice(0, count)
    const settled = settling
    for (const record of settled) record.stats.uncountedUs -= record.ownUs
    yield* each(settled, (record) => {
      counts.requests++
      closeSplit(record)
      record.totalUs = NO_TOTALS
      if (!record.gone) {
        countRequest(record.stats, record)
        bookAwaited(record, routes)
      }
      for (const take of gathering) take(record)
    })
    yield* store.add(settled)
    settling = []
    // Last, because a listener may throw.
    for (let from = 0; from < settled.length; from += TOLD_AT_ONCE) {
      const told = settled.slice(from, from + TOLD_AT_ONCE)
      for (const record of told) setup.settled(record)
      if (listeners.size > 0) {
        const summaries = told.map(summarize)
        for (const listener of listeners) listener(summaries)
      }
      yield
    }
    // Sums of routes have grown, and what is noted of each for a comparison with the next run.
    store.makeRoom()
  }

  const recorder: Recorder = {
    ...answers,
    stacks,
    nobody,
    get recording() {
      return recording
    },
    start() {
      if (recording || app.closed) return
      recording = true
      if (startedAt === '') startedAt = isoNow()
      engine.attach(client)
    },
    stop() {
      if (!recording) return
      recording = false
      engine.detach(client)
    },
    retire() {
      recorder.stop()
      app.closed = true
    },
    clear(pinnedToo) {
      clearedUs = nowUs()
      clearedAt = isoNow()
      store.clear(pinnedToo)
      background.clear()
      counts.requests += ended.length
      for (const record of ended) record.stats.uncountedUs -= record.ownUs
      for (const record of [...settling, ...ended])
        if (store.get(record.id) === undefined) store.forget(record)
      ended = []
      for (const stats of [...routes.all(), nobody]) resetRoute(stats)
      // Pinned requests: what is kept still counts in the numbers of its route.
      for (const record of store.all()) {
        countRequest(record.stats, record)
        record.stats.ownUs += record.afterUs
      }
    },
    makeRoom: store.makeRoom,
    open(method, pattern, url) {
      engine.wake()
      inFlight++
      return new RequestRecord({
        id: `${run}${++serial}`,
        recorder,
        stats: routes.of(method, pattern),
        method,
        url: withoutQueryValues(url),
        startedAtMs: dateNow(),
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
      // The engine does not run any more, so nothing else would settle the record.
      if (!recording) void recorder.flush()
    },
    splitNow: engine.splitNow,
    async flush() {
      const untilUs = await engine.flush()
      // What ended since then may have turns that are not attributed yet: recording has just stopped, or goes on for
      // another application.
      if (!recording) atOnce(engine.carefully(() => settle(untilUs)))
    },
    pin(id, pinned) {
      const record = store.get(id)
      if (record === undefined) throw notFound(`request "${id}"`)
      if (store.pin(record, pinned)) return
      throw conflict(
        'FST_PROFILER_PINS_FULL',
        'no room for one more pinned request; let another one go first',
      )
    },
    status() {
      return {
        ...engine.status(),
        recording,
        startedAt,
        clearedAt,
        memory: { bytes: store.bytes(), limit: setup.limits.maxBytes },
        counts: {
          requests: counts.requests,
          inFlight,
          routes: routes.known().length,
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
    gather() {
      const before = serial
      let last = Number.POSITIVE_INFINITY
      const gathered: Gathered[] = []
      const take = (record: RequestRecord) => {
        const nth = serialOf(record)
        if (nth > before && nth <= last) gathered.push({ summary: summarize(record), record })
      }
      gathering.add(take)
      return {
        close() {
          last = serial
        },
        end() {
          gathering.delete(take)
          return gathered.sort((a, b) => serialOf(a.record) - serialOf(b.record))
        },
      }
    },
    onRequests(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return recorder
}
