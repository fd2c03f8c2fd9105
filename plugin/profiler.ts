import type { Backend } from './api/backend.ts'
import type { Baselines } from './baselines/index.ts'
import type { Calls } from './calls/index.ts'
import { createCollecting } from './collect.ts'
import { createCompare } from './compare.ts'
import { badParameter } from './errors.ts'
import { aboutSteps } from './formats/about.ts'
import { type Content, formatContent, requestInTime } from './formats/index.ts'
import { statsTable } from './formats/stats.ts'
import type { RequestBounds } from './model/bounds.ts'
import type { Profile } from './model/profile.ts'
import { quantilesOf } from './model/rank.ts'
import { atOnce, type Steps } from './model/steps.ts'
import { sum } from './model/sum.ts'
import type { ExportFormat, Selection } from './model/wire/selection.ts'
import type { WaitingAnswer } from './model/wire/waits.ts'
import type { Recorder } from './recorder.ts'
import type { Runs } from './runs/index.ts'
import { stepwise } from './steps.ts'
import { checkSelection, onlyFields } from './store/selection.ts'
import type { PrintStatsOptions } from './types.ts'
import { version } from './version.ts'

/** More things than this that requests waited for tell nothing more. */
const MOST_WAITS = 100

export interface ProfilerSetup {
  readonly recorder: Recorder
  readonly baselines: Baselines
  readonly runs: Runs
  /** Counts calls; undefined where they are not to be counted. */
  readonly calls: Calls | undefined
  /** Whether recording begins as soon as the application is ready. */
  readonly recordsAlways: boolean
}

export interface CreatedProfiler {
  /** `app.profiler`. */
  readonly profiler: Backend
  /** To be called when the application is ready. */
  ready(): void
}

export function createProfiler(setup: ProfilerSetup): CreatedProfiler {
  const { recorder, baselines, runs, calls } = setup
  const collecting = createCollecting(recorder, stopRecording)
  /** Whether recording begins when the application is ready: until then there are no requests. */
  let beginsWhenReady = setup.recordsAlways

  /** From now on recording is as the user, or the option `record`, wants it. */
  function decided(): void {
    collecting.decided()
    beginsWhenReady = false
  }

  function start(): void {
    decided()
    recorder.start()
  }

  function stopRecording(): void {
    recorder.stop()
    calls?.stop()
  }

  const isRecording = () => beginsWhenReady || recorder.recording

  function* profileOf(selection: Selection): Steps<Profile> {
    const profile = yield* recorder.profile(selection)
    return calls === undefined ? profile : yield* calls.addTo(profile, selection)
  }

  function* contentOf(selection: Selection, format: ExportFormat): Steps<Content> {
    const id = requestInTime(checkSelection(selection), format)
    const chart = id === undefined ? undefined : yield* recorder.chart(id)
    const profile = chart ?? (yield* profileOf(selection))
    if (format === 'markdown') return { profile, about: yield* aboutSteps(recorder, selection, profile) }
    if (format === 'pprof' && profile.routes !== undefined)
      return { profile, byRoute: yield* recorder.profileByRoute(selection) }
    return { profile }
  }

  function* waitingOf(route: string, bounds: RequestBounds): Steps<WaitingAnswer> {
    const sums = yield* recorder.sums({ route, ...bounds })
    const { wallMs, blockedMs, waitingMs, sendingMs, blockedBy, queuedBehind, kinds } = sums
    const waits = sums.waits.slice(0, MOST_WAITS)
    const queued = quantilesOf(sums.queuedMs)
    return {
      route,
      requests: wallMs.length,
      wallMs: sum(wallMs),
      blockedMs,
      waitingMs,
      sendingMs,
      queued: {
        requests: sums.queuedMs.length,
        ...{ p50Ms: queued(0.5), p95Ms: queued(0.95), maxMs: queued(1) },
      },
      queuedBehind,
      blockedBy,
      waits,
      kinds,
    }
  }

  const profiler: Backend = {
    enabled: true,
    get recording() {
      return isRecording()
    },
    start,
    stop() {
      decided()
      stopRecording()
    },
    clear(options = {}) {
      onlyFields(options, ['pinned'], 'options')
      recorder.clear(isPinned(options.pinned ?? false))
      runs.clear()
      calls?.clear()
    },
    flush: () => recorder.flush(),
    routes: () => recorder.routes(),
    requests: (filter = {}) => [...recorder.page(filter).requests],
    request: (id) => recorder.request(id),
    chart: (id) => atOnce(recorder.chart(id)),
    pin: (id, pinned = true) => recorder.pin(id, isPinned(pinned)),
    phases: (route, bounds) => recorder.phases(route, bounds),
    profile: (selection = {}) => atOnce(profileOf(selection)),
    source: (selection, file) => atOnce(recorder.source(selection, file)),
    export(selection, format) {
      return formatContent(atOnce(contentOf(selection, format)), format).body
    },
    ...createCompare(recorder, baselines, runs),
    printStats(options = {}) {
      onlyFields(options, ['route', 'sort', 'limit', 'stream'], 'options')
      const { route, sort, limit } = options
      const stream = streamOf(options)
      stream.write(`${statsTable(atOnce(profileOf({ route })), { sort, limit })}\n`)
    },
    collect: collecting.collect,
    status: () => ({
      version,
      node: process.version,
      ...recorder.status(),
      recording: isRecording(),
      calls: calls?.status() ?? null,
      baselines: { ...baselines.status(), problem: baselines.status().problem || runs.problem() },
    }),
    page: (filter) => recorder.page(filter),
    noRequest: () => recorder.noRequest(),
    prepareNames: () => stepwise(recorder.prepareNames()),
    waitingStepwise: (route, bounds) => stepwise(waitingOf(route, bounds)),
    profileStepwise: (selection) => stepwise(profileOf(selection)),
    chartStepwise: (id) => stepwise(recorder.chart(id)),
    sourceStepwise: (selection, file) => stepwise(recorder.source(selection, file)),
    contentStepwise: (selection, format) => stepwise(contentOf(selection, format)),
    onRequests: (listener) => recorder.onRequests(listener),
  }
  const ready = () => {
    if (beginsWhenReady) start()
  }
  return { profiler, ready }
}

/** If nobody reads the output any more, this does not end the process; nor does `console.log`. */
const output = {
  write(text: string): void {
    const { stdout } = process
    stdout.write(text, (error) => {
      if (error) stdout.once('error', () => {})
    })
  },
}

function isPinned(given: unknown): boolean {
  if (typeof given === 'boolean') return given
  throw badParameter('pinned', given, 'true or false')
}

function streamOf({ stream }: PrintStatsOptions): { write(text: string): unknown } {
  const chosen = stream ?? output
  if (typeof chosen.write === 'function') return chosen
  throw badParameter('stream', stream, 'an object with a function "write"')
}
