/** Where each number stands in a record's row, and how many there are before the marks. */
const STARTED_AT = 0
const START = 1
const END = 2
const OWN = 3
const AFTER = 4
const GC = 5
const QUEUED = 6
const BLOCKED = 7
const TURN_END = 8
const LEFT = 9
const WEIGHED = 10
const UNWEIGHED = 11
const UNSAMPLED = 12
const ANSWERED = 13
const MARKS = 14
/** A request has about as many marks; those of one that has more are moved into a list. */
const FEW_MARKS = 12
const WIDTH = MARKS + FEW_MARKS

/**
 * Few, since a block stays while one of its records does: one that is kept for good takes its row out, but a pooled
 * connection that remembers one for long holds 1.6 KB.
 */
const ROWS = 8

/** Columns of which -1 says that there is none yet. */
const NONE_YET: ReadonlySet<number> = new Set([END, TURN_END, LEFT])
/**
 * What a new block is copied from. A fraction makes V8 store the numbers themselves; it stands where the last mark will.
 */
const EMPTY = Array.from({ length: ROWS * WIDTH }, (_, i) => {
  if (i % WIDTH === WIDTH - 1) return 0.5
  return NONE_YET.has(i % WIDTH) ? -1 : 0
})
let newest = EMPTY
let free = EMPTY.length

/**
 * The numbers of a record, in a block that several records share.
 *
 * As properties, V8 would make each of them an object, unless it is a small whole number. Under load thousands of
 * requests have ended before their time is attributed, and the garbage collector copies what is still in use: a block
 * is one object to copy, in place of a hundred.
 *
 * Times are microseconds of `clock.ts`.
 */
export abstract class Numbers {
  #block: number[]
  /** Index of the first number in the block. */
  #at: number
  #marks = 0
  /** All marks, once they are many. */
  #manyMarks: number[] | undefined = undefined

  constructor(startedAtMs: number, startUs: number) {
    if (free === EMPTY.length) {
      newest = EMPTY.slice()
      free = 0
    }
    this.#block = newest
    this.#at = free
    free += WIDTH
    this.#block[this.#at + STARTED_AT] = startedAtMs
    this.#block[this.#at + START] = startUs
  }

  /** Wall-clock time of the start, milliseconds since 1970. */
  get startedAtMs(): number {
    return this.#block[this.#at + STARTED_AT]
  }

  get startUs(): number {
    return this.#block[this.#at + START]
  }
  set startUs(us: number) {
    this.#block[this.#at + START] = us
  }

  /** -1 while the request is open. */
  get endUs(): number {
    return this.#block[this.#at + END]
  }
  set endUs(us: number) {
    this.#block[this.#at + END] = us
  }

  /** CPU during the request's wall time. */
  get ownUs(): number {
    return this.#block[this.#at + OWN]
  }
  set ownUs(us: number) {
    this.#block[this.#at + OWN] = us
  }

  /** CPU after it. */
  get afterUs(): number {
    return this.#block[this.#at + AFTER]
  }
  set afterUs(us: number) {
    this.#block[this.#at + AFTER] = us
  }

  /** Time of garbage collections in its turns and in what delayed them. */
  get gcUs(): number {
    return this.#block[this.#at + GC]
  }
  set gcUs(us: number) {
    this.#block[this.#at + GC] = us
  }

  /**
   * When the last answer on its connection began to be sent, or the application began to listen: it was not sent before
   * that. 0 where neither is known, `Infinity` where it came over no connection.
   */
  get answeredUs(): number {
    return this.#block[this.#at + ANSWERED]
  }
  set answeredUs(us: number) {
    this.#block[this.#at + ANSWERED] = us
  }

  /** Upper bound of its wait before it began: how long the loop had been busy without a break since `answeredUs`. */
  get queuedUs(): number {
    return this.#block[this.#at + QUEUED]
  }
  set queuedUs(us: number) {
    this.#block[this.#at + QUEUED] = us
  }

  /** Time in which others held the loop. */
  get blockedUs(): number {
    return this.#block[this.#at + BLOCKED]
  }
  set blockedUs(us: number) {
    this.#block[this.#at + BLOCKED] = us
  }

  /** End of its last turn that is attributed, -1 before the first. */
  get turnEndUs(): number {
    return this.#block[this.#at + TURN_END]
  }
  set turnEndUs(us: number) {
    this.#block[this.#at + TURN_END] = us
  }

  /** End of its last turn, -1 before that: known at once. */
  get leftUs(): number {
    return this.#block[this.#at + LEFT]
  }
  set leftUs(us: number) {
    this.#block[this.#at + LEFT] = us
  }

  /** Part of `ownUs + afterUs` in turns whose samples have weights. */
  get weighedUs(): number {
    return this.#block[this.#at + WEIGHED]
  }
  set weighedUs(us: number) {
    this.#block[this.#at + WEIGHED] = us
  }

  /** Part of `ownUs + afterUs` in turns too short for weights. */
  get unweighedUs(): number {
    return this.#block[this.#at + UNWEIGHED]
  }
  set unweighedUs(us: number) {
    this.#block[this.#at + UNWEIGHED] = us
  }

  /** Part of `ownUs + afterUs` in turns while V8 did not sample. */
  get unsampledUs(): number {
    return this.#block[this.#at + UNSAMPLED]
  }
  set unsampledUs(us: number) {
    this.#block[this.#at + UNSAMPLED] = us
  }

  /** Marks of where Fastify's phases began; see `phases.ts`. */
  get marks(): readonly number[] {
    return this.#manyMarks ?? this.#block.slice(this.#at + MARKS, this.#at + MARKS + this.#marks)
  }

  get markCount(): number {
    return this.#manyMarks?.length ?? this.#marks
  }

  addMark(mark: number): void {
    if (this.#marks < FEW_MARKS) {
      this.#block[this.#at + MARKS + this.#marks] = mark
      this.#marks++
    } else {
      this.#manyMarks ??= [...this.marks]
      this.#manyMarks.push(mark)
    }
  }

  /** Forgets the marks. */
  clearMarks(): void {
    this.#marks = 0
    this.#manyMarks = undefined
  }

  /** Takes the numbers out of the block, for a record that is to be kept. */
  takeOut(): void {
    this.#block = this.#block.slice(this.#at, this.#at + MARKS + this.#marks)
    this.#at = 0
    this.#manyMarks = this.#manyMarks?.slice()
  }
}
