import { ProfilerError } from '../errors.ts'
import type { Sampler } from './segment.ts'

/**
 * Takes the place of a sampler where none works, as under Node's permission model: it never starts, and says why.
 * Requests are timed without it.
 */
export function createNoSampler(intervalUs: number, why: string): Sampler {
  const fail = (): never => {
    throw new ProfilerError('FST_PROFILER_NO_SAMPLER', why)
  }
  const nothing = () => undefined
  // The name of the one that works wherever any does.
  return {
    name: 'inspector',
    intervalUs,
    coldWake: false,
    start: fail,
    rotate: fail,
    rest: nothing,
    stop: nothing,
  }
}
