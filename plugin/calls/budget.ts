/** Limits how often calls are counted, in order not to hold up the application. */
export interface Budget {
  /** Whether there is enough for `takes` more takes. */
  affords(takes: number): boolean
  /** Notes what a take has cost. */
  spend(us: number): void
}

/** Most that can be saved: enough to count all of some hundred requests sent by hand or by a test. */
const SAVED_US = 500_000
/** Share of the time that counting may take in the long run. */
const SHARE = 0.05

/** Saves what is not spent, up to a limit. Expects the next takes to cost what the last ones did. */
export function createBudget(clockUs: () => number): Budget {
  let savedUs = SAVED_US
  let lastUs = clockUs()
  let priceUs = 0
  return {
    affords(takes) {
      const now = clockUs()
      savedUs = Math.min(SAVED_US, savedUs + (now - lastUs) * SHARE)
      lastUs = now
      return savedUs >= takes * priceUs
    },
    spend(us) {
      priceUs = priceUs === 0 ? us : 0.8 * priceUs + 0.2 * us
      savedUs -= us
    },
  }
}
