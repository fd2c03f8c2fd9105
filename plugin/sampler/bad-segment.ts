import { ProfilerError } from '../errors.ts'

export function badSegment(why: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_BAD_SEGMENT', `V8's profile makes no sense: ${why}`)
}
