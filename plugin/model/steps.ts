/** Work that can be interrupted where it yields. */
export type Steps<Result> = Generator<void, Result, void>

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
