import { api } from './client.ts'
import { sayWhy } from './failures.ts'

interface Pinned {
  readonly id: string
  readonly pinned: boolean
}

/** To the other tabs of this browser; the server does not tell about pins. */
const tabs = new BroadcastChannel('fastify-profiler-pins')

/** Pins a request, or unpins it. Marks it at once; if the server refuses, marks it back and says why. */
export function togglePin({ id, pinned }: Pinned, mark: (pinned: boolean) => void): void {
  mark(!pinned)
  api.pin(id, !pinned).then(
    () => tabs.postMessage({ id, pinned: !pinned } satisfies Pinned),
    (error) => {
      mark(pinned)
      sayWhy(error)
    },
  )
}

/** Calls the listener when a request is pinned or unpinned in another tab, until the returned function is called. */
export function onPinnedElsewhere(listener: (what: Pinned) => void): () => void {
  const hear = ({ data }: MessageEvent<Pinned>) => listener(data)
  tabs.addEventListener('message', hear)
  return () => tabs.removeEventListener('message', hear)
}
