/** Told what lets owners (requests) go on. Times are microseconds of `clock.ts`. */
export interface GoesOn<T> {
  /**
   * `owner` goes on at `us` by what came in the callback of `resource`, not by what another owner did. The turn of the
   * loop, in which it may go on more than once, began at `turnUs`.
   */
  woken(owner: T, resource: object, us: number, turnUs: number): void
  /** `owner` goes on at `us` by what `by` did in that turn: it settled a promise, say, or called back. */
  letOn(owner: T, by: T, us: number, turnUs: number): void
}

/** Who can have let the next owner go on: the owner of the callback, which is of no use to others, … */
const OWNER = 0
/** … the callback or any of several jobs, … */
const ANY = 1
/** … the callback, which may bring something for several owners, … */
const CALLBACK = 2
/** … the callback still, until the marker runs, … */
const CALLBACK_UNTIL_MARKER = 3
/** … or jobs of the first owner, because all that the callback has queued has run. */
const JOBS = 4

const resolved = Promise.resolve()
/** Taken before others can replace it. */
const { then } = Promise.prototype

/**
 * Tells whether an owner goes on by something from outside or by another owner, which had what it waited for: a lock, a
 * connection of a pool, the place before it in a queue, a promise that both await.
 *
 * All that runs from one outermost callback to the next follows from the first. If that belongs to one owner alone, then
 * this one let all others go on. If it may serve several, as data on a connection that holds the answers for two, the
 * order of V8's promise jobs tells: they run in the order in which they are queued. A marker is queued when the first job
 * of an owner begins. Jobs before the marker were queued by the callback, those after it by other jobs.
 */
export class Cause<T extends object> {
  /** The promise whose job is the marker; it is no job of anybody. */
  marker: object | undefined
  #by = ANY
  /** Resource of the last outermost callback. */
  #resource: object | undefined
  /** The first owner that has run since, and from when on. */
  #first: T | undefined
  #firstUs = 0
  readonly #goesOn: GoesOn<T>

  constructor(goesOn: GoesOn<T>) {
    this.#goesOn = goesOn
  }

  /** Whether {@link job} has to be told what begins. */
  get asks(): boolean {
    return this.#by >= CALLBACK
  }

  /** An outermost callback begins; `isShared` if it may serve several owners. */
  began(resource: object, isShared: boolean): void {
    this.#resource = resource
    this.#first = undefined
    this.marker = undefined
    this.#by = isShared ? CALLBACK : OWNER
  }

  /** The callback turns out to serve one owner alone. */
  isOwned(): void {
    this.#by = OWNER
  }

  /** What runs from now on does not follow from the callback. */
  over(): void {
    this.#resource = undefined
    this.#first = undefined
    this.marker = undefined
    this.#by = ANY
  }

  /** An owner goes on at `us`, which held the thread before the callback too. */
  keeps(owner: T, us: number): void {
    if (this.#first === undefined) this.#begin(owner, us)
  }

  /** An owner goes on at `us`, after another holder; `caller` is the owner of the promise job that has called it. */
  runs(owner: T, us: number, caller: T | undefined): void {
    const first = this.#first
    if (first === owner) return
    if (first === undefined) this.#begin(owner, us)
    const by = caller ?? (this.#by === OWNER || this.#by === JOBS ? first : undefined)
    if (by !== undefined) {
      this.#goesOn.letOn(owner, by, us, this.#firstUs)
      return
    }
    if (first !== undefined) this.#by = ANY
    if (this.#resource !== undefined) this.#goesOn.woken(owner, this.#resource, us, this.#firstUs)
  }

  /** A promise job of `owner`, or a tick of nobody, begins outside of callbacks. For use while new promises belong to nobody. */
  job(owner: T | undefined): void {
    if (owner === undefined) {
      // What work of nobody lets go on, as a loop that reads for all, may come after the marker.
      if (this.#by !== CALLBACK) this.#by = ANY
    } else if (this.#by === CALLBACK) {
      this.#by = CALLBACK_UNTIL_MARKER
      this.marker = Reflect.apply(then, resolved, [nothing]) as object
    }
  }

  /** The job of the marker begins. */
  marked(): void {
    this.marker = undefined
    if (this.#by === CALLBACK_UNTIL_MARKER) this.#by = JOBS
  }

  #begin(owner: T, us: number): void {
    this.#first = owner
    this.#firstUs = us
  }
}

function nothing(): void {}
