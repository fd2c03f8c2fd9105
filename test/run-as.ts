import type { Tracker } from '../plugin/tracker/index.ts'

/** Runs `fn` as the hook of a request would. */
export function runAs<T extends object, R>(tracker: Tracker<T>, owner: T, fn: () => R): R {
  const outer = tracker.enter(owner)
  try {
    return fn()
  } finally {
    tracker.leave(outer)
  }
}
