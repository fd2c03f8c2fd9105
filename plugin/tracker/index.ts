import { performance } from 'node:perf_hooks'
import { nowUs } from '../clock.ts'
import { runningResource, watchAsync } from './async-hooks.ts'
import { type Emitter, emitAs } from './emitters.ts'
import { Ticks } from './ticks.ts'
import { IDLE, NOBODY, type Timeline } from './timeline.ts'

/**
 * Knows which owner (request) runs now, and writes every change into the timeline.
 *
 * Each asynchronous resource and each promise remembers the owner in whose turn it was made; when V8 or Node
 * announces that its callback runs, that owner holds the thread. This is what `AsyncLocalStorage` does on Node 20;
 * it is done by hand because from Node 24 on the store is not yet switched when `before` of a bound resource
 * (`AsyncResource.bind`, `runInAsyncScope`, `AsyncLocalStorage.snapshot`) is called, and because a plain property
 * costs less than a store.
 *
 * The end of a callback that nothing runs around is only noted; the next change of owner writes it down, so that a
 * row of callbacks of one request costs one entry. Where ticks or promise jobs follow at once, not even the clock is
 * read. Whether the loop slept in between is told by libuv's count of
 * idle time. Only *whether*: every signal of V8's sampler interrupts the poll, and libuv then forgets how long it
 * has slept. So a gap between two callbacks in which the loop slept is idle as a whole.
 */
export interface Tracker<T extends object> {
  /** Follows callbacks from now on. */
  start(): void
  /** Stops; owners made so far are followed no more until the next start. */
  stop(): void
  /** The owner who runs now. */
  current(): T | undefined
  /** Makes `owner` the one who runs now and for all that is made from here on; answers with the one before. */
  enter(owner: T | undefined): T | undefined
  /** Goes back to the owner that {@link enter} answered with. */
  leave(outer: T | undefined): void
  /** When the one who runs now began to, microseconds of `clock.ts`. */
  changedUs(): number
  /** Runs `fn` so that what it makes belongs to nobody, without a word in the timeline. */
  outside<R>(fn: () => R): R
  /**
   * Lets what reads the rest of a request (`source`) run as `owner`. In a callback of its connection's parser that is
   * this callback and those that follow, until the owner has ended; elsewhere, listeners of the source.
   */
  adopt(source: Source, owner: T): void
  /** The parser goes on with a request (`source`) that nobody owns: its callbacks are no more those of the one before. */
  disown(source: Source): void
  /** Lets listeners of an emitter that belongs to nobody (a connection) run as `owner`. */
  bindEmitter(emitter: Emitter, owner: T): void
}

/** What reads a request: Node's `IncomingMessage`, or what stands for it. */
export interface Source extends Emitter {
  readonly socket?: unknown
}

/** What is to be known of resources by their type. */
export interface Watch<T> {
  /** Those whose times are worth knowing: who wants to know is told when the first callback of one runs. */
  readonly types: ReadonlyMap<string, unknown>
  called(owner: T, type: string, resource: object, madeUs: number): void
  /** Those that others go on to use: when the owner has ended, their callbacks are nobody's. */
  readonly shared: ReadonlySet<string>
  ended(owner: T): boolean
}

/** Symbol-keyed so that it meets no name of the application's; one per process, as the hooks are. */
const OWNER = Symbol('fastify-profiler.owner')
type Owned<T> = { [OWNER]?: T | Watched<T> | Shared<T> }

/** Stands for the owner of a watched resource until its first callback. */
class Watched<T> {
  readonly owner: T
  readonly type: string
  readonly madeUs: number
  constructor(owner: T, type: string, madeUs: number) {
    this.owner = owner
    this.type = type
    this.madeUs = madeUs
  }
}

/** Stands for the owner of a shared resource as long as the owner is open. */
class Shared<T> {
  owner: T | undefined
  /** Of a parser: the request that it reads. */
  readonly source: Source | undefined
  constructor(owner: T, source?: Source) {
    this.owner = owner
    this.source = source
  }
}

/** What stands for the parser of a connection; it is the connection's, so requests follow each other on it. */
type Parser<T> = Owned<T> & { readonly type?: unknown; readonly socket?: unknown }
const PARSER = 'HTTPINCOMINGMESSAGE'

/** As it is before a test may put its own clock in the place of Node's. */
const { nextTick } = process
/** The next resource that is made is the awaited tick. */
const SCHEDULING = -1

/** Too short to be worth an entry: V8 going from one job to the next. */
const SHORT_GAP_US = 5

export function createTracker<T extends object>(timeline: Timeline<T>, watch: Watch<T>): Tracker<T> {
  const { nodeTiming } = performance
  /** Types of resources that are marked, and whether they are shared. */
  const marked = new Map<string, boolean>()
  for (const type of watch.types.keys()) marked.set(type, false)
  for (const type of watch.shared) marked.set(type, true)
  let on = false
  /** Whom new resources belong to. */
  let context: T | undefined
  let lastIdleMs = 0
  /** Callbacks that are running, outermost first. */
  let depth = 0
  const outerContexts: (T | undefined)[] = []
  const asyncIds: number[] = []
  const ticks = new Ticks<T>()
  /** A row of ticks and promise jobs is going on, without a gap; when its last one ended is not known yet. */
  let inRow = false
  /** The tick that tells it, by its id. */
  let awaited = 0
  /** End of the last callback that nothing ran around. */
  let lastEndUs = 0

  /** Writes that `owner` holds the thread from now on. Inside other callbacks nothing lies in between. */
  function switchTo(owner: T | undefined): void {
    timeline.push(nowUs(), owner ?? NOBODY)
  }

  /**
   * The same, when nothing runs around it: what lies between the last callback and now belongs to nobody. Asking libuv
   * is dear, so where too little time has passed for a poll, the loop is taken not to have slept.
   */
  function switchFromLoop(owner: T | undefined, now: number): void {
    if (now - lastEndUs > SHORT_GAP_US) {
      const idleMs = nodeTiming.idleTime
      const between = idleMs === lastIdleMs ? NOBODY : IDLE
      if (timeline.holder !== between) timeline.push(lastEndUs, between)
      lastIdleMs = idleMs
    }
    if (!holds(owner)) timeline.push(now, owner ?? NOBODY)
  }

  /** A callback that nothing runs around begins. Callbacks of one owner in a row are one turn. */
  function enterFromLoop(owner: T | undefined): void {
    const now = nowUs()
    if (!holds(owner) || now - lastEndUs > SHORT_GAP_US) switchFromLoop(owner, now)
  }

  function holds(owner: T | undefined): boolean {
    return timeline.holder === (owner ?? NOBODY)
  }

  function made(type: string, resource: object): void {
    // What a hook of Node's throws ends the process, and an addon may have frozen its resource.
    if (!Object.isExtensible(resource)) return
    // Resources are reused (parsers, sockets of a pool), so an owner from before has to go as well.
    if (context !== undefined) {
      const shared = marked.get(type)
      let owner: Owned<T>[typeof OWNER] = context
      if (shared !== undefined) owner = shared ? new Shared(context) : new Watched(context, type, nowUs())
      ;(resource as Owned<T>)[OWNER] = owner
    } else if ((resource as Owned<T>)[OWNER] !== undefined) (resource as Owned<T>)[OWNER] = undefined
  }

  function tickMade(id: number): void {
    if (awaited === SCHEDULING) awaited = id
    else ticks.add(id, context)
  }

  function promiseMade(promise: Owned<T>): void {
    if (context !== undefined) promise[OWNER] = context
  }

  function enterCallback(asyncId: number, owner: T | undefined): void {
    outerContexts[depth] = depth === 0 ? undefined : context
    asyncIds[depth] = asyncId
    depth++
    context = owner
    if (depth === 1 && !inRow) enterFromLoop(owner)
    else if (!holds(owner)) switchTo(owner)
  }

  function begins(asyncId: number, resource: Owned<T>): void {
    const owner = resource[OWNER]
    if (owner instanceof Watched) {
      // Not by `=`: it may have been frozen since.
      Reflect.set(resource, OWNER, owner.owner)
      enterCallback(asyncId, owner.owner)
      watch.called(owner.owner, owner.type, resource, owner.madeUs)
    } else if (owner instanceof Shared) {
      if (owner.owner !== undefined && watch.ended(owner.owner)) owner.owner = undefined
      enterCallback(asyncId, owner.owner)
    } else enterCallback(asyncId, owner)
  }

  function tickBegins(asyncId: number): boolean {
    if (asyncId === awaited) {
      if (inRow && ticks.waiting === 0) endRow()
      return true
    }
    if (!ticks.take(asyncId)) return false
    enterCallback(asyncId, ticks.owner)
    return true
  }

  function ends(asyncId: number): void {
    // After an uncaught exception callbacks may end without a word: unwind to the one that is meant.
    let at = depth - 1
    while (at >= 0 && asyncIds[at] !== asyncId) at--
    if (at < 0) return
    depth = at
    context = outerContexts[at]
    outerContexts[at] = undefined
    if (depth > 0) {
      if (!holds(context)) switchTo(context)
    } else if (ticks.waiting > 0) inRow = true
    else endRow()
  }

  /**
   * Promise jobs come in rows, which may be long: so nothing is done when one ends, and the clock is read only when the
   * owner changes. When the last one of a row ended, a tick tells: Node runs it when no job is left, before the loop
   * goes on.
   */
  function jobBegins(promise: Owned<T>): void {
    const owner = promise[OWNER] as T | undefined
    if (depth === 0 && !inRow) {
      inRow = true
      awaited = SCHEDULING
      nextTick(nothing)
      if (awaited === SCHEDULING) awaited = 0
      enterFromLoop(owner)
    } else if (!holds(owner)) switchTo(owner)
    context = owner
  }

  function endRow(): void {
    inRow = false
    context = undefined
    lastEndUs = nowUs()
  }

  /**
   * The parser in whose callback this runs, if it is the one of the source's connection. It is another one's where a
   * request is injected while another is handled.
   */
  function parserOf({ socket }: Source): Parser<T> | undefined {
    // In a callback that had begun before the tracker was started, nobody sees it end.
    if (depth === 0) return undefined
    const resource = runningResource() as Parser<T>
    return resource.type === PARSER && resource.socket === socket ? resource : undefined
  }

  const watching = watchAsync({ made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins })

  const tracker: Tracker<T> = {
    start() {
      if (on) return
      on = true
      context = undefined
      depth = 0
      inRow = false
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
      depth = 0
      ticks.clear()
    },
    current: () => context,
    enter(owner) {
      if (!on) return undefined
      const outer = context
      context = owner
      if (!holds(owner)) switchTo(owner)
      return outer
    },
    leave(outer) {
      if (!on) return
      context = outer
      if (!holds(outer)) switchTo(outer)
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
    adopt(source, owner) {
      const parser = parserOf(source)
      const held = parser?.[OWNER]
      // Another application that the request was handed on to: the parser stays with the one that got it first.
      const isTaken = held instanceof Shared && held.source === source && held.owner !== undefined
      if (parser === undefined || isTaken) return tracker.bindEmitter(source, owner)
      parser[OWNER] = new Shared(owner, source)
      context = owner
    },
    disown(source) {
      const parser = parserOf(source)
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
