import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import type { Way } from './ways-async.ts'

/** Jobs of a pool that knows no request, run from a timer made before there was any. */
const pool: (() => void)[] = []
const poolTimer = setInterval(() => {
  poolTimer.unref()
  for (const job of pool.splice(0)) job()
}, 2)
poolTimer.unref()

/** A function that runs later, called by a callback that belongs to no request. */
export function runInPool(job: () => void): void {
  pool.push(job)
  // Nothing else need keep the process alive until the job has run.
  poolTimer.ref()
}

/** Ways to come back into a request from a pool that knows none. */
export const poolWays: Readonly<Record<string, Way>> = {
  bind: (burn) => new Promise((resolve) => runInPool(AsyncResource.bind(() => resolve(burn())))),
  runInAsyncScope: (burn) =>
    new Promise((resolve) => {
      const resource = new AsyncResource('query')
      runInPool(() => resource.runInAsyncScope(() => resolve(burn())))
    }),
  /** One resource entered many times, as a connection does for the rows of a query. */
  runInAsyncScopeAgain: (burn) =>
    new Promise((resolve) => {
      const resource = new AsyncResource('rows')
      let rows = 0
      const row = () => {
        resource.runInAsyncScope(burn)
        if (++rows < 2) runInPool(row)
        else resource.runInAsyncScope(resolve, undefined, undefined)
      }
      runInPool(row)
    }),
  snapshot: (burn) =>
    new Promise((resolve) => {
      const inside = AsyncLocalStorage.snapshot()
      runInPool(() => inside(() => resolve(burn())))
    }),
  storage: (burn) => {
    const storage = new AsyncLocalStorage<string>()
    return storage.run('a', async () => {
      await new Promise<void>((resolve) => runInPool(resolve))
      burn()
    })
  },
  /** The pool settles the promise; what waits for it is the request's again. */
  awaitPool: async (burn) => {
    await new Promise<void>((resolve) => runInPool(resolve))
    burn()
  },
}
