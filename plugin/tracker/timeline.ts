/**
 * The switch log: who held the thread, and since when.
 *
 * A holder is an object of the caller (a request), `NOBODY` for work that belongs to no request, or `IDLE` for the time
 * in which the event loop slept. Holders are compared all the time, and V8 compares an object with these two by address;
 * with symbols it looks at both first, which took some 3 % of the CPU of a tiny request.
 */
export const NOBODY = null
export const IDLE = undefined
export type Holder<T> = T | typeof NOBODY | typeof IDLE

/**
 * The holder of entry `i` held the thread from `timeUs[i]` to `timeUs[i + 1]`, the last one to `endUs`. Times never
 * decrease. There is at least one entry, unless the log was stopped all the time.
 */
export interface Slices<T> {
  readonly length: number
  readonly timeUs: Float64Array
  readonly holder: readonly Holder<T>[]
  readonly endUs: number
}

const FIRST_SIZE = 1 << 12
/** At this length the log asks to be drained, or it could grow without bound. */
const FULL = 1 << 14

/** Appending is the hot path of the whole profiler: two stores and a comparison. */
export class Timeline<T extends object> {
  holder: Holder<T> = NOBODY
  lastUs = 0
  #timeUs = new Float64Array(FIRST_SIZE)
  #holders: Holder<T>[] = new Array(FIRST_SIZE).fill(NOBODY)
  #length = 0
  /** Up to this length `push` need not call `#look`. */
  #room = FULL
  readonly #onFull: () => void
  #onOwner: ((owner: T) => void) | undefined

  /** `onFull` is called when the log has to be drained at once; it must not append. */
  constructor(onFull: () => void) {
    this.#onFull = onFull
  }

  /** Notes that `holder` holds the thread from `timeUs` on. A time before that of the last entry is raised to it. */
  push(timeUs: number, holder: Holder<T>): void {
    if (this.#length >= this.#room) this.#look(holder)
    const time = Math.max(timeUs, this.lastUs)
    if (this.#length === this.#timeUs.length) this.#grow()
    this.#timeUs[this.#length] = time
    this.#holders[this.#length] = holder
    this.#length++
    this.lastUs = time
    this.holder = holder
  }

  /** From now on calls `onOwner` before an entry of an owner. It may append: the owner's turn begins after that. */
  expect(onOwner: ((owner: T) => void) | undefined): void {
    this.#onOwner = onOwner
    this.#room = onOwner === undefined ? FULL : 0
  }

  /** Takes the log up to `endUs`; the current holder goes on in the emptied log. */
  drain(endUs: number): Slices<T> {
    const end = Math.max(endUs, this.lastUs)
    const slices = {
      length: this.#length,
      timeUs: this.#timeUs.slice(0, this.#length),
      holder: this.#holders.slice(0, this.#length),
      endUs: end,
    }
    this.#holders.fill(NOBODY, 0, this.#length)
    this.#length = 0
    this.push(end, this.holder)
    return slices
  }

  /** The log as it is, up to `endUs`: a view that is valid until the next change. */
  view(endUs: number): Slices<T> {
    return { length: this.#length, timeUs: this.#timeUs, holder: this.#holders, endUs }
  }

  /**
   * Forgets everything; nobody holds the thread from `timeUs` on. What came before is unknown, so no busy stretch may
   * reach back beyond it: an idle time of no length says so, which is read after all that was drained before.
   */
  restart(timeUs: number): void {
    this.#holders.fill(NOBODY, 0, this.#length)
    this.#length = 0
    this.lastUs = 0
    this.push(timeUs, IDLE)
    this.push(timeUs, NOBODY)
  }

  /** Called before the entry is written: work done here is no part of the new turn, and `lastUs` is its start. */
  #look(holder: Holder<T>): void {
    if (this.#length >= FULL) this.#onFull()
    if (holder !== NOBODY && holder !== IDLE) this.#onOwner?.(holder)
  }

  #grow(): void {
    const timeUs = new Float64Array(this.#timeUs.length * 2)
    timeUs.set(this.#timeUs)
    this.#timeUs = timeUs
    this.#holders.length = timeUs.length
    this.#holders.fill(NOBODY, this.#length)
  }
}
