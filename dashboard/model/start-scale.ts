import { firstAbove } from '../../plugin/model/bisect.ts'
import { sum } from '../../plugin/model/sum.ts'

/** Where start times stand on an axis from 0 to 1. Long silences are cut short, or everything else would be one heap. */
export interface StartScale {
  readonly at: (startMs: number) => number
  /** The inverse of `at`, milliseconds since 1970. */
  readonly msAt: (share: number) => number
  /** Silences that are shortened: where they stand, and how long they really were. */
  readonly cuts: readonly { readonly at: number; readonly ms: number }[]
}

/** The longest silence takes one of this many parts of the axis, or a larger part if there are few requests. */
const PARTS = 10

/** An axis for requests that began at these times, milliseconds since 1970, in any order. */
export function startScale(startsMs: readonly number[]): StartScale {
  const starts = Float64Array.from(new Set(startsMs)).sort()
  const longest = longestGap(starts)
  /** Distance of each start from the first, in milliseconds of the axis. */
  const offset = new Float64Array(starts.length)
  for (let i = 1; i < starts.length; i++) {
    offset[i] = offset[i - 1] + Math.min(starts[i] - starts[i - 1], longest)
  }
  const length = offset.at(-1) ?? 0
  if (!(length > 0)) return { at: () => 0.5, msAt: (share) => (starts[0] ?? 0) + share - 0.5, cuts: [] }
  const cuts: { at: number; ms: number }[] = []
  for (let i = 1; i < starts.length; i++) {
    const ms = starts[i] - starts[i - 1]
    if (ms > longest) cuts.push({ at: (offset[i - 1] + offset[i]) / 2 / length, ms })
  }
  return {
    at: (startMs) => translate(startMs, starts, offset) / length,
    msAt: (share) => translate(share * length, offset, starts),
    cuts,
  }
}

/** The length to cut longer gaps to, so that none has more than its part of the axis. */
function longestGap(starts: Float64Array): number {
  const gaps = Float64Array.from(
    { length: Math.max(0, starts.length - 1) },
    (_, i) => starts[i + 1] - starts[i],
  )
  gaps.sort()
  let rest = sum(gaps)
  const most = Math.min(PARTS, Math.max(2, Math.floor(gaps.length / 2)))
  for (let long = 1; long < most && long < gaps.length; long++) {
    rest -= gaps[gaps.length - long]
    const limit = rest / (most - long)
    if (limit >= gaps[gaps.length - long - 1]) return limit
  }
  return Number.POSITIVE_INFINITY
}

/** Translates a value between rows of one ascending column to the same place between the rows of another. */
function translate(value: number, from: Float64Array, to: Float64Array): number {
  const high = firstAbove(from, value, 1, from.length - 1)
  const low = high - 1
  const share = (value - from[low]) / (from[high] - from[low])
  return to[low] + (to[high] - to[low]) * Math.min(Math.max(share, 0), 1)
}
