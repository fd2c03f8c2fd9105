import { arrivalKinds, type Wait, type WaitKind } from './wire/waits.ts'

const arrivals: ReadonlySet<WaitKind> = new Set(arrivalKinds)

/** An operation explains the wait for what arrived if it was open for this share of it. */
const EXPLAINED = 0.5

/**
 * Leaves out the arrivals that operations explain: the data that answers an HTTP call is no wait of its own. `waits`
 * must be in order of start.
 */
export function withoutExplained<T extends Wait>(waits: readonly T[]): T[] {
  const operations = waits.filter(({ kind }) => !arrivals.has(kind))
  return waits.filter(
    (wait) =>
      !arrivals.has(wait.kind) || openWithin(wait, operations) < EXPLAINED * (wait.endUs - wait.startUs),
  )
}

/** For how long any of the operations was open during a wait, microseconds. */
function openWithin(wait: Wait, operations: readonly Wait[]): number {
  let openUs = 0
  let doneUs = wait.startUs
  for (const { startUs, endUs } of operations) {
    const fromUs = Math.max(doneUs, startUs)
    const toUs = Math.min(wait.endUs, endUs)
    if (toUs <= fromUs) continue
    openUs += toUs - fromUs
    doneUs = toUs
  }
  return openUs
}
