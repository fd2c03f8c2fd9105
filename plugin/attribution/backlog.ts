import { nowUs } from '../clock.ts'
import type { Steps } from '../model/steps.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { Capture } from '../sampler/segment.ts'
import { runFor } from '../steps.ts'
import { afterTurns, nextTurn, setImmediate } from '../timers.ts'
import type { Slices } from '../tracker/timeline.ts'
import type { Attribution, Collection } from './index.ts'
import type { LogPart } from './live-split.ts'

/** What was recorded between two rotations, and for whom. */
export interface Batch<Client> {
  readonly clients: readonly Client[]
  readonly slices: Slices<RequestRecord>
  readonly capture: Capture | undefined
  collections: readonly Collection[]
  /** Set once the attribution has begun. */
  attribution?: Attribution
}

/** Batches that wait to be attributed, bit by bit between other work of the event loop. */
export interface Backlog<Client> {
  add(clients: readonly Client[], slices: Slices<RequestRecord>, capture: Capture | undefined): void
  /** Resolves when everything added so far is attributed. */
  flush(): Promise<void>
  /** The parts of the log that are not attributed yet, oldest first. */
  parts(): LogPart[]
  /** The collections of the batch that is partly attributed. */
  collections(): readonly Collection[]
}

export interface BacklogSetup<Client> {
  attribute(batch: Batch<Client>): Steps<void>
  /** Whether there is no time to attribute bit by bit. */
  hurries(): boolean
  /** Called when no batch is left. */
  emptied(): void
  /** Called when attribution has held the event loop since `beganUs`. */
  spent(beganUs: number): void
  failed(error: unknown): void
  /** Runs `fn` with no owner: what it schedules belongs to nobody. */
  outside(fn: () => void): void
}

/**
 * Longest time to hold the event loop in one go for each batch that waits, microseconds: less than a short request
 * takes. On a busy machine longer holds are interrupted, and then take several times as long.
 */
const HOLD_US = 250
/** If more batches than this wait, they are attributed at once: the log fills faster than the steps empty it. */
const MOST_WAITING = 3
/** Turns of the event loop to wait for the collections: Node reports them up to two turns late. */
const TURNS = 3

export function createBacklog<Client>(setup: BacklogSetup<Client>): Backlog<Client> {
  /** The first batch may be partly attributed. */
  const waiting: Batch<Client>[] = []
  const complete = new WeakSet<Batch<Client>>()
  let added = 0
  /** The rest of the work on the first batch. */
  let steps: Steps<void> | undefined
  /** Whether work goes on in the next turn of the loop. */
  let goesOn = false

  function goOn(): void {
    const began = nowUs()
    goesOn = false
    while (!goesOn && waiting.length > 0 && complete.has(waiting[0])) {
      const hurries = waiting.length > MOST_WAITING || setup.hurries()
      goesOn = !attributeUntil(hurries ? Number.POSITIVE_INFINITY : began + HOLD_US * waiting.length)
    }
    setup.spent(began)
    if (goesOn) setup.outside(() => setImmediate(goOn))
    else if (waiting.length === 0) setup.emptied()
  }

  /** Returns whether the first batch is done. */
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
