import { between, type Range } from '../../model/range.ts'

/** The visible range, which can glide to another one. */
export interface Camera {
  /** Shows the range at once. */
  jump(to: Range): void
  /** Moves to the range smoothly, starting at `now`; milliseconds, as `performance.now()`. */
  glide(to: Range, now: number): void
  /** The range at a time. */
  at(now: number): Range
  /** The range where it comes to rest. */
  target(): Range
  moving(): boolean
}

const GLIDE_MS = 180

export function createCamera(): Camera {
  let from: Range = { from: 0, to: 0 }
  let to = from
  let sinceMs: number | undefined
  return {
    jump(range) {
      to = range
      sinceMs = undefined
    },
    glide(range, now) {
      from = this.at(now)
      to = range
      sinceMs = now
    },
    at(now) {
      if (sinceMs === undefined) return to
      const share = Math.min(Math.max((now - sinceMs) / GLIDE_MS, 0), 1)
      if (share >= 1) sinceMs = undefined
      return between(from, to, 1 - (1 - share) ** 3)
    },
    target: () => to,
    moving: () => sinceMs !== undefined,
  }
}
