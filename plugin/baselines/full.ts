import { conflict, type ProfilerError } from '../errors.ts'

/** There is no room for a baseline, and what would help. */
export function full(why: string, advice: string): ProfilerError {
  return conflict('FST_PROFILER_BASELINES_FULL', `${why}; ${advice}`)
}
