import { performance } from 'node:perf_hooks'
import { nowUs } from '../clock.ts'
import { isOfJavaScript, isParser, nextTick, runningResource, watchAsync } from './async-hooks.ts'
import { Cause, type GoesOn } from './cause.ts'
import { type Emitter, emitAs } from './emitters.ts'
import { Ticks } from './ticks.ts'
import { type Holder, IDLE, NOBODY, type Timeline } from './timeline.ts'

/**
 * Knows which owner (request) is running now, and writes every change into the timeline.
 *
 * Each asynchronous resource and each promise remembers the owner that was running when it was made; when V8 or Node
 * announces that its callback runs, that owner holds the thread. This is what `AsyncLocalStorage` does on Node 20. It
 * is done by hand because from Node 24 on the store has not been switched yet when the `before` hook of a bound
 * resource (`AsyncResource.bind`, `runInAsyncScope`, `AsyncLocalStorage.snapshot`) is called, and because a plain
 * property costs less than a store.
 *
 * The end of an outermost callback is only noted; the next change of owner writes it down, and so a row of callbacks of
 * one request costs one entry. If ticks or promise jobs follow at once, not even the clock is read. libuv's count of
 * idle time tells whether the loop slept between two callbacks, but not how long: every signal of V8's sampler
 * interrupts the poll, and libuv then forgets how long it has slept. So a gap in which the loop slept is counted as
 * idle as a whole. But before a timer that was due already it may sleep for a moment only because it goes by a time that
 * it read before a long callback: such a timer has waited for that callback, and the moment counts as work of nobody.
 */
export interface Tracker<T extends object> {
  /** Starts to follow callbacks. */
  start(): void
  /** Stops: callbacks are not followed until the next start. */
  stop(): void
  /** The owner that is running now. */
  current(): T | undefined
  /** Makes `owner` the running owner, also of all that is made from here on; returns the one before. */
  enter(owner: T | undefined): T | undefined
  /** Goes back to the owner that {@link enter} returned. */
  leave(outer: T | undefined): void
  /** When the running owner began to run, microseconds of `clock.ts`. */
  changedUs(): number
  /** Runs `fn` with no owner, and without an entry in the timeline: what `fn` makes belongs to nobody. */
  outside<R>(fn: () => R): R
  /**
   * Makes `owner` the owner of what reads the rest of a request (`incoming`): in a callback of its connection's parser,
   * that callback and the parser's next ones until the owner has ended; elsewhere, its listeners.
   */
  adopt(incoming: Incoming, owner: T): void
  /** The parser goes on with a request (`incoming`) that has no owner: its callbacks no longer belong to the last one. */
  disown(incoming: Incoming): void
  /** Makes listeners of an emitter that belongs to nobody (a connection) run as `owner`. */
  bindEmitter(emitter: Emitter, owner: T): void
}

/** The object that reads a request: Node's `IncomingMessage`, or a substitute for it. */
export interface Incoming extends Emitter {
  readonly socket?: unknown
}

/** How resources of some types are treated specially, and who is told what happens. */
export interface Watch<T> extends GoesOn<T> {
  /**
   * Types whose resources are timed, as those of native addons are: `called` runs with the first callback of each, and
   * with the next one if it has returned true.
   */
  readonly types: ReadonlyMap<string, unknown>
  called(owner: T, type: string, resource: object, madeUs: number): boolean
  /** When the first callback of such a resource is due, microseconds; infinite where no time is set for it. */
  dueUs(type: string, resource: object, madeUs: number): number
  /** Types whose resources later requests reuse: once the owner has ended, their callbacks belong to nobody. */
  readonly shared: ReadonlySet<string>
  ended(owner: T): boolean
  /** An owner stops running at `us`. */
  left(owner: T, us: number): void
}

/** A symbol, which clashes with no name of the application's; one per process, as the hooks are. */
const OWNER = Symbol('fastify-profiler.owner')
type Owned<T> = { [OWNER]?: T | Watched<T> | Shared<T> }

/** Takes the place of the owner on a watched resource until its callback. */
class Watched<T> {
  readonly owner: T
  readonly type: string
  /** When it was made, or had its last callback. */
  madeUs: number
  constructor(owner: T, type: string, madeUs: number) {
    this.owner = owner
    this.type = type
    this.madeUs = madeUs
  }
}

/** Takes the place of the owner on a shared resource, and drops the owner once it has ended. */
class Shared<T> {
  owner: T | undefined
  /** For a parser, the request that it reads. */
  readonly incoming: Incoming | undefined
  constructor(owner: T, incoming?: Incoming) {
    this.owner = owner
    this.incoming = incoming
  }
}

/** The resource of a connection's HTTP parser, which reads the requests of the connection one after another. */
type Parser<T> = Owned<T> & { readonly socket?: unknown }

/** Value of `awaited` while the awaited tick is being scheduled: the next tick made is that one. */
const SCHEDULING = -1

/** A shorter gap is not worth an entry: it is only V8 going from one job to the next. */
const SHORT_GAP_US = 5
/** The longest gap that passes for what the loop does for an owner between two of its callbacks. */
const LONGEST_READ_US = 1000
/** The longest sleep before an overdue timer that is taken for libuv's mistake, which is a millisecond or a few. */
const MISTAKEN_SLEEP_US = 5000

export function createTracker<T extends object>(timeline: Timeline<T>, watch: Watch<T>): Tracker<T> {
  const { nodeTiming } = performance
  /** Types of resources that are marked, with whether they are shared. */
  const marked = new Map<string, boolean>()
  for (const type of watch.types.keys()) marked.set(type, false)
  for (const type of watch.shared) marked.set(type, true)
  let on = false
  /** The owner that new resources get. */
  let context: T | undefined
  let lastIdleMs = 0
  /** Callbacks that are running, outermost first. */
  let depth = 0
  const outerContexts: (T | undefined)[] = []
  const asyncIds: number[] = []
  const ticks = new Ticks<T>()
  /** Whether a row of ticks and promise jobs without gaps is going on; its end is not known yet. */
  let inRow = false
  /** Whether a promise job is running that no callback runs around. Callbacks can run inside of it. */
  let inJob = false
  /** Id of the tick that marks the end of the row, until it begins. */
  let awaited = 0
  /** End of the last outermost callback. */
  let lastEndUs = 0
  /** Whether the callback that begins was due before that. */
  let isOverdue = false
  const cause = new Cause<T>(watch)

  /** Writes that `holder` holds the thread from `us` on. */
  function push(us: number, holder: Holder<T>): void {
    const before = timeline.holder
    if (before !== NOBODY && before !== IDLE) watch.left(before, us)
    timeline.push(us, holder)
  }

  /** Writes that `owner` goes on at `us`; `caller` is the owner of the promise job that has called it. */
  function goOn(us: number, owner: T | undefined, caller?: T): void {
    push(us, owner ?? NOBODY)
    if (owner !== undefined) cause.runs(owner, us, caller)
  }

  /** Writes that `owner` goes on now. For use inside a callback, where no time lies in between. */
  function switchTo(owner: T | undefined, caller?: T): void {
    goOn(nowUs(), owner, caller)
  }

  /** Writes that what `owner` has called is over. */
  function switchBack(owner: T | undefined): void {
    push(nowUs(), owner ?? NOBODY)
  }

  /**
   * An outermost callback begins: writes that `owner` holds the thread from now on. The time since the last callback
   * belongs to nobody; but if that was one of the same owner, not long ago, all that the loop did in between was for it:
   * to read its next data, say. Asking libuv is expensive, so in a gap too short for a poll the loop is taken not to have
   * slept.
   */
  function enterFromLoop(owner: T | undefined, now: number): void {
    const gapUs = now - lastEndUs
    if (gapUs > SHORT_GAP_US) {
      const idleMs = nodeTiming.idleTime
      const slept = idleMs !== lastIdleMs
      const between = slept && !(isOverdue && gapUs < MISTAKEN_SLEEP_US) ? IDLE : NOBODY
      const goesOn = !slept && gapUs < LONGEST_READ_US && holds(owner)
      if (!goesOn && timeline.holder !== between) push(lastEndUs, between)
      lastIdleMs = idleMs
    }
    if (!holds(owner)) goOn(now, owner)
    else if (owner !== undefined) cause.keeps(owner, now)
  }

  function holds(owner: T | undefined): boolean {
    return timeline.holder === (owner ?? NOBODY)
  }

  function made(type: string, resource: object): void {
    if (context !== undefined) {
      const shared = marked.get(type)
      let owner: Owned<T>[typeof OWNER] = context
      if (shared === true) owner = new Shared(context)
      else if (shared === false || isOfAddon(resource)) owner = new Watched(context, type, nowUs())
      setOwner(resource, owner)
      // Resources are reused (parsers, sockets of a pool), so an earlier owner has to be removed.
    } else if ((resource as Owned<T>)[OWNER] !== undefined) setOwner(resource, undefined)
  }

  function setOwner(resource: Owned<T>, owner: Owned<T>[typeof OWNER]): void {
    try {
      resource[OWNER] = owner
    } catch {
      // An addon has frozen it. An error thrown in a hook of Node's would end the process.
    }
  }

  function tickMade(id: number): void {
    if (awaited === SCHEDULING) awaited = id
    else ticks.add(id, context)
  }

  function promiseMade(promise: Owned<T>): void {
    if (context !== undefined) promise[OWNER] = context
  }

  function enterCallback(asyncId: number, owner: T | undefined): void {
    const caller = inJob ? context : undefined
    outerContexts[depth] = depth === 0 ? caller : context
    asyncIds[depth] = asyncId
    depth++
    context = owner
    if (depth === 1 && !inRow) enterFromLoop(owner, nowUs())
    else if (!holds(owner)) switchTo(owner, caller)
  }

  function begins(asyncId: number, resource: Owned<T>): void {
    const owner = resource[OWNER]
    if (owner instanceof Watched) {
      setOwner(resource, owner.owner)
      isOverdue = watch.dueUs(owner.type, resource, owner.madeUs) < lastEndUs
      enterResource(asyncId, resource, owner.owner, false)
      isOverdue = false
      if (!watch.called(owner.owner, owner.type, resource, owner.madeUs)) return
      owner.madeUs = nowUs()
      setOwner(resource, owner)
    } else if (owner instanceof Shared) {
      if (owner.owner !== undefined && watch.ended(owner.owner)) owner.owner = undefined
      // A parser reads one request at a time.
      enterResource(asyncId, resource, owner.owner, owner.incoming === undefined)
    } else enterResource(asyncId, resource, owner, false)
  }

  /** `isShared` if later owners use the resource too. So they may one that no owner, or one that has ended, has left. */
  function enterResource(asyncId: number, resource: object, owner: T | undefined, isShared: boolean): void {
    if (depth === 0 && !inJob) tellCause(resource, owner, isShared)
    enterCallback(asyncId, owner)
  }

  function tellCause(resource: object, owner: T | undefined, isShared: boolean): void {
    // Not an outermost callback but a job, as `queueMicrotask` makes them.
    if (isOfJavaScript(resource)) {
      if (cause.asks) cause.job(owner)
    } else if (!inRow) {
      // What a parser reads that no owner has adopted is for none of them.
      const isUnread = owner === undefined && isParser(resource)
      cause.began(isUnread ? undefined : resource, isShared || owner === undefined || watch.ended(owner))
    } else if (!isParser(resource)) {
      // Ticks still wait: not for the rest of what a parser reads, so an exception has kept them from running. What runs
      // now does not follow from the callback that made them.
      cause.over()
    }
  }

  function tickBegins(asyncId: number): boolean {
    if (asyncId === awaited) {
      awaited = 0
      if (inRow && ticks.waiting === 0) {
        endRow()
        // All that the callback has queued has run.
        cause.over()
      }
      return true
    }
    if (!ticks.take(asyncId)) return false
    const { owner } = ticks
    enterCallback(asyncId, owner)
    if (cause.asks && depth === 1) cause.tick(owner)
    return true
  }

  function ends(asyncId: number): void {
    // After an uncaught exception callbacks may end unannounced: unwind to the one that is meant.
    let at = depth - 1
    while (at >= 0 && asyncIds[at] !== asyncId) at--
    if (at < 0) return
    depth = at
    context = outerContexts[at]
    outerContexts[at] = undefined
    if (depth > 0 || inJob) {
      if (!holds(context)) switchBack(context)
    } else if (ticks.waiting > 0 || awaited !== 0) inRow = true
    else endRow()
  }

  /**
   * Promise jobs come in rows, which may be long. So the clock is not read when one ends, only when the owner changes. A
   * tick marks the end of a row: Node runs it when no job is left, before the loop goes on.
   */
  function jobBegins(promise: Owned<T>): void {
    if (promise === cause.marker) {
      cause.marked()
      return
    }
    const owner = promise[OWNER] as T | undefined
    if (depth === 0 && !inRow) {
      const now = nowUs()
      inRow = true
      awaited = SCHEDULING
      nextTick(nothing)
      if (awaited === SCHEDULING) awaited = 0
      // After a sleep it follows from no callback: V8 itself has settled the promise.
      if (now - lastEndUs > SHORT_GAP_US && nodeTiming.idleTime !== lastIdleMs) cause.over()
      enterFromLoop(owner, now)
    } else if (!holds(owner)) switchTo(owner)
    if (depth === 0) {
      if (cause.asks) cause.job(owner)
      inJob = true
    }
    context = owner
  }

  /** What a job makes that is not announced, since it was awaited while the tracker was off, must not get this owner. */
  function jobEnds(): void {
    if (depth > 0) return
    inJob = false
    context = undefined
  }

  function endRow(): void {
    inRow = false
    context = undefined
    lastEndUs = nowUs()
  }

  /**
   * The parser whose callback is running, if it is that of this request's connection: a request can be injected while
   * the parser of another one runs.
   */
  function parserOf({ socket }: Incoming): Parser<T> | undefined {
    // The end of a callback that began before the tracker was started is not announced.
    if (depth === 0) return undefined
    const resource = runningResource() as Parser<T>
    return isParser(resource) && resource.socket === socket ? resource : undefined
  }

  const watching = watchAsync({ made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins, jobEnds })

  const tracker: Tracker<T> = {
    start() {
      if (on) return
      on = true
      context = undefined
      depth = 0
      inRow = false
      inJob = false
      awaited = 0
      ticks.clear()
      lastIdleMs = nodeTiming.idleTime
      lastEndUs = nowUs()
      watching.start()
    },
    stop() {
      if (!on) return
      on = false
      watching.stop()
      context = undefined
      cause.over()
      depth = 0
      ticks.clear()
    },
    current: () => context,
    enter(owner) {
      if (!on) return undefined
      const outer = context
      context = owner
      if (!holds(owner)) switchTo(owner, inJob ? outer : undefined)
      return outer
    },
    leave(outer) {
      if (!on) return
      context = outer
      if (!holds(outer)) switchBack(outer)
    },
    changedUs: () => timeline.lastUs,
    outside(fn) {
      const outer = context
      context = undefined
      try {
        return fn()
      } finally {
        context = outer
      }
    },
    adopt(incoming, owner) {
      const parser = parserOf(incoming)
      const held = parser?.[OWNER]
      // The request was handed on to another application: the parser stays with the first owner.
      const isTaken = held instanceof Shared && held.incoming === incoming && held.owner !== undefined
      if (parser === undefined || isTaken) return tracker.bindEmitter(incoming, owner)
      parser[OWNER] = new Shared(owner, incoming)
      context = owner
      cause.isOwned()
    },
    disown(incoming) {
      const parser = parserOf(incoming)
      if (!(parser?.[OWNER] instanceof Shared)) return
      parser[OWNER] = undefined
      context = undefined
      if (!holds(undefined)) switchTo(undefined)
    },
    bindEmitter(emitter, owner) {
      emitAs<T>(emitter, owner, tracker)
    },
  }
  return tracker
}

function nothing(): void {}

/** Node's own resources, and those made in JavaScript, have classes; Node-API gives each job a plain object. */
function isOfAddon(resource: object): boolean {
  return Object.getPrototypeOf(resource) === Object.prototype
}
