/** How often calls may be counted, so that it does not hold up the application. */
export interface Budget {
  /** Whether there is enough for so many more takes. */
  affords(takes: number): boolean
  /** A take has cost so much. */
  spend(us: number): void
}

/** At once: some hundred requests by hand, or of a test, are all counted. */
const SAVED_US = 500_000
/** Of the time, in the long run. */
const SHARE = 0.05

/** What is not spent is saved, up to a limit. Takes of the near future are expected to cost what the last ones did. */
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
