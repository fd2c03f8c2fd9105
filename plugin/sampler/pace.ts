/**
 * How long to record before the next rotation, milliseconds.
 *
 * V8 writes a whole segment at once, and the time for that grows with the places in its call tree: there are fifteen
 * times as many when every request goes another way through deep code as when all go the same way. So a rotation that
 * takes long makes the next segment shorter, in proportion, and a quick one makes it a bit longer again.
 */
export interface Pace {
  readonly ms: number
  /** A rotation held the event loop for `us` microseconds. */
  took(us: number): void
}

/** A rotation costs next to nothing at this length; longer segments would only take longer to read. */
const LONGEST_MS = 250
/** Below this length the rotation alone, whatever was recorded, costs a percent of the time. */
const SHORTEST_MS = 40
/** What a rotation should take; reading the segment takes as long again. */
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
      // The smaller of two, because one alone may have been interrupted by whatever else the machine does.
      const factor = GOAL_US / Math.max(1, Math.min(us, lastUs))
      lastUs = us
      ms *= Math.min(MOST_LONGER, Math.max(MOST_SHORTER, factor))
      ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms))
    },
  }
}
