import { performance } from 'node:perf_hooks'

/**
 * The one clock of the profiler: microseconds of `performance.now()`, monotonic, 0 at process start.
 *
 * Switch log, garbage collections (`perf_hooks`) and idle time are on it already; sample times, which V8 takes from the
 * clock of `process.hrtime()`, are converted by {@link fromHrtimeUs}.
 */
export function nowUs(): number {
  return now() * 1000
}

/** Node's own clocks, taken before tests of the application can replace them by fake ones. */
const now = performance.now.bind(performance)
const hrtime = process.hrtime.bigint
/** Milliseconds since 1970. */
export const dateNow = Date.now

/** The time of day, ISO 8601. */
export function isoNow(): string {
  return new Date(dateNow()).toISOString()
}

/** `process.hrtime()` minus {@link nowUs}, microseconds; constant for the life of the process. */
const hrtimeOffsetUs = tightestOffset()

/** Converts a time in microseconds of `process.hrtime()` to the profiler's clock. */
export function fromHrtimeUs(us: number): number {
  return us - hrtimeOffsetUs
}

/** The clock of `process.hrtime()` in microseconds. */
export function hrtimeUs(): number {
  return Number(hrtime()) / 1000
}

/**
 * The offset from the try whose two outer readings lie closest together: one interrupted pair of readings would shift
 * every sample of a run.
 */
function tightestOffset(): number {
  let width = Number.POSITIVE_INFINITY
  let offset = 0
  for (let i = 0; i < 100; i++) {
    const before = nowUs()
    const middle = hrtimeUs()
    const after = nowUs()
    if (after - before < width) {
      width = after - before
      offset = middle - (before + after) / 2
    }
  }
  return offset
}
