import { nowUs } from '../clock.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { Capture } from '../sampler/segment.ts'
import { runFor, type Steps } from '../steps.ts'
import { afterTurns, nextTurn, setImmediate } from '../timers.ts'
import type { Slices } from '../tracker/timeline.ts'
import type { Attribution, Collection } from './index.ts'
import type { LogPart } from './live-split.ts'

/** What was recorded between two turns of the crank, and for whom. */
export interface Batch<Client> {
  readonly clients: readonly Client[]
  readonly slices: Slices<RequestRecord>
  readonly capture: Capture | undefined
  collections: readonly Collection[]
  /** Once it has begun. */
  attribution?: Attribution
}

/** Batches that wait to be attributed, bit by bit between other work of the event loop. */
export interface Backlog<Client> {
  add(clients: readonly Client[], slices: Slices<RequestRecord>, capture: Capture | undefined): void
  /** Resolves when all that was added up to now is attributed. */
  flush(): Promise<void>
  /** What is not attributed yet, oldest first. */
  parts(): LogPart[]
  /** Those of the batch that is attributed in part. */
  collections(): readonly Collection[]
}

export interface BacklogSetup<Client> {
  attribute(batch: Batch<Client>): Steps<void>
  /** Whether there is no time to do it bit by bit. */
  hurries(): boolean
  /** Nothing is left. */
  emptied(): void
  /** It held the event loop since then. */
  spent(beganUs: number): void
  failed(error: unknown): void
  /** Runs `fn` so that what it schedules belongs to nobody. */
  outside(fn: () => void): void
}

/**
 * Longest hold of the event loop in one go, microseconds: less than a short request takes. On a busy machine longer
 * holds are interrupted, and then take several times as long.
 */
const HOLD_US = 500
/** If more batches than this wait, they are attributed at once: the log fills faster than steps empty it. */
const MOST_WAITING = 3
/** Collections are reported by way of two turns of the event loop. */
const TURNS = 3

export function createBacklog<Client>(setup: BacklogSetup<Client>): Backlog<Client> {
  /** The first may be attributed in part. */
  const waiting: Batch<Client>[] = []
  const complete = new WeakSet<Batch<Client>>()
  let added = 0
  /** What is left to be done for the first. */
  let steps: Steps<void> | undefined
  /** It goes on in the next turn of the loop. */
  let goesOn = false

  function goOn(): void {
    const began = nowUs()
    goesOn = false
    while (!goesOn && waiting.length > 0 && complete.has(waiting[0])) {
      const hurries = waiting.length > MOST_WAITING || setup.hurries()
      goesOn = !attributeUntil(hurries ? Number.POSITIVE_INFINITY : began + HOLD_US)
    }
    setup.spent(began)
    if (goesOn) setup.outside(() => setImmediate(goOn))
    else if (waiting.length === 0) setup.emptied()
  }

  /** Whether that was all of the first batch. */
  function attributeUntil(untilUs: number): boolean {
    try {
      steps ??= setup.attribute(waiting[0])
      if (!runFor(steps, untilUs - nowUs()).done) return false
    } catch (error) {
      setup.failed(error)
    }
    steps = undefined
    waiting.shift()
    return true
  }

  return {
    add(clients, slices, capture) {
      const batch: Batch<Client> = { clients, slices, capture, collections: [] }
      waiting.push(batch)
      added++
      setup.outside(() =>
        afterTurns(TURNS, () => {
          complete.add(batch)
          if (!goesOn || setup.hurries()) goOn()
        }),
      )
    },
    async flush() {
      const last = added
      while (added - waiting.length < last) await nextTurn()
    },
    parts: () => waiting.map(({ slices, attribution }) => ({ slices, from: attribution?.done ?? 0 })),
    collections: () => waiting[0]?.collections ?? [],
  }
}
