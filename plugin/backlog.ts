import type { Attribution, Collection } from './attribution.ts'
import { nowUs } from './clock.ts'
import type { LogPart } from './live-split.ts'
import type { RequestRecord } from './record.ts'
import type { Capture } from './sampler/segment.ts'
import { runFor, type Steps } from './slices.ts'
import type { Slices } from './timeline.ts'
import { setImmediate } from './timers.ts'

/** What was recorded between two turns of the crank. */
export interface Batch {
  readonly slices: Slices<RequestRecord>
  readonly capture: Capture | undefined
  collections: readonly Collection[]
  /** Once it has begun. */
  attribution?: Attribution
}

/** Batches that wait to be attributed, bit by bit between other work of the event loop. */
export interface Backlog {
  add(slices: Slices<RequestRecord>, capture: Capture | undefined): void
  /** Attributes all of it now. */
  finish(): void
  readonly length: number
  /** What is not attributed yet, oldest first. */
  parts(): LogPart[]
  /** Those of the batch that is attributed in part. */
  collections(): readonly Collection[]
}

export interface BacklogSetup {
  attribute(batch: Batch): Steps<void>
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

/** So long it holds the event loop at a stretch, microseconds: no longer than a short request would. */
const SLICE_US = 1000
/** More than that are not put off: the application fills the log faster than slices empty it. */
const MOST_WAITING = 3
/** Collections are reported by way of two turns of the event loop. */
const TURNS = 3

export function createBacklog(setup: BacklogSetup): Backlog {
  /** The first may be attributed in part. */
  const waiting: Batch[] = []
  const complete = new WeakSet<Batch>()
  /** What is left to be done for the first. */
  let steps: Steps<void> | undefined
  /** It goes on in the next turn of the loop. */
  let goesOn = false

  function goOn(): void {
    const began = nowUs()
    const hurries = waiting.length > MOST_WAITING || setup.hurries()
    const untilUs = began + (hurries ? Number.POSITIVE_INFINITY : SLICE_US)
    goesOn = false
    while (!goesOn && waiting.length > 0 && complete.has(waiting[0])) goesOn = !attributeUntil(untilUs)
    setup.spent(began)
    if (goesOn) setup.outside(() => setImmediate(goOn))
    else if (waiting.length === 0) setup.emptied()
  }

  /** Whether that was all of the first batch. */
  function attributeUntil(untilUs: number): boolean {
    try {
      steps ??= setup.attribute(waiting[0])
      if (!runFor(steps, untilUs - nowUs())) return false
    } catch (error) {
      setup.failed(error)
    }
    steps = undefined
    waiting.shift()
    return true
  }

  return {
    add(slices, capture) {
      const batch: Batch = { slices, capture, collections: [] }
      waiting.push(batch)
      setup.outside(() =>
        afterTurns(TURNS, () => {
          complete.add(batch)
          if (!goesOn || setup.hurries()) goOn()
        }),
      )
    },
    finish() {
      const began = nowUs()
      while (waiting.length > 0) attributeUntil(Number.POSITIVE_INFINITY)
      setup.spent(began)
      setup.emptied()
    },
    get length() {
      return waiting.length
    },
    parts: () => waiting.map(({ slices, attribution }) => ({ slices, from: attribution?.done ?? 0 })),
    collections: () => waiting[0]?.collections ?? [],
  }
}

/** Calls `fn` after so many turns of the event loop. */
export function afterTurns(turns: number, fn: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, fn) : fn)
}
