/**
 * How long to record before the next turn, milliseconds.
 *
 * V8 writes a whole segment at once, and what that takes grows with the places in its call tree: fifteen times as
 * many where every request goes another way through deep code than where all go the same. So a turn that takes long
 * makes the next segment shorter, in proportion, and one that does not makes it a bit longer again.
 */
export interface Pace {
  readonly ms: number
  /** A turn held the event loop for so many microseconds. */
  took(us: number): void
}

/** Turning costs next to nothing then; longer segments would only take longer to read. */
const LONGEST_MS = 250
/** Where turning by itself, whatever was recorded, begins to cost a percent of the time. */
const SHORTEST_MS = 40
/** What a turn should take: to read it takes as long again. */
const GOAL_US = 750
const MOST_LONGER = 1.25
const MOST_SHORTER = 0.5

export function createPace(): Pace {
  let ms = LONGEST_MS
  let lastUs = 0
  return {
    get ms() {
      return ms
    },
    took(us) {
      // The lesser of two: one alone may have been interrupted by whatever else the machine does.
      const factor = GOAL_US / Math.max(1, Math.min(us, lastUs))
      lastUs = us
      ms *= Math.min(MOST_LONGER, Math.max(MOST_SHORTER, factor))
      ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms))
    },
  }
}
