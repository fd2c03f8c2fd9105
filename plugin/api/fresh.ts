import type { Backend } from './backend.ts'

/**
 * Makes a function that waits until everything that ended before its call can be read. Simultaneous calls share the
 * work: however many there are, at most one flush runs and one waits.
 */
export function freshener(backend: Pick<Backend, 'flush'>): () => Promise<void> {
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined

  async function flush(): Promise<void> {
    try {
      await backend.flush()
    } catch {
      // The status reports what could not be attributed; the rest can still be read.
    }
  }

  function start(): Promise<void> {
    const started = flush().finally(() => {
      if (running === started) running = undefined
    })
    running = started
    return started
  }

  return () => {
    if (running === undefined) return start()
    waiting ??= running.then(() => {
      waiting = undefined
      return start()
    })
    return waiting
  }
}
