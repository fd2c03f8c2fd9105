import { AsyncResource, createHook, executionAsyncResource } from 'node:async_hooks'
import { types } from 'node:util'
import { promiseHooks } from 'node:v8'

/** What Node and V8 announce about asynchronous work. Called on the hot path of the whole application. */
export interface AsyncEvents {
  /** A resource other than a tick or a promise has been made. */
  made(type: string, resource: object): void
  /** The callback of a resource begins; callbacks can nest. */
  begins(asyncId: number, resource: object): void
  /** The callback of a resource or tick has ended. */
  ends(asyncId: number): void
  tickMade(asyncId: number): void
  /** Whether the callback that begins is a tick's, one that {@link tickMade} was called for. */
  tickBegins(asyncId: number): boolean
  promiseMade(promise: object): void
  /**
   * A promise job begins: what waited for the promise goes on. Jobs do not nest. A job that was awaited while nobody
   * watched is not announced, nor is its end.
   */
  jobBegins(promise: object): void
  jobEnds(): void
}

/** The resource whose callback is running. */
export const runningResource: () => object = executionAsyncResource

/** Whether it is none of Node's own, but made in JavaScript, as `queueMicrotask` does: no event outside calls it. */
export function isOfJavaScript(resource: object): boolean {
  return resource instanceof AsyncResource
}

export interface AsyncWatch {
  start(): void
  stop(): void
}

/** Node's type for the parser of a connection that a client has opened. */
const PARSER = 'HTTPINCOMINGMESSAGE'

/** Whether it is the parser of such a connection. It may be an object of an addon's, which throws when it is asked. */
export function isParser(resource: object): boolean {
  try {
    return (resource as { type?: unknown }).type === PARSER
  } catch {
    return false
  }
}

/** Node's type for what `process.nextTick` makes. */
const TICK = 'TickObject'

type Hook = Parameters<typeof createHook>[0]

export function watchAsync(events: AsyncEvents): AsyncWatch {
  keepTickShape()
  return promisesApart() ? watchApart(events) : watchTogether(events)
}

/** Node's own, taken before a test can replace it by that of a fake clock. */
export const { nextTick } = process
const kept: object[] = []

/**
 * Keeps one tick for good, and so V8's description of how ticks look. V8 forgets it when a full garbage collection finds
 * no tick, as may happen while an application starts; from then on `process.nextTick` builds each tick by a slow path,
 * for as long as the process lives. On Node 24 that took 5 of the 22 microseconds of a tiny request.
 */
export function keepTickShape(): void {
  nextTick(() => {
    kept[0] = executionAsyncResource()
  })
}

/** From Node 24 on, promises are watched by V8's own hooks, which cost a fraction. */
function watchApart(events: AsyncEvents): AsyncWatch {
  const { made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins, jobEnds } = events
  const resources = createHook({
    init(asyncId, type, _trigger, resource) {
      if (type === TICK) tickMade(asyncId)
      else made(type, resource)
    },
    before(asyncId) {
      if (!tickBegins(asyncId)) begins(asyncId, executionAsyncResource())
    },
    after: ends,
    trackPromises: false,
  } as Hook)
  const promises = { init: promiseMade, before: jobBegins, after: jobEnds } as Parameters<
    typeof promiseHooks.createHook
  >[0]
  let stopPromises: (() => void) | undefined
  return {
    start() {
      resources.enable()
      stopPromises = promiseHooks.createHook(promises) as unknown as () => void
    },
    stop() {
      resources.disable()
      stopPromises?.()
      stopPromises = undefined
    },
  }
}

/** Before Node 24 a promise is a resource like any other; V8's own hooks would replace those that Node needs. */
function watchTogether(events: AsyncEvents): AsyncWatch {
  const { made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins, jobEnds } = events
  /** Id of the promise job that is running. */
  let jobId = -1
  const hook = createHook({
    init(asyncId, type, _trigger, resource) {
      if (type === TICK) tickMade(asyncId)
      else if (type === 'PROMISE') promiseMade(resource)
      else made(type, resource)
    },
    before(asyncId) {
      if (tickBegins(asyncId)) return
      const resource = executionAsyncResource()
      if (isPromise(resource)) {
        jobId = asyncId
        jobBegins(resource)
      } else begins(asyncId, resource)
    },
    after(asyncId) {
      if (asyncId === jobId) jobEnds()
      else ends(asyncId)
    },
  })
  return { start: () => void hook.enable(), stop: () => void hook.disable() }
}

/** V8's own: the application may have put a class of its own in the place of the global one. */
export const NativePromise = (async () => {})().constructor as PromiseConstructor

/**
 * Whether a resource is a promise, also one of another realm, as tests run in. Asking Node is expensive, so it is done
 * only for what looks like one. The resource may be an object of an addon's, which throws when it is asked.
 */
function isPromise(resource: object): boolean {
  if (resource instanceof NativePromise) return true
  try {
    return (resource as { then?: unknown }).then !== undefined && types.isPromise(resource)
  } catch {
    return false
  }
}

/** Whether this Node can watch other resources without watching promises in the same way. */
function promisesApart(): boolean {
  let seen = false
  const hook = {
    init() {
      seen = true
    },
    trackPromises: false,
  } as Hook
  const probe = createHook(hook).enable()
  // Not by calling an asynchronous function: a call that does nothing is left out of the build.
  new NativePromise<void>((resolve) => resolve())
  probe.disable()
  return !seen
}
