import { createEngine, type Engine } from './engine.ts'
import type { Settings } from './options/index.ts'
import { createSampler } from './sampler/index.ts'

type EngineSettings = Pick<Settings, 'sampler' | 'samplingIntervalUs'>

let engine: Engine | undefined
let users = 0

/**
 * Returns the engine of this process. V8 samples the thread, so all applications in one process share it, with the
 * sampler and interval of the first one. Throws if the requested sampler cannot work, also where another one is used.
 */
export function acquireEngine({ sampler, samplingIntervalUs }: EngineSettings): Engine {
  if (engine === undefined) engine = createEngine(sampler, samplingIntervalUs)
  else if (sampler !== engine.status().sampler.name) createSampler(sampler, samplingIntervalUs)
  users++
  return engine
}

/** Releases the engine; after the last user has left, the next one may bring other settings. */
export function releaseEngine(): void {
  users--
  if (users === 0) engine = undefined
}
