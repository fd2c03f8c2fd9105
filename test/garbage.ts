import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** V8's own: a full garbage collection, unless the options say otherwise. */
export const gc: (options?: object) => void = runInNewContext('gc')

/** Frees all that only weak references hold. Those hold their target until the turn in which they were made is over. */
export async function freeUnheld(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    gc()
  }
}
