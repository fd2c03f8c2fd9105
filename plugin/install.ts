import { isMainThread } from 'node:worker_threads'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { registerApi } from './api/index.ts'
import { blockWarner } from './attribution/block-warner.ts'
import { createBaselines } from './baselines/index.ts'
import { followCalls } from './calls/follow.ts'
import { createCalls } from './calls/index.ts'
import { moduleUrl } from './module-url.ts'
import { isProduction, isTest } from './options/enabled.ts'
import type { Settings } from './options/index.ts'
import { ownFolder } from './own-folder.ts'
import { createProfiler } from './profiler.ts'
import { createRecorder } from './recorder.ts'
import { followRequests } from './requests/lifecycle.ts'
import { isOwnRequest } from './requests/own.ts'
import { createPhaseBook } from './requests/phase-rules.ts'
import { createRuns, noRuns, type Runs } from './runs/index.ts'
import { acquireEngine, releaseEngine } from './shared-engine.ts'
import { createSymbols } from './symbols/index.ts'
import { workFolder } from './work-folder.ts'

/** Folders of the plugin's own code, whose frames are no request's. */
const ownFolders = [ownFolder(moduleUrl(import.meta.url))].filter((folder) => folder !== undefined)

/** Wires the parts for one application, and all that stops them when it closes. */
export function install(app: FastifyInstance, settings: Settings, reason: string): void {
  const root = workFolder()
  const engine = acquireEngine(settings)
  const { sampler } = engine.status()
  const warn = (message: string) => say(app, 'warn', `fastify-profiler: ${message}`)
  // Encoded, because other characters in a header would fail the response; Fastify joins prefixes with one slash.
  const dashboard = encodeURI(`${app.prefix.replace(/\/$/, '')}${settings.prefix}/`)
  const page = (id: string) => `${dashboard}?request=${id}`
  const naming = createSymbols(root, ownFolders)
  const phases = createPhaseBook(app)
  const calls = settings.callCounts ? createCalls({ naming, maxBytes: settings.maxBytes, warn }) : undefined
  const { persist: path, maxBytes } = settings
  const baselines = createBaselines({ path, root, maxBytes, grown: () => recorder.makeRoom(), warn })
  const warnBlocked = blockWarner({ naming, page, warn, thresholdMs: settings.warnBlockedMs })
  const recorder = createRecorder({
    engine,
    phases,
    naming,
    limits: settings,
    otherBytes: () => (calls?.bytes() ?? 0) + baselines.bytes() + runs.bytes(),
    root,
    intervalUs: sampler.intervalUs,
    settled(record) {
      warnBlocked(record)
      runs.note(record.stats.route, record.ownUs / 1000)
    },
    warn,
  })
  const keeps = path !== undefined && isMainThread && !isProduction(process.env) && !isTest(process.env)
  const runs: Runs = !keeps
    ? noRuns
    : createRuns({
        path,
        maxBytes,
        grown: recorder.makeRoom,
        prefix: app.prefix + settings.prefix,
        root,
        serves: createServes(app),
        measure: (selection) => recorder.measure(selection),
        spent: engine.spent,
        outside: engine.tracker.outside,
        warn,
      })
  const recordsAlways = settings.record === 'always'
  const { profiler, ready } = createProfiler({ recorder, baselines, runs, calls, recordsAlways })
  const ignored = (request: FastifyRequest) => isOwnRequest(request) || settings.ignore?.(request) === true

  app.decorate('profiler', profiler)
  if (calls !== undefined) followCalls(app, { calls, recorder, tracker: engine.tracker, ignored, warn })
  followRequests(app, {
    recorder,
    tracker: engine.tracker,
    phases,
    page,
    serverTiming: settings.serverTiming,
    ignored,
    warn,
  })
  app.register(async (scope) => registerApi(scope, profiler, settings), { prefix: settings.prefix })

  const localOnly = isProduction(process.env) && settings.authorize === undefined
  app.addHook('onReady', async () => {
    if (localOnly) {
      warn(
        'it is on in production; without the option "authorize" the dashboard answers to this machine only',
      )
    }
    const { name, intervalUs } = sampler
    if (intervalUs !== settings.samplingIntervalUs || !['auto', name].includes(settings.sampler)) {
      warn(
        `the first application of this process chose "sampler" and "samplingIntervalUs" for all: ${name}, ${intervalUs} µs`,
      )
    }
    if (calls !== undefined) {
      warn('calls are counted, which keeps V8 from optimising code: expect CPU times several times as long')
    }
    ready()
    say(
      app,
      'info',
      `fastify-profiler is on (${reason}), dashboard at ${dashboard}, sampler ${name}: ${sampler.reason}`,
    )
  })
  app.addHook('onClose', async () => {
    profiler.stop()
    recorder.retire()
    try {
      if (settings.printStats || keeps) await recorder.flush()
      await runs.close()
      if (settings.printStats) profiler.printStats()
    } finally {
      calls?.close()
      releaseEngine()
    }
  })
}

/** Whether the application has ever listened. */
function createServes(app: FastifyInstance): () => boolean {
  let served = false
  app.server.once('listening', () => {
    served = true
  })
  return () => served
}

/** Logs without throwing: in a timer, an error thrown by the application's logger would end the process. */
function say(app: FastifyInstance, level: 'info' | 'warn', message: string): void {
  try {
    app.log[level](message)
  } catch {
    // There is nowhere to report it.
  }
}
