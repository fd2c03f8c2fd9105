import { nowUs } from './clock.ts'
import { nextTurn } from './timers.ts'

/** Work that can be put aside where it yields. */
export type Steps<Result> = Generator<void, Result, void>

/** So long the event loop is held at a stretch: less than a frame of a screen, more than a turn of the loop costs. */
const HOLD_US = 4000

/** Does what can be done in so many microseconds, and a step at least. */
export function runFor<Result>(steps: Steps<Result>, us: number): IteratorResult<void, Result> {
  const began = nowUs()
  let step = steps.next()
  while (!step.done && nowUs() - began < us) step = steps.next()
  return step
}

/** Takes some microseconds for each of them. */
const ITEMS_PER_STEP = 50

/** Calls `act` with one after the other, for items that take little each. */
export function* each<Item>(items: readonly Item[], act: (item: Item) => void): Steps<void> {
  for (const [i, item] of items.entries()) {
    if (i % ITEMS_PER_STEP === 0) yield
    act(item)
  }
}

/** Does all at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Lets the event loop turn every few milliseconds, or after each slice, so that nobody waits for the whole. */
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
