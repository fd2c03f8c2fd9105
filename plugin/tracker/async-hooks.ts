import { createHook, executionAsyncResource } from 'node:async_hooks'
import { promiseHooks } from 'node:v8'

/** What Node and V8 announce of asynchronous work. Called on the hot path of the whole application. */
export interface AsyncEvents {
  /** A resource other than a tick or a promise is made. */
  made(type: string, resource: object): void
  /** Its callback begins; those of several resources can nest. */
  begins(asyncId: number, resource: object): void
  /** Of a tick too. */
  ends(asyncId: number): void
  tickMade(asyncId: number): void
  /** Whether it was a tick that begins: one that {@link tickMade} was told of. */
  tickBegins(asyncId: number): boolean
  promiseMade(promise: object): void
  /** What waited for a promise goes on. Jobs do not nest; that one ends is not told. */
  jobBegins(promise: object): void
}

/** Whose callback runs. */
export const runningResource: () => object = executionAsyncResource

export interface AsyncWatch {
  start(): void
  stop(): void
}

/** As Node calls what `process.nextTick` makes. */
const TICK = 'TickObject'

type Hook = Parameters<typeof createHook>[0]

export function watchAsync(events: AsyncEvents): AsyncWatch {
  return promisesApart() ? watchApart(events) : watchTogether(events)
}

/** From Node 24 on: promises by V8's own hooks, which cost a fraction. */
function watchApart(events: AsyncEvents): AsyncWatch {
  const { made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins } = events
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
  const promises = { init: promiseMade, before: jobBegins } as Parameters<typeof promiseHooks.createHook>[0]
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

/** Before that a promise is a resource like any other; V8's own hooks would take the place of those that Node needs. */
function watchTogether(events: AsyncEvents): AsyncWatch {
  const { made, begins, ends, tickMade, tickBegins, promiseMade, jobBegins } = events
  /** The job that runs. */
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
      if (resource instanceof Promise) {
        jobId = asyncId
        jobBegins(resource)
      } else begins(asyncId, resource)
    },
    after(asyncId) {
      if (asyncId !== jobId) ends(asyncId)
    },
  })
  return { start: () => void hook.enable(), stop: () => void hook.disable() }
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
  new Promise<void>((resolve) => resolve())
  probe.disable()
  return !seen
}
