import { NativePromise } from './async-hooks.ts'

/** Told what lets owners (requests) go on, and asked whether it can be so. Times are microseconds of `clock.ts`. */
export interface GoesOn<T> {
  /**
   * `owner` goes on at `us` by what came in the callback of `resource`, not by what another owner did. The turn of the
   * loop, in which it may go on more than once, began at `turnUs`.
   */
  woken(owner: T, resource: object, us: number, turnUs: number): void
  /** `owner` goes on at `us` by what `by` did in that turn: it settled a promise, say, or called back. */
  letOn(owner: T, by: T, us: number, turnUs: number): void
  /** Whether `by` can have held up `owner`, which now goes on. What an ended one left behind serves others. */
  canHold(by: T, owner: T): boolean
}

/** Who can have let the next owner go on: the owner of the callback, which is of no use to others, … */
const BY_OWNER = 0
/** … the callback or any of several jobs, … */
const BY_ANY = 1
/** … the callback, which may bring something for several owners, … */
const BY_CALLBACK = 2
/** … the callback still, until the marker runs, … */
const BY_CALLBACK_UNTIL_MARKER = 3
/** … or jobs of the first owner, because all that the callback has queued has run. */
const BY_JOBS = 4
/** … or, once another owner has gone on too, the one whose jobs or ticks have queued it. */
const BY_QUEUER = 5

/** Most markers in a turn that several owners share: jobs of two that take turns need one each. */
const MOST_MARKERS = 100

const resolved = NativePromise.resolve()
/** Taken before others can replace it. */
const { then } = NativePromise.prototype

/**
 * Tells whether an owner goes on by something from outside or by another owner, which had what it waited for: a lock, a
 * connection of a pool, the place before it in a queue, a promise that both await.
 *
 * Jobs and ticks that run after an outermost callback follow from it. If that belongs to one owner alone, then this one
 * let all others go on. If it may serve several, as data on a connection that holds the answers for two, the order of
 * V8's promise jobs tells: they run in the order in which they are queued. A marker is queued when the first job of an
 * owner begins. Jobs before the marker were queued by the callback, those after it by other jobs.
 *
 * One that was let go on can let others go on in the same turn: it had the lock without waiting for anything. So from
 * then on a marker is queued whenever the owner changes: jobs behind it were queued by that one, up to the next marker.
 */
export class Cause<T extends object> {
  /** The promise whose job is the next marker to run; it is no job of anybody. */
  marker: object | undefined
  #by = BY_ANY
  /** The markers behind that one, and the owners of all of them, for {@link BY_QUEUER}. */
  readonly #markers: object[] = []
  readonly #owners: T[] = []
  /** How many such markers the turn had. */
  #marked = 0
  /** Who has queued what runs now, and who queues what is queued now. */
  #queuer: T | undefined
  #queues: T | undefined
  /** Whether work of nobody can have been queued by the callback, not by an owner. */
  #isMixed = false
  /** Resource of the last outermost callback, if anything can have arrived there. */
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
    return this.#by >= BY_CALLBACK
  }

  /** An outermost callback begins; `isShared` if it may serve several owners, no resource if it brings nothing to any. */
  began(resource: object | undefined, isShared: boolean): void {
    this.over()
    this.#resource = resource
    this.#by = isShared ? BY_CALLBACK : BY_OWNER
  }

  /** The callback turns out to serve one owner alone, or another one after the first. */
  isOwned(): void {
    if (this.#first === undefined) this.#by = BY_OWNER
    else this.over()
  }

  /** What runs from now on does not follow from the callback. */
  over(): void {
    this.#resource = undefined
    this.#first = undefined
    this.marker = undefined
    this.#by = BY_ANY
    if (this.#queuer !== undefined) this.#unmark()
  }

  /** An owner goes on at `us`, and nothing let it: it held the thread before the callback too. */
  keeps(owner: T, us: number): void {
    if (this.#first !== undefined) return
    this.#first = owner
    this.#firstUs = us
  }

  /** An owner goes on at `us`, after another holder; `caller` is the owner of the promise job that has called it. */
  runs(owner: T, us: number, caller: T | undefined): void {
    const first = this.#first
    if (first === owner) return
    const by = caller ?? this.#known()
    if (by === owner) return
    this.keeps(owner, us)
    if (first !== undefined && (this.#by === BY_OWNER || this.#by === BY_JOBS)) this.#beginMarking(first)
    if (by !== undefined && this.#goesOn.canHold(by, owner)) {
      this.#goesOn.letOn(owner, by, us, this.#firstUs)
      return
    }
    if (by === undefined && first !== undefined) this.#by = BY_ANY
    if (this.#resource !== undefined) this.#goesOn.woken(owner, this.#resource, us, this.#firstUs)
  }

  /**
   * A promise job or microtask of `owner`, or a tick of nobody, begins outside of callbacks. For use while new promises
   * belong to nobody.
   */
  job(owner: T | undefined): void {
    if (this.#by === BY_QUEUER && (owner !== undefined || !this.#isMixed)) this.#mark(owner ?? this.#queuer!)
    else if (owner === undefined) {
      // What work of nobody lets go on, as a loop that reads for all, may come after the marker.
      if (this.#by !== BY_CALLBACK) this.#by = BY_ANY
    } else if (this.#by === BY_CALLBACK) {
      this.#by = BY_CALLBACK_UNTIL_MARKER
      this.marker = newMarker()
    }
  }

  /** A tick begins outside of callbacks. */
  tick(owner: T | undefined): void {
    if (owner === undefined || this.#by === BY_QUEUER) this.job(owner)
  }

  /** The job of the marker begins. */
  marked(): void {
    this.marker = this.#markers.shift()
    if (this.#by === BY_CALLBACK_UNTIL_MARKER) this.#by = BY_JOBS
    else if (this.#by === BY_QUEUER) this.#queuer = this.#owners.shift()
  }

  /** Who lets the next owner go on, where that is an owner. */
  #known(): T | undefined {
    if (this.#by === BY_QUEUER) return this.#queuer
    return this.#by === BY_OWNER || this.#by === BY_JOBS ? this.#first : undefined
  }

  /** Another owner goes on than the first: all that is queued already was queued by that one. */
  #beginMarking(first: T): void {
    if (this.#marked >= MOST_MARKERS) return
    this.#isMixed = this.#by === BY_JOBS
    this.#by = BY_QUEUER
    this.#queuer = first
    this.#queues = first
  }

  /** A job or tick of `owner` begins: notes that what is queued from here on is queued by it. */
  #mark(owner: T): void {
    if (owner === this.#queues) return
    if (this.#marked === MOST_MARKERS) {
      this.#by = this.#isMixed ? BY_JOBS : BY_OWNER
      return
    }
    this.#marked++
    this.#queues = owner
    this.#owners.push(owner)
    const marker = newMarker()
    if (this.marker === undefined) this.marker = marker
    else this.#markers.push(marker)
  }

  #unmark(): void {
    this.#markers.length = 0
    this.#owners.length = 0
    this.#marked = 0
    this.#queuer = undefined
    this.#queues = undefined
  }
}

function newMarker(): object {
  return Reflect.apply(then, resolved, [nothing]) as object
}

function nothing(): void {}
