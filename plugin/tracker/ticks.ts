/**
 * Owners of ticks (`process.nextTick`) that have not run yet. Most of what Node announces are ticks, and they are over
 * soon: keeping their owners here by id costs a fraction of what a property on each of them does.
 */
export class Ticks<T> {
  /** Number of ticks that wait. */
  waiting = 0
  /** Owner of the tick that was taken last. */
  owner: T | undefined
  readonly #ids = new Float64Array(SLOTS)
  readonly #owners: (T | undefined)[] = new Array(SLOTS).fill(undefined)
  /** Ticks that had to leave their slot to a later one. */
  readonly #moved = new Map<number, T | undefined>()

  add(id: number, owner: T | undefined): void {
    const slot = id & (SLOTS - 1)
    if (this.#ids[slot] !== 0) this.#moved.set(this.#ids[slot], this.#owners[slot])
    this.#ids[slot] = id
    this.#owners[slot] = owner
    this.waiting++
  }

  /** Whether a tick with this id waited. It is removed, and {@link owner} is its owner. */
  take(id: number): boolean {
    const slot = id & (SLOTS - 1)
    if (this.#ids[slot] === id) {
      this.owner = this.#owners[slot]
      this.#ids[slot] = 0
      this.#owners[slot] = undefined
    } else if (this.#moved.size > 0 && this.#moved.has(id)) {
      this.owner = this.#moved.get(id)
      this.#moved.delete(id)
    } else return false
    this.waiting--
    return true
  }

  clear(): void {
    this.waiting = 0
    this.owner = undefined
    this.#ids.fill(0)
    this.#owners.fill(undefined)
    this.#moved.clear()
  }
}

/** Must be a power of two. */
const SLOTS = 1024
