/** What a user could take instead of this profiler, in its usual set-up and at our sampling interval. */
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Subject } from './subjects.ts'

/** Installs the other profilers, unless they are there. Those that cannot be installed are left out. */
export function installOthers(): void {
  if (existsSync(`${folder}node_modules`)) return
  spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
}

const folder = fileURLToPath(new URL('./others/', import.meta.url))
const requireOther = createRequire(`${folder}package.json`)
const major = Number.parseInt(process.versions.node, 10)
const INTERVAL_US = 1000

function missing(name: string): string | undefined {
  return existsSync(`${folder}node_modules/${name}`) ? undefined : `${name} is not installed`
}

/**
 * The sampler of Datadog's agent with a context per request. From Node 24 on the native side reads the context
 * automatically; before that the agent sets it whenever an asynchronous resource takes its turn.
 */
export const datadog: Subject = {
  missing: () => missing('@datadog/pprof'),
  install(app) {
    const { time } = requireOther('@datadog/pprof')
    const useCPED = major >= 24
    time.start({ durationMillis: 60_000, intervalMicros: INTERVAL_US, withContexts: true, useCPED })
    if (useCPED) {
      app.addHook('onRequest', (request, _reply, done) => {
        time.runWithContext({ route: request.routeOptions.url }, done)
      })
    } else {
      const store = new AsyncLocalStorage<object>()
      createHook({ before: () => time.setContext(store.getStore()) }).enable()
      app.addHook('onRequest', (request, _reply, done) => {
        const context = { route: request.routeOptions.url }
        store.run(context, () => {
          time.setContext(context)
          done()
        })
      })
    }
    // The agent uploads once a minute.
    setInterval(() => time.stop(true), 60_000).unref()
  },
}

/** Profiles the whole process: CPU and heap. */
export const flame: Subject = {
  missing: () => (major < 22 ? 'it needs Node 22 or later' : missing('@platformatic/flame')),
  execArgv: ['--require', `${folder}node_modules/@platformatic/flame/preload.js`],
  env: { FLAME_AUTO_START: 'true' },
}

/** V8's sampler alone, always running: it cannot tell which request a sample belongs to. */
export const inspector: Subject = {
  install() {
    const session = new Session()
    session.connect()
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    session.post('Profiler.start')
  },
}

/** The obvious way: start a profile in `onRequest`, stop it in `onResponse`. */
export const naive: Subject = {
  slow: true,
  missing() {
    try {
      createRequire(import.meta.url)('v8-profiler-next')
    } catch {
      return 'v8-profiler-next does not load'
    }
  },
  install(app) {
    const profiler = createRequire(import.meta.url)('v8-profiler-next')
    profiler.setGenerateType(1)
    app.addHook('onRequest', (request, _reply, done) => {
      profiler.startProfiling(request.id, true)
      done()
    })
    app.addHook('onResponse', (request, _reply, done) => {
      profiler.stopProfiling(request.id).delete()
      done()
    })
  },
}
