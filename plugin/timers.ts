import timers from 'node:timers'

/**
 * Node's own timers, even if tests of the application fake them later: the profiler's turns are not theirs to fake.
 * Taken as the plugin loads, thus before that; and copied, since `syncBuiltinESMExports()` changes imports.
 */
export const { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = timers

/**
 * Whether these are those of a fake clock, which was there before the plugin was loaded: `setImmediate` of Node returns
 * an `Immediate`, also where others have wrapped it.
 */
export function areFaked(): boolean {
  const made: unknown = setImmediate(() => {})
  clearImmediate(made as NodeJS.Immediate)
  return Object(made).constructor?.name !== 'Immediate'
}

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Calls `fn` after this many turns of the event loop. */
export function afterTurns(turns: number, fn: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, fn) : fn)
}
