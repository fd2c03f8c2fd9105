/**
 * Quantiles of positive values within 1 %, in fixed room: a value counts in the bucket of its logarithm.
 * The idea, and the bound on the error, are those of DDSketch (Masson, Rim, Lee; VLDB 2019).
 */
export interface Sketch {
  add(value: number): void
  /** The value that a share `q` (0 to 1) of all values does not exceed; 0 when there are none. */
  quantile(q: number): number
  max(): number
  reset(): void
}

const ERROR = 0.01
const GAMMA = (1 + ERROR) / (1 - ERROR)
const LOG_GAMMA = Math.log(GAMMA)
/** Up to a day in microseconds; larger values count as that. */
const BUCKETS = Math.ceil(Math.log(86_400_000_000) / LOG_GAMMA) + 1
export const SKETCH_BYTES = BUCKETS * 4

export function createSketch(): Sketch {
  const counts = new Uint32Array(BUCKETS)
  let total = 0
  let max = 0
  let min = Number.POSITIVE_INFINITY

  return {
    add(value) {
      const bucket = value <= 1 ? 0 : Math.ceil(Math.log(value) / LOG_GAMMA)
      counts[Math.min(bucket, BUCKETS - 1)]++
      total++
      if (value > max) max = value
      if (value < min) min = value
    },
    quantile(q) {
      if (total === 0) return 0
      // Nearest rank: the smallest value such that at least q of all are not larger.
      let left = Math.max(1, Math.ceil(q * total))
      let bucket = 0
      while (left > counts[bucket]) left -= counts[bucket++]
      const middle = (2 * GAMMA ** bucket) / (GAMMA + 1)
      return Math.min(max, Math.max(min, middle))
    },
    max: () => max,
    reset() {
      counts.fill(0)
      total = 0
      max = 0
      min = Number.POSITIVE_INFINITY
    },
  }
}
