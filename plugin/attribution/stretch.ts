import { firstAbove } from '../model/bisect.ts'
import type { RouteStats } from '../store/route-stats.ts'

/** What a busy stretch can be charged to: a route, `undefined` for work of no request, or the garbage collector. */
export type Label = RouteStats | undefined | typeof GC
export const GC = Symbol('gc')

/**
 * The event loop's unbroken busy stretch up to now, as pieces in order, with neighbours of one label merged. Labels are
 * told by their indices in `blame.ts`.
 */
export interface Stretch {
  readonly startUs: number
  /** The running totals when it began, by index. */
  readonly totalUs: readonly number[]
  /** Adds a piece, before the running totals have it. */
  add(index: number, startUs: number, endUs: number): void
  /** The loop slept until `endUs`: the next stretch starts there. */
  slept(endUs: number): void
  /**
   * Tells the pieces from a time on, in order. If there are too many, only the last ones are told one by one, and
   * all before them as one piece of `main`, the label with most of that time.
   */
  since(fromUs: number, main: number, tell: (endUs: number, index: number) => void): void
  /**
   * How long each label has held the loop from a time on, by index: microseconds. Of a stretch of more pieces than are
   * kept, only what is kept. The list is overwritten by the next call.
   */
  sumsSince(fromUs: number): readonly number[]
}

/** Most pieces that are told: enough for any picture, few enough that a gap costs next to nothing. */
const MOST_TOLD = 64
const MOST_KEPT = 4096
/** Totals are noted once in so many pieces: sums need not go through more, however many connections have queued. */
const NOTED_EVERY = 64

/** `totalUs` are the running totals by index, which the caller keeps. */
export function createStretch(totalUs: readonly number[]): Stretch {
  let startUs = 0
  const endUs: number[] = []
  const indices: number[] = []
  const totalUsAtStart: number[] = []
  /** The running totals at the beginning of every piece whose place is a multiple of {@link NOTED_EVERY}. */
  const noted: number[][] = []
  /** When the first piece that is kept began. */
  let keptFromUs = 0
  const sums: number[] = []

  function note(from: number): void {
    if (indices.length === 0) keptFromUs = from
    if (indices.length % NOTED_EVERY === 0) noted.push(totalUs.slice())
  }

  function dropOldest(count: number): void {
    keptFromUs = endUs[count - 1]
    endUs.splice(0, count)
    indices.splice(0, count)
    noted.splice(0, count / NOTED_EVERY)
  }

  function sumFrom(base: readonly number[]): void {
    for (let i = 0; i < totalUs.length; i++) sums[i] = totalUs[i] - (base[i] ?? 0)
  }

  return {
    get startUs() {
      return startUs
    },
    totalUs: totalUsAtStart,
    add(index, from, to) {
      const last = indices.length - 1
      if (last < 0 && startUs === 0) startUs = from
      if (last >= 0 && indices[last] === index) {
        endUs[last] = to
        return
      }
      note(from)
      endUs.push(to)
      indices.push(index)
      if (indices.length >= MOST_KEPT) dropOldest(MOST_KEPT / 2)
    },
    slept(end) {
      startUs = end
      endUs.length = 0
      indices.length = 0
      noted.length = 0
      for (let i = 0; i < totalUs.length; i++) totalUsAtStart[i] = totalUs[i]
    },
    since(fromUs, main, tell) {
      let first = indices.length
      while (first > 0 && endUs[first - 1] > fromUs && indices.length - first < MOST_TOLD) first--
      if (first > 0 && endUs[first - 1] > fromUs) tell(endUs[first - 1], main)
      for (let i = first; i < indices.length; i++) tell(endUs[i], indices[i])
    },
    sumsSince(fromUs) {
      if (fromUs <= startUs) {
        sumFrom(totalUsAtStart)
        return sums
      }
      const first = firstAbove(endUs, fromUs)
      const next = Math.floor(first / NOTED_EVERY) + 1
      sumFrom(noted[next] ?? totalUs)
      let beganUs = Math.max(fromUs, keptFromUs)
      for (let i = first; i < Math.min(next * NOTED_EVERY, indices.length); i++) {
        sums[indices[i]] += endUs[i] - beganUs
        beganUs = endUs[i]
      }
      return sums
    },
  }
}
