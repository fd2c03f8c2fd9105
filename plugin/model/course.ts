import { blockedChange, type Change, type Sampled } from './change.ts'

/**
 * CPU of a route's requests in the order in which they ended since the start, in blocks: V8 has not optimised the code of
 * the first ones yet, so that those of a run can be compared only with those that came as early in another one. A block
 * counts when all of it is there.
 */
export interface Course {
  /** Ended since the start. */
  readonly requests: number
  /** Whole blocks in their order; `null` for one that was forgotten. */
  readonly blocks: readonly (Block | null)[]
}

export interface Block {
  readonly meanMs: number
  /** Of one request, square milliseconds. */
  readonly variance: number
}

/** Two runs of a route, as far as both have come. */
export interface CourseChange {
  /** Requests that are compared, as their numbers since the start: from the first to the last. Both are 0 where none are. */
  readonly first: number
  readonly last: number
  readonly own: Change
}

/** The first request pays for what is loaded and compiled with it: it is in no block. */
const FIRST = 2
const SMALLEST = 5
/** Of what came before: no more than a fifth of many requests is left out for their block is not whole. */
const GROWTH = 1 / 4
/** More than ten million requests. */
export const MOST_BLOCKS = 64

/** The number of the last request of each block. */
const lasts: readonly number[] = Array.from({ length: MOST_BLOCKS }).reduce<number[]>((ends) => {
  const before = ends.at(-1) ?? FIRST - 1
  return [...ends, before + Math.max(SMALLEST, Math.floor(before * GROWTH))]
}, [])

/** With fewer requests since the start nothing can be compared. */
export const FEWEST_IN_RUN = lasts[0]

const firstOf = (block: number) => (block === 0 ? FIRST : lasts[block - 1] + 1)
const sizeOf = (block: number) => lasts[block] - firstOf(block) + 1

/** Notes a request after the other. */
export interface CourseNotes {
  add(ownMs: number): void
  /** Forgets what was noted, but not how many have been. */
  clear(): void
  course(): Course
}

export function createCourse(): CourseNotes {
  let requests = 0
  let blocks: (Block | null)[] = []
  /** Of the block that has begun. */
  let now = { count: 0, meanMs: 0, squares: 0 }
  return {
    add(ownMs) {
      requests++
      if (requests < FIRST || blocks.length === MOST_BLOCKS) return
      // By Welford (1962): nothing is lost where times are large and alike.
      now.count++
      const off = ownMs - now.meanMs
      now.meanMs += off / now.count
      now.squares += off * (ownMs - now.meanMs)
      if (requests < lasts[blocks.length]) return
      const whole = now.count === sizeOf(blocks.length)
      blocks.push(whole ? { meanMs: now.meanMs, variance: now.squares / (now.count - 1) } : null)
      now = { count: 0, meanMs: 0, squares: 0 }
    },
    clear() {
      blocks = blocks.map(() => null)
      now = { count: 0, meanMs: 0, squares: 0 }
    },
    course: () => ({ requests, blocks: [...blocks] }),
  }
}

/** Compares what both runs have of the same blocks. */
export function compareCourses(base: Course, head: Course): CourseChange {
  const pairs: [Sampled, Sampled][] = []
  let [first, last] = [0, 0]
  for (let i = 0; i < Math.min(base.blocks.length, head.blocks.length); i++) {
    const [a, b] = [base.blocks[i], head.blocks[i]]
    if (a === null || b === null) continue
    pairs.push([sampled(a, i), sampled(b, i)])
    if (first === 0) first = firstOf(i)
    last = lasts[i]
  }
  const few: Change = { baseMs: 0, headMs: 0, differenceMs: 0, errorMs: null, verdict: 'few' }
  return { first, last, own: pairs.length === 0 ? few : blockedChange(pairs) }
}

function sampled(block: Block, i: number): Sampled {
  return { ...block, requests: sizeOf(i), samples: Number.POSITIVE_INFINITY }
}
