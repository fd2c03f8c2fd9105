import { nowUs } from './clock.ts'
import { setImmediate } from './timers.ts'

/** Work that can be put aside where it yields. */
export type Steps<Result> = Generator<void, Result, void>

/** So long the event loop is held at a stretch: less than a frame of a screen, more than a turn of the loop costs. */
const SLICE_US = 4000

/** Does all at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Does what can be done in so many microseconds, and a step at least; whether that is all. */
export function runFor(steps: Steps<unknown>, us: number): boolean {
  const began = nowUs()
  do if (steps.next().done) return true
  while (nowUs() - began < us)
  return false
}

/** Lets the event loop turn every few milliseconds, so that nobody waits for the whole. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  for (let began = nowUs(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (nowUs() - began < SLICE_US) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    began = nowUs()
  }
}
