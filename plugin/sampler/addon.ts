import { isMainThread } from 'node:worker_threads'
import { ProfilerError } from '../errors.ts'
import { ownRequire } from '../own-require.ts'
import { provideBinary } from './addon-binary.ts'

/** The part of v8-profiler-next that is used; its own typings describe another form. */
interface Addon {
  setGenerateType(type: 1): void
  setProfilesCleanupLimit(limit: number): void
  setSamplingInterval(us: number): void
  startProfiling(title: string, samples: true, eager: 1): void
  stopProfiling(title: string): { delete?(): void } | undefined
}

/** v8-profiler-next, guarded against every sequence of calls that would end the process. */
export interface GuardedAddon {
  start(title: string, intervalUs: number): void
  /** What V8 recorded, in the flat form. */
  stop(title: string): unknown
  /** From the next stop that leaves nothing running: frees V8's profiler, or keeps it for a cheap next start. */
  keepProfiler(keep: boolean): void
}

/** Limit that keeps V8's profiler. Larger ones overflow in the addon and make every start slow; 0 is its default. */
const KEEP = 2147483647
const FREE = 0

/**
 * Loads v8-profiler-next. Throws an error that says why it does not work and what to do.
 *
 * It is refused in worker threads: a worker that ends while it profiles takes the process with it, and so does stopping
 * a profile that does not run. Neither can be caught, so such calls throw here and never reach the addon.
 */
export function loadAddon(): GuardedAddon {
  loaded ??= load()
  return loaded
}

let loaded: GuardedAddon | undefined

function load(): GuardedAddon {
  if (!isMainThread) throw new Error('it works in the main thread only')
  if (process.versions.bun || process.versions.deno) throw new Error('it works with Node only')
  if (!hasProto()) throw new Error('it needs __proto__, which --disable-proto takes away')
  let addon: Addon
  let wasLoaded: boolean
  try {
    wasLoaded = ownRequire.cache[ownRequire.resolve('v8-profiler-next')] !== undefined
    provideBinary(ownRequire)
    addon = ownRequire('v8-profiler-next') as Addon
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException))
  }
  const guarded = guard(addon)
  if (wasLoaded) renewProfiler(addon, guarded)
  return guarded
}

function hasProto(): boolean {
  try {
    return Reflect.get({}, '__proto__') !== undefined
  } catch {
    return false
  }
}

function guard(addon: Addon): GuardedAddon {
  const running = new Set<string>()
  return {
    start(title, intervalUs) {
      if (running.has(title)) throw misuse(`"${title}" runs already`)
      try {
        addon.setSamplingInterval(intervalUs)
      } catch {
        // A profile is running: one of ours, with this interval already, or one of the application's.
      }
      addon.startProfiling(title, true, 1)
      running.add(title)
    },
    stop(title) {
      if (!running.delete(title)) throw misuse(`"${title}" does not run`)
      // Set each time, because it holds for the whole process and another user may have set the other form.
      addon.setGenerateType(1)
      const profile = addon.stopProfiling(title)
      if (!profile) {
        throw new ProfilerError(
          'FST_PROFILER_LOST_SEGMENT',
          'another user of v8-profiler-next in this process has taken the profile',
        )
      }
      // The addon holds on to the profile until it is deleted. What we got is plain data and stays readable.
      profile.delete?.()
      return profile
    },
    keepProfiler: (keep) => addon.setProfilesCleanupLimit(keep ? KEEP : FREE),
  }
}

/** Replaces V8's profiler: the application may have created it in the mode in which every start is slow. */
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
