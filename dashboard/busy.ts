import { useEffect, useState } from 'preact/hooks'

/** Work that takes longer than this is shown. */
const PATIENCE_MS = 500

const running = new Set<Promise<unknown>>()
let listener: (busy: boolean) => void = () => {}

/** Counts a promise as running work until it settles. */
export function track<Result>(work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => {
    running.add(work)
    listener(true)
  }, PATIENCE_MS)
  const done = () => {
    clearTimeout(timer)
    running.delete(work)
    listener(running.size > 0)
  }
  work.then(done, done)
  return work
}

/** Whether any work has been running for long. */
export function useBusy(): boolean {
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    listener = setBusy
    return () => {
      listener = () => {}
    }
  }, [])
  return busy
}
