import { nowUs } from './clock.ts'

/** What went wrong in the profiler itself. */
export interface Troubles {
  /** The last one, `''` when there was none. */
  readonly last: string
  /** Keeps it for the status, and says `what` it means in the log. Never throws. */
  note(error: unknown, what: string): void
}

/** What goes wrong over and over is told once in a while. */
const QUIET_US = 60_000_000

/**
 * One line in the log for every thing that goes wrong, but the same thing (`what`) at most once a minute; the next
 * line counts those it stands for. `warn` may throw.
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
        // The status has it.
      }
    },
  }
}
