import { nowUs } from './clock.ts'
import type { Steps } from './model/steps.ts'
import { nextTurn } from './timers.ts'

/** Longest time to hold the event loop in one go: less than a frame of a screen, more than a turn of the loop costs. */
const HOLD_US = 4000

/** Works for about `us` microseconds, and does at least one step. */
export function runFor<Result>(steps: Steps<Result>, us: number): IteratorResult<void, Result> {
  const began = nowUs()
  let step = steps.next()
  while (!step.done && nowUs() - began < us) step = steps.next()
  return step
}

/** Lets the event loop turn every few milliseconds, or after each slice, so nobody has to wait for all the steps. */
export async function stepwise<Result>(
  steps: Steps<Result>,
  slice = (steps: Steps<Result>) => runFor(steps, HOLD_US),
): Promise<Result> {
  let step = slice(steps)
  while (!step.done) {
    await nextTurn()
    step = slice(steps)
  }
  return step.value
}
