import { nowUs } from './clock.ts'
import type { Status } from './model/wire/status.ts'

/** What the profiler itself costs the event loop. */
export interface Overhead {
  /** The profiler held the event loop from `beganUs` until now. */
  spent(beganUs: number): void
  /** A segment was ended. */
  turned(): void
  /** So much time was recorded. */
  recorded(us: number): void
  status(): Status['overhead']
}

export function createOverhead(): Overhead {
  let totalUs = 0
  let longestUs = 0
  let recordedUs = 0
  let segments = 0
  return {
    spent(beganUs) {
      const us = nowUs() - beganUs
      totalUs += us
      longestUs = Math.max(longestUs, us)
    },
    turned() {
      segments++
    },
    recorded(us) {
      recordedUs += us
    },
    status: () => ({
      totalMs: totalUs / 1000,
      // What was recorded is also read when recording has stopped: of a moment, that takes longer than the moment.
      share: recordedUs === 0 ? 0 : Math.min(1, totalUs / recordedUs),
      longestMs: longestUs / 1000,
      segments,
    }),
  }
}
