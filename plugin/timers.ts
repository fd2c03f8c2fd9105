import timers from 'node:timers'

/**
 * Node's own timers, whatever the application's tests put in their place later: the profiler's turns are no part of
 * what they fake. Loaded with the plugin, so before that; and copied, since `syncBuiltinESMExports()` changes imports.
 */
export const { clearTimeout, setImmediate, setTimeout } = timers

/** The next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Calls `fn` after so many turns of the event loop. */
export function afterTurns(turns: number, fn: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, fn) : fn)
}
