import type { SliceKind } from '../model/wire/requests.ts'
import type { RouteStats } from '../store/route-stats.ts'

/** What a busy stretch can be charged to: a route, `undefined` for work of no request, or the garbage collector. */
export type Label = RouteStats | undefined | typeof GC
export const GC = Symbol('gc')

/** The event loop's unbroken busy stretch up to now, as pieces in order, with neighbours of one label merged. */
export interface Stretch {
  readonly startUs: number
  add(label: Label, startUs: number, endUs: number): void
  /** The loop slept until `endUs`: the next stretch starts there. */
  slept(endUs: number): void
  /**
   * Tells the pieces from a time on, in order. If there are too many, only the last ones are told one by one, and
   * all before them as one piece of `main`, the label with most of that time.
   */
  since(
    fromUs: number,
    main: Label,
    tell: (endUs: number, kind: SliceKind, by: RouteStats | undefined) => void,
  ): void
}

/** Most pieces that are told: enough for any picture, few enough that a gap costs next to nothing. */
const MOST_TOLD = 64
const MOST_KEPT = 4096

export function createStretch(): Stretch {
  let startUs = 0
  const endUs: number[] = []
  const labels: Label[] = []

  return {
    get startUs() {
      return startUs
    },
    add(label, from, to) {
      const last = labels.length - 1
      if (last < 0 && startUs === 0) startUs = from
      if (last >= 0 && labels[last] === label) {
        endUs[last] = to
        return
      }
      endUs.push(to)
      labels.push(label)
      if (labels.length < MOST_KEPT) return
      endUs.splice(0, MOST_KEPT / 2)
      labels.splice(0, MOST_KEPT / 2)
    },
    slept(end) {
      startUs = end
      endUs.length = 0
      labels.length = 0
    },
    since(fromUs, main, tell) {
      const telling = (label: Label, end: number) => {
        if (label === GC) tell(end, 'gc', undefined)
        else tell(end, 'blocked', label)
      }
      let first = labels.length
      while (first > 0 && endUs[first - 1] > fromUs && labels.length - first < MOST_TOLD) first--
      if (first > 0 && endUs[first - 1] > fromUs) telling(main, endUs[first - 1])
      for (let i = first; i < labels.length; i++) telling(labels[i], endUs[i])
    },
  }
}
