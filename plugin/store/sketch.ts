import { quantilesOf } from '../model/rank.ts'
import { PERCENTILE_ERROR } from '../model/wire/routes.ts'

/**
 * Quantiles of positive values: exact while there are few, then within 1 %. Values are counted in buckets by their
 * logarithm, so memory depends on the range that they span.
 * The idea, and the bound on the error, are those of DDSketch (Masson, Rim, Lee; VLDB 2019).
 */
export interface Sketch {
  add(value: number): void
  /** The value that a share `q` (0 to 1) of all values does not exceed; 0 when there are none. */
  quantile(q: number): number
  max(): number
  reset(): void
}

const GAMMA = (1 + PERCENTILE_ERROR) / (1 - PERCENTILE_ERROR)
const LOG_GAMMA = Math.log(GAMMA)
/** Up to a day in microseconds; larger values are counted as a day. */
const BUCKETS = Math.ceil(Math.log(86_400_000_000) / LOG_GAMMA) + 1
/** Buckets that are added at a time; so many span a factor of 3.6. */
const GROWTH = 64
const NONE = new Uint32Array(0)
/** So many values are kept as they are. */
const FEW = 64
const NO_VALUES = new Float64Array(0)

export function createSketch(grew: (bytes: number) => void = () => {}): Sketch {
  return new LogSketch(grew)
}

/** A class, because each route has two sketches, and closures for each would take more memory than the counts. */
class LogSketch implements Sketch {
  /** The values, until there are too many. */
  #few = NO_VALUES
  /** Counts of the buckets from `#low` on, from then on. */
  #counts = NONE
  #low = 0
  #total = 0
  #max = 0
  #min = Number.POSITIVE_INFINITY
  /** Called with the number of bytes by which the sketch has grown; negative if it has shrunk. */
  readonly #grew: (bytes: number) => void

  constructor(grew: (bytes: number) => void) {
    this.#grew = grew
  }

  add(value: number): void {
    if (value > this.#max) this.#max = value
    if (value < this.#min) this.#min = value
    const nth = this.#total++
    if (nth < FEW) {
      if (nth === 0) this.#keep(new Float64Array(FEW))
      this.#few[nth] = value
      return
    }
    if (nth === FEW) {
      for (const early of this.#few) this.#count(early)
      this.#keep(NO_VALUES)
    }
    this.#count(value)
  }

  quantile(q: number): number {
    if (this.#total === 0) return 0
    if (this.#total <= FEW) return quantilesOf(this.#few.subarray(0, this.#total))(q)
    // Nearest rank: the smallest value such that at least a share q of all values is not larger.
    let left = Math.ceil(q * this.#total)
    let at = 0
    while (left > this.#counts[at]) left -= this.#counts[at++]
    const middle = (2 * GAMMA ** (this.#low + at)) / (GAMMA + 1)
    return Math.min(this.#max, Math.max(this.#min, middle))
  }

  max(): number {
    return this.#max
  }

  reset(): void {
    this.#keep(NO_VALUES)
    this.#grew(-this.#counts.byteLength)
    this.#counts = NONE
    this.#low = 0
    this.#total = 0
    this.#max = 0
    this.#min = Number.POSITIVE_INFINITY
  }

  #keep(few: Float64Array<ArrayBuffer>): void {
    this.#grew(few.byteLength - this.#few.byteLength)
    this.#few = few
  }

  #count(value: number): void {
    const bucket = Math.min(value <= 1 ? 0 : Math.ceil(Math.log(value) / LOG_GAMMA), BUCKETS - 1)
    if (bucket < this.#low || bucket >= this.#low + this.#counts.length) this.#makeRoom(bucket)
    this.#counts[bucket - this.#low]++
  }

  #makeRoom(bucket: number): void {
    const counts = this.#counts
    const isEmpty = counts.length === 0
    const first = isEmpty ? bucket : Math.min(this.#low, bucket)
    const end = isEmpty ? bucket + 1 : Math.max(this.#low + counts.length, bucket + 1)
    const from = first - (first % GROWTH)
    const grown = new Uint32Array(Math.ceil((end - from) / GROWTH) * GROWTH)
    if (!isEmpty) grown.set(counts, this.#low - from)
    this.#grew(grown.byteLength - counts.byteLength)
    this.#counts = grown
    this.#low = from
  }
}
