import v8 from 'node:v8'
import { ProfilerError } from '../errors.ts'
import { fileDialect, readProfile } from './cpuprofile.ts'
import { parseProfile } from './profile-text.ts'
import { createRotation, type Engine, type Slot } from './rotation.ts'
import type { Sampler } from './segment.ts'

interface Handle {
  stop(): string | undefined
}

type StartCpuProfile = (options?: { sampleInterval?: number }) => Handle

/** `v8.startCpuProfile`, where this Node has it. */
export function startCpuProfile(): StartCpuProfile | undefined {
  return (v8 as unknown as { startCpuProfile?: StartCpuProfile }).startCpuProfile
}

/** Node's own `v8.startCpuProfile` (24 and later). */
export function createV8Sampler(intervalUs: number): Sampler {
  const startProfile = startCpuProfile()!
  const handles: [Handle | undefined, Handle | undefined] = [undefined, undefined]

  const engine: Engine = {
    name: 'v8',
    intervalUs,
    start(slot: Slot) {
      v8.setFlagsFromString(`--cpu-profiler-sampling-interval=${intervalUs}`)
      try {
        handles[slot] = startProfile({ sampleInterval: intervalUs / 1000 })
      } finally {
        v8.setFlagsFromString('--cpu-profiler-sampling-interval=1000')
      }
    },
    stop(slot: Slot) {
      const text = handles[slot]?.stop()
      handles[slot] = undefined
      if (text === undefined) throw new ProfilerError('FST_PROFILER_LOST_SEGMENT', 'V8 lost the profile')
      return (span) => readProfile(parseProfile(text), fileDialect, span)
    },
    keep() {},
    wake() {},
    close() {},
  }
  return createRotation(engine)
}
