import type { Events } from '../model/wire/events.ts'
import type { RequestSummary } from '../model/wire/requests.ts'

/** Requests waiting for the next event: the newest ones, and the number of those left out. */
export interface EventBatch {
  add(ended: readonly RequestSummary[]): void
  /** Takes the waiting requests out; `undefined` if there are none. */
  take(): Events['requests'] | undefined
}

export function batchOf(most: number): EventBatch {
  let requests: RequestSummary[] = []
  let missed = 0
  return {
    add(ended) {
      requests = [...requests, ...ended.slice(-most)]
      const over = Math.max(0, requests.length - most)
      requests = requests.slice(over)
      missed += over + Math.max(0, ended.length - most)
    },
    take() {
      if (requests.length === 0) return undefined
      const taken = { requests, missed }
      requests = []
      missed = 0
      return taken
    },
  }
}
