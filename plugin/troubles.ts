import { nowUs } from './clock.ts'

/** What went wrong in the profiler itself. */
export interface Troubles {
  /** Message of the last error, `''` when there was none. */
  readonly last: string
  /** Keeps the error for the status, and logs `what` it means. Never throws. */
  note(error: unknown, what: string): void
}

/** Time between two log lines about the same thing. */
const QUIET_US = 60_000_000

/**
 * Logs one line for everything that goes wrong, but for the same thing (`what`) at most one a minute; the next line
 * counts those that were left out. `warn` may throw.
 */
export function createTroubles(warn: (message: string) => void): Troubles {
  const told = new Map<string, { untilUs: number; untold: number }>()
  let last = ''
  return {
    get last() {
      return last
    },
    note(error, what) {
      last = error instanceof Error ? error.message : String(error)
      const before = told.get(what)
      if (before !== undefined && nowUs() < before.untilUs) {
        before.untold++
        return
      }
      told.set(what, { untilUs: nowUs() + QUIET_US, untold: 0 })
      const more = before === undefined || before.untold === 0 ? '' : `, and ${before.untold} times before`
      try {
        warn(`${what} (${last}${more})`)
      } catch {
        // The status still shows it.
      }
    },
  }
}
