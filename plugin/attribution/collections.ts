import { PerformanceObserver } from 'node:perf_hooks'
import type { Collection } from './index.ts'

/** Garbage collections as Node reports them: exact, but up to two turns of the event loop late. */
export interface Collections {
  start(): void
  stop(): void
  /** Collections that were reported and not taken yet. */
  untaken(): readonly Collection[]
  /** Takes the collections that began before `endUs`, in order and without overlap; those that ended are forgotten. */
  take(endUs: number): readonly Collection[]
}

/** Far more collections than one rotation holds; the oldest are forgotten if nobody takes them. */
const MOST = 100_000

export function createCollections(): Collections {
  let seen: Collection[] = []
  let observer: PerformanceObserver | undefined

  return {
    start() {
      if (observer !== undefined) return
      observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          seen.push({ startUs: entry.startTime * 1000, endUs: (entry.startTime + entry.duration) * 1000 })
        }
        if (seen.length > MOST) seen = seen.slice(-MOST)
      })
      observer.observe({ entryTypes: ['gc'] })
    },
    stop() {
      observer?.disconnect()
      observer = undefined
      seen = []
    },
    untaken: () => seen,
    take(endUs) {
      const taken = disjoint(seen.filter((collection) => collection.startUs < endUs))
      seen = seen.filter((collection) => collection.endUs > endUs)
      return taken
    },
  }
}

/** Removes overlaps: a collection may report a part of itself separately (a scavenge within a mark-compact). */
export function disjoint(collections: Collection[]): Collection[] {
  collections.sort((a, b) => a.startUs - b.startUs)
  const result: Collection[] = []
  let end = Number.NEGATIVE_INFINITY
  for (const { startUs, endUs } of collections) {
    if (endUs <= end) continue
    result.push({ startUs: Math.max(startUs, end), endUs })
    end = endUs
  }
  return result
}
