import { createEngine, type Engine } from './engine.ts'
import type { Settings } from './options/index.ts'

let engine: Engine | undefined
let users = 0

/**
 * The engine of this process. V8 samples the thread, so applications in one process share it, and the first one's
 * sampler and interval hold for all. Throws when the sampler asked for cannot work.
 */
export function acquireEngine(settings: Pick<Settings, 'sampler' | 'samplingIntervalUs'>): Engine {
  engine ??= createEngine(settings.sampler, settings.samplingIntervalUs)
  users++
  return engine
}

/** The last one to leave makes room for other settings. */
export function releaseEngine(): void {
  users--
  if (users === 0) engine = undefined
}
