import { nowUs } from './clock.ts'
import { nextTurn } from './timers.ts'

/** Work that can be interrupted where it yields. */
export type Steps<Result> = Generator<void, Result, void>

/** Longest time to hold the event loop in one go: less than a frame of a screen, more than a turn of the loop costs. */
const HOLD_US = 4000

/** Works for about `us` microseconds, and does at least one step. */
export function runFor<Result>(steps: Steps<Result>, us: number): IteratorResult<void, Result> {
  const began = nowUs()
  let step = steps.next()
  while (!step.done && nowUs() - began < us) step = steps.next()
  return step
}

/** An item takes some microseconds. */
const ITEMS_PER_STEP = 50

/** Calls `act` with one item after the other, for items that take little time each. */
export function* each<Item>(items: readonly Item[], act: (item: Item) => void): Steps<void> {
  // Without an iterator, which makes two objects for each item.
  for (let i = 0; i < items.length; i++) {
    if (i % ITEMS_PER_STEP === 0) yield
    act(items[i])
  }
}

/** Does all steps at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
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
