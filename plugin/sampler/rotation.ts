import { hrtimeUs } from '../clock.ts'
import { ProfilerError } from '../errors.ts'
import type { Steps } from '../model/steps.ts'
import type { SamplerName } from '../model/wire/status.ts'
import type { Capture, Sampler, Segment } from './segment.ts'

/** One of the two profiles that take turns. */
export type Slot = 0 | 1

/** The stretch of time that a segment covers, and when V8 was started; microseconds of `hrtimeUs()`. */
export interface Span {
  /** Just before and just after the start: V8 read its clock in between. */
  readonly beforeStartUs: number
  readonly startUs: number
  readonly endUs: number
}

/** Reads V8's answer, in steps; throws when it makes no sense. */
export type Reading = (span: Span) => Steps<Segment>

/**
 * What rotation needs from a profiler. Only {@link createRotation} calls it: it never starts a slot that is running and
 * never stops one that is not.
 */
export interface SlotProfiler {
  readonly name: SamplerName
  readonly intervalUs: number
  readonly coldWake: boolean
  /** Throws when V8 refuses; then the slot does not run. */
  start(slot: Slot): void
  /** Throws when V8 has lost the profile; the slot does not run any more either way. */
  stop(slot: Slot): Reading
  /** Called while the last slot still runs: prepares a cheap start after it. Never throws. */
  keep(): void
  /** Called after `keep`, when no slot runs any more. Never throws. */
  settle(): void
  /** Called when a slot runs again. Never throws. */
  wake(): void
  /** Called when no slot runs: releases everything, also what `keep` holds. */
  close(): void
}

interface RunningSlot extends Omit<Span, 'endUs'> {
  readonly slot: Slot
}

/** Makes a sampler that loses no time: the profile of one slot starts before that of the other ends. */
export function createRotation(profiler: SlotProfiler): Sampler {
  let state: 'stopped' | 'running' | 'resting' = 'stopped'
  let run: RunningSlot | undefined
  let next: Slot = 0
  let open = false

  function begin(): RunningSlot {
    const slot = next
    const beforeStartUs = hrtimeUs()
    profiler.start(slot)
    next = slot === 0 ? 1 : 0
    run = { slot, beforeStartUs, startUs: hrtimeUs() }
    return run
  }

  function end({ slot, ...started }: RunningSlot, endUs: number): Capture {
    const reading = profiler.stop(slot)
    return { read: () => reading({ ...started, endUs }) }
  }

  function endLast(): Capture | undefined {
    const last = run
    run = undefined
    return last && end(last, hrtimeUs())
  }

  function start() {
    if (state === 'running') return
    // V8 can crash while the process exits if its sampling thread still interrupts it.
    if (!open) process.once('exit', stop)
    open = true
    begin()
    state = 'running'
    profiler.wake()
  }

  function rotate(): Capture {
    const ending = run
    if (!ending) throw new ProfilerError('FST_PROFILER_NOT_RUNNING', 'the sampler does not run')
    return end(ending, begin().startUs)
  }

  function rest(): Capture | undefined {
    if (state !== 'running') return undefined
    profiler.keep()
    state = 'resting'
    try {
      return endLast()
    } finally {
      profiler.settle()
    }
  }

  function stop(): Capture | undefined {
    state = 'stopped'
    let last: Capture | undefined
    try {
      last = endLast()
    } catch {
      // V8 has lost the profile; there is nothing to hand over and nothing left to end.
    }
    try {
      if (open) profiler.close()
    } catch {
      // Nothing more can be released.
    }
    open = false
    process.off('exit', stop)
    return last
  }

  const { name, intervalUs, coldWake } = profiler
  return { name, intervalUs, coldWake, start, rotate, rest, stop }
}
