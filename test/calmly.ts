import { setTimeout as sleep } from 'node:timers/promises'

/** Longer from try to try: what spoils a measurement may last. */
const pausesMs = [0, 500, 2000, 5000]

/**
 * Runs a measurement with what is asserted of it, and up to four times more where it fails: for what holds on a machine
 * that is left alone, and that another process may spoil. What is wrong fails every time.
 */
export async function calmly(measure: () => unknown): Promise<void> {
  for (const pauseMs of pausesMs) {
    try {
      await measure()
      return
    } catch {
      await sleep(pauseMs)
    }
  }
  await measure()
}
