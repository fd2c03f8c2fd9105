import { blockedChange, type Change, type Estimate, isCertain } from './change.ts'

/**
 * CPU of a route's requests in the order in which they ended since the start, in blocks. V8 has not optimised the code
 * for the first requests yet, so requests can be compared only with those that came equally early in another run. Only
 * complete blocks count.
 */
export interface Course {
  /** Requests that have ended since the start. */
  readonly requests: number
  /** Complete blocks in order; `null` for one that was forgotten. */
  readonly blocks: readonly (CourseBlock | null)[]
}

export interface CourseBlock {
  readonly meanMs: number
  /** Variance of one request's time, square milliseconds. */
  readonly variance: number
  /** CPU of the cheapest request in the block. */
  readonly leastMs: number
}

/** How two runs of a route differ, as far as both have come. */
export interface CourseChange {
  /** Numbers, since the start, of the first and last request that are compared; both are 0 if none are. */
  readonly first: number
  readonly last: number
  readonly own: Change
}

/** The first request is in no block, because it pays for what is loaded and compiled with it. */
const FIRST = 2
const SMALLEST = 5
/** Size of a block relative to all before it: at most a fifth of many requests is left out in an incomplete block. */
const GROWTH = 1 / 4
/** So many blocks hold more than ten million requests. */
export const MOST_BLOCKS = 64

/** The number of the last request of each block. */
const lasts: readonly number[] = Array.from({ length: MOST_BLOCKS }).reduce<number[]>((ends) => {
  const before = ends.at(-1) ?? FIRST - 1
  return [...ends, before + Math.max(SMALLEST, Math.floor(before * GROWTH))]
}, [])

/** With fewer requests than this since the start nothing can be compared. */
export const FEWEST_IN_RUN = lasts[0]

const firstOf = (block: number) => (block === 0 ? FIRST : lasts[block - 1] + 1)
const sizeOf = (block: number) => lasts[block] - firstOf(block) + 1

/** State of a block that has just begun. */
const NOTHING = { count: 0, meanMs: 0, squares: 0, leastMs: Number.POSITIVE_INFINITY }

/** Collects the course of a route, request by request. */
export interface CourseNotes {
  add(ownMs: number): void
  /** Forgets the blocks, but not the number of requests. */
  clear(): void
  course(): Course
}

export function createCourse(): CourseNotes {
  let requests = 0
  let blocks: (CourseBlock | null)[] = []
  let now = NOTHING
  return {
    add(ownMs) {
      requests++
      if (requests < FIRST || blocks.length === MOST_BLOCKS) return
      // Welford's method (1962) loses no precision when times are large and alike.
      const count = now.count + 1
      const off = ownMs - now.meanMs
      const meanMs = now.meanMs + off / count
      const squares = now.squares + off * (ownMs - meanMs)
      const leastMs = Math.min(now.leastMs, ownMs)
      now = { count, meanMs, squares, leastMs }
      if (requests < lasts[blocks.length]) return
      const whole = count === sizeOf(blocks.length)
      blocks.push(whole ? { meanMs, variance: squares / (count - 1), leastMs } : null)
      now = NOTHING
    },
    clear() {
      blocks = blocks.map(() => null)
      now = NOTHING
    },
    course: () => ({ requests, blocks: [...blocks] }),
  }
}

/** A difference below this share may be just that between two moments, or between two runs of the same code. */
export const LEAST_SHARE = 0.1
/** Share of the blocks whose cheapest request must differ in the same direction. */
const MOST = 4 / 5

/**
 * Compares two runs by the blocks that both have. On a machine with other work to do many requests are slow, but not
 * the fastest of each block: so a difference stands out only if these differ as well.
 */
export function compareCourses(base: Course, head: Course): CourseChange {
  const pairs: [Estimate, Estimate][] = []
  const moved = { slower: 0, faster: 0 }
  let [first, last] = [0, 0]
  for (let i = 0; i < Math.min(base.blocks.length, head.blocks.length); i++) {
    const [a, b] = [base.blocks[i], head.blocks[i]]
    if (a === null || b === null) continue
    pairs.push([estimateOf(a, i), estimateOf(b, i)])
    if (b.leastMs > a.leastMs * (1 + LEAST_SHARE)) moved.slower++
    if (a.leastMs > b.leastMs * (1 + LEAST_SHARE)) moved.faster++
    if (first === 0) first = firstOf(i)
    last = lasts[i]
  }
  const few: Change = { baseMs: 0, headMs: 0, differenceMs: 0, errorMs: null, verdict: 'few' }
  if (pairs.length === 0) return { first, last, own: few }
  const own = blockedChange(pairs)
  return { first, last, own: standsOut(own, moved, pairs.length) ? own : { ...own, verdict: 'unclear' } }
}

/** Whether a difference is large enough, in enough blocks, for its verdict to stand. */
function standsOut(
  { verdict, baseMs, headMs }: Change,
  moved: { readonly slower: number; readonly faster: number },
  blocks: number,
): boolean {
  if (!isCertain(verdict)) return true
  const [less, more] = headMs < baseMs ? [headMs, baseMs] : [baseMs, headMs]
  return more > (1 + LEAST_SHARE) * less && moved[verdict] >= MOST * blocks
}

function estimateOf({ meanMs, variance }: CourseBlock, i: number): Estimate {
  return { meanMs, variance, requests: sizeOf(i), samples: Number.POSITIVE_INFINITY }
}
