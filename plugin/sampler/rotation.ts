import { fromHrtimeUs, hrtimeUs } from '../clock.ts'
import { ProfilerError } from '../errors.ts'
import type { SamplerName } from '../model/wire.ts'
import type { Capture, Sampler, Segment } from './segment.ts'

/** The two profiles that take turns. */
export type Slot = 0 | 1

/** The stretch of time a segment answers for, and how V8 was started, all in microseconds of `hrtimeUs()`. */
export interface Span {
  /** Just before and just after the start: V8 read its clock in between. */
  readonly beforeStartUs: number
  readonly startUs: number
  readonly endUs: number
}

/** Reads what V8 answered; throws when it makes no sense. */
export type Reading = (span: Span) => Segment

/**
 * What rotation needs of a profiler. Called by {@link createRotation} alone, which never starts a slot that
 * runs and never stops one that does not.
 */
export interface Engine {
  readonly name: SamplerName
  readonly intervalUs: number
  /** Throws when V8 refuses; then the slot does not run. */
  start(slot: Slot): void
  /** Throws when V8 has lost the profile; the slot does not run any more either way. */
  stop(slot: Slot): Reading
  /** Called while the last slot still runs: get ready to start cheaply after it ended. */
  keep(): void
  /** Called when a slot runs again. */
  wake(): void
  /** Called when no slot runs: lets go of everything. */
  close(): void
}

/** A sampler that loses no time: the profile of one slot starts before that of the other ends. */
export function createRotation(engine: Engine): Sampler {
  let running: { slot: Slot; beforeStartUs: number; startUs: number } | undefined
  let next: Slot = 0
  let open = false

  function begin() {
    const slot = next
    const beforeStartUs = hrtimeUs()
    engine.start(slot)
    running = { slot, beforeStartUs, startUs: hrtimeUs() }
    next = slot === 0 ? 1 : 0
    return running
  }

  function start() {
    if (running) return
    begin()
    open = true
    engine.wake()
  }

  function rotate(): Capture {
    const ending = running
    if (!ending) throw new ProfilerError('FST_PROFILER_NOT_RUNNING', 'the sampler does not run')
    const endUs = begin().startUs
    return capture({ ...ending, endUs }, engine.stop(ending.slot))
  }

  function end(ending: NonNullable<typeof running>): Capture {
    running = undefined
    const endUs = hrtimeUs()
    return capture({ ...ending, endUs }, engine.stop(ending.slot))
  }

  function rest(): Capture | undefined {
    if (!running) return undefined
    engine.keep()
    return end(running)
  }

  function stop(): Capture | undefined {
    let last: Capture | undefined
    try {
      if (running) last = end(running)
    } catch {
      // V8 has lost the profile; there is nothing to hand over and nothing left to end.
    }
    try {
      if (open) engine.close()
    } catch {
      // Nothing more can be let go of.
    }
    open = false
    return last
  }

  return { name: engine.name, intervalUs: engine.intervalUs, start, rotate, rest, stop }
}

function capture(span: Span, reading: Reading): Capture {
  return {
    startUs: fromHrtimeUs(span.startUs),
    endUs: fromHrtimeUs(span.endUs),
    read: () => reading(span),
  }
}
