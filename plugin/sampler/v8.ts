import v8 from 'node:v8'
import { ProfilerError } from '../errors.ts'
import { dropUnseenCode } from './cold-start.ts'
import { parseProfileText } from './profile-text.ts'
import { readSegment } from './read-segment.ts'
import { createRotation, type Slot, type SlotProfiler } from './rotation.ts'
import type { Sampler } from './segment.ts'

interface Handle {
  stop(): string | undefined
}

/** Takes options since Node 26; the interval is in milliseconds. */
type StartCpuProfile = (options?: { sampleInterval: number }) => Handle

/** Of the profile that keeps V8 warm at rest: long enough to cost nothing, short enough to drain V8's queue. */
const KEEPER_INTERVAL_US = 10_000_000
const V8_DEFAULT_INTERVAL_US = 1000

/** `v8.startCpuProfile` where this Node has it. */
export function findStartCpuProfile(): StartCpuProfile | undefined {
  return (v8 as unknown as { startCpuProfile?: StartCpuProfile }).startCpuProfile
}

/**
 * A sampler that uses Node's own `v8.startCpuProfile`, the cheapest there is.
 *
 * Where Node takes an interval per profile, a profile with very few samples keeps V8 warm at rest. Elsewhere the first
 * profile in the process sets the interval for good, and waking up is a cold start.
 */
export function createV8Sampler(intervalUs: number): Sampler {
  const startCpuProfile = findStartCpuProfile()
  if (!startCpuProfile) throw new Error('v8.startCpuProfile is there from Node 24.12 on')
  const canKeep = startCpuProfile.length > 0
  const running: [Handle | undefined, Handle | undefined] = [undefined, undefined]
  let keeper: Handle | undefined
  let clean = false

  const profiler: SlotProfiler = {
    name: 'v8',
    intervalUs,
    coldWake: !canKeep,
    start(slot: Slot) {
      const cold = !keeper && !running[0] && !running[1]
      if (cold && !clean) dropUnseenCode()
      running[slot] = withBaseInterval(intervalUs, () =>
        startCpuProfile({ sampleInterval: intervalUs / 1000 }),
      )
      clean = false
    },
    stop(slot: Slot) {
      const text = running[slot]?.stop()
      running[slot] = undefined
      if (text === undefined) throw new ProfilerError('FST_PROFILER_LOST_SEGMENT', 'V8 has lost the profile')
      return function* (span) {
        const profile = yield* parseProfileText(text)
        yield
        return yield* readSegment(profile, 'file', span)
      }
    },
    keep() {
      if (!canKeep) return
      try {
        keeper = startCpuProfile({ sampleInterval: KEEPER_INTERVAL_US / 1000 })
      } catch {
        // Too many profiles are running: waking up will be a cold start.
      }
    },
    settle() {
      if (keeper) return
      dropUnseenCode()
      clean = true
    },
    wake: letGo,
    close() {
      clean = false
      letGo()
    },
  }

  function letGo() {
    const handle = keeper
    keeper = undefined
    handle?.stop()
  }

  return createRotation(profiler)
}

/**
 * Sets V8's flag, which is read when its profiler is made; intervals of profiles are rounded up to a multiple of it.
 */
function withBaseInterval<T>(intervalUs: number, start: () => T): T {
  v8.setFlagsFromString(`--cpu-profiler-sampling-interval=${intervalUs}`)
  try {
    return start()
  } finally {
    v8.setFlagsFromString(`--cpu-profiler-sampling-interval=${V8_DEFAULT_INTERVAL_US}`)
  }
}
