import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import { ProfilerError } from '../errors.ts'
import { moduleUrl } from '../module-url.ts'
import { provideBinary } from './addon-binary.ts'

/** What of v8-profiler-next is used; its own typings describe another form. */
interface Addon {
  setGenerateType(type: 1): void
  setProfilesCleanupLimit(limit: number): void
  setSamplingInterval(us: number): void
  startProfiling(title: string, samples: true, eager: 1): void
  stopProfiling(title: string): { delete?(): void } | undefined
}

/** v8-profiler-next with every sequence of calls shut off that would end the process. */
export interface GuardedAddon {
  start(title: string, intervalUs: number): void
  /** What V8 recorded, in the flat form. */
  stop(title: string): unknown
  /** From the next stop that leaves nothing running: free V8's profiler, or keep it for a cheap next start. */
  keepProfiler(keep: boolean): void
}

/** Larger ones overflow in the addon and make every start slow; 0 is its own default. */
const KEEP = 2147483647
const FREE = 0

/**
 * Loads v8-profiler-next. Throws an error that says why not and what to do.
 *
 * Not in a worker thread: one that ends while it profiles takes the process with it, as does a stop of what
 * does not run. Neither can be caught, so calls that would do it are errors here and never reach the addon.
 */
export function loadAddon(): GuardedAddon {
  loaded ??= load()
  return loaded
}

let loaded: GuardedAddon | undefined

function load(): GuardedAddon {
  if (!isMainThread) throw new Error('it works in the main thread only')
  if (process.versions.bun || process.versions.deno) throw new Error('it works with Node only')
  const require = createRequire(moduleUrl(import.meta.url))
  let addon: Addon
  let wasLoaded: boolean
  try {
    wasLoaded = require.cache[require.resolve('v8-profiler-next')] !== undefined
    provideBinary(require)
    addon = require('v8-profiler-next') as Addon
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException))
  }
  const guarded = guard(addon)
  if (wasLoaded) renewProfiler(addon, guarded)
  return guarded
}

function guard(addon: Addon): GuardedAddon {
  const running = new Set<string>()
  return {
    start(title, intervalUs) {
      if (running.has(title)) throw misuse(`"${title}" runs already`)
      try {
        addon.setSamplingInterval(intervalUs)
      } catch {
        // A profile runs: one of ours, with this interval already, or one of the application.
      }
      addon.startProfiling(title, true, 1)
      running.add(title)
    },
    stop(title) {
      if (!running.delete(title)) throw misuse(`"${title}" does not run`)
      // For the whole process; someone else may have set the other form.
      addon.setGenerateType(1)
      const profile = addon.stopProfiling(title)
      if (!profile) {
        throw new ProfilerError(
          'FST_PROFILER_LOST_SEGMENT',
          'another user of v8-profiler-next in this process has taken the profile',
        )
      }
      // Until it is deleted, the addon holds on to it. What it holds is plain data and stays readable.
      profile.delete?.()
      return profile
    },
    keepProfiler: (keep) => addon.setProfilesCleanupLimit(keep ? KEEP : FREE),
  }
}

/** The application may have made V8's profiler in the mode whose every start is slow: makes room for another. */
function renewProfiler(addon: Addon, guarded: GuardedAddon) {
  try {
    addon.setSamplingInterval(1000)
  } catch {
    return // The application is profiling.
  }
  guarded.keepProfiler(false)
  guarded.start('fastify-profiler', 1000)
  guarded.stop('fastify-profiler')
}

function misuse(what: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_NOT_RUNNING', what)
}

function explain(error: NodeJS.ErrnoException): string {
  const { code, message } = error
  const abi = `Node ${process.versions.node} (ABI ${process.versions.modules})`
  if (code === 'ERR_DLOPEN_DISABLED') return 'native addons are off (--no-addons)'
  if (code === 'ERR_ACCESS_DENIED')
    return 'the permission model forbids it (--allow-addons, --allow-child-process)'
  if (code === 'MODULE_NOT_FOUND' && !message.includes('.node')) {
    return 'it is not installed; run `npm install v8-profiler-next`'
  }
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED') {
    if (Number.parseInt(process.versions.node, 10) >= 26) return `it does not compile for ${abi}`
    return `it has no binary for ${abi}; run \`npm rebuild v8-profiler-next\` with install scripts allowed`
  }
  return `it does not load: ${message.split('\n')[0]}`
}
