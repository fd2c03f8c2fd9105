import { conflict, type ProfilerError } from '../errors.ts'

/** The error for a baseline that there is no room for, with advice on what helps. */
export function full(why: string, advice: string): ProfilerError {
  return conflict('FST_PROFILER_BASELINES_FULL', `${why}; ${advice}`)
}
