import { type Opened, openPacked, type View } from './model/opened.ts'
import type { Answer, Job } from './open-worker.ts'

/** A smaller profile is opened faster than a worker starts. */
const LARGE_BYTES = 2 ** 19

/** Opens a profile: a large one in a worker of its own, so that the page does not freeze. */
export async function openElsewhere(buffer: ArrayBuffer, view: View, signal: AbortSignal): Promise<Opened> {
  if (buffer.byteLength < LARGE_BYTES) return openPacked(buffer)
  const answer = await inWorker({ buffer, view }, signal).catch((error) => {
    if (signal.aborted) throw error
  })
  // Without a worker, the page freezes while it opens.
  if (answer === undefined) return openPacked(buffer)
  if ('problem' in answer) throw new Error(answer.problem)
  return answer.opened
}

/** The worker's answer. Rejects when it cannot be started, breaks, or is no longer wanted. */
function inWorker(job: Job, signal: AbortSignal): Promise<Answer> {
  let worker: Worker | undefined
  // The page may hold the signal as long as it shows the profile: it must not hold the bytes through a listener.
  const over = new AbortController()
  const answered = new Promise<Answer>((resolve, reject) => {
    worker = new Worker(new URL('./open-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data)
    worker.onerror = worker.onmessageerror = reject
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal })
    worker.postMessage(job)
  })
  return answered.finally(() => {
    worker?.terminate()
    over.abort()
  })
}
