import { createRequire } from 'node:module'
import { ProfilerError } from '../errors.ts'
import { type Dialect, type RawNode, type RawProfile, readProfile } from './cpuprofile.ts'
import { createRotation, type Engine, type Slot } from './rotation.ts'
import type { Sampler } from './segment.ts'

/** What of v8-profiler-next is used; its own typings describe another form. */
interface Addon {
  setGenerateType(type: 1): void
  setProfilesCleanupLimit(limit: number): void
  setSamplingInterval(us: number): void
  startProfiling(title: string, samples: true, mode: 1): void
  stopProfiling(title: string): AddonProfile | undefined
}

interface AddonNode extends RawNode {
  readonly callFrame: RawNode['callFrame'] & {
    readonly lineTicks?: readonly { readonly line: number; readonly hitCount: number }[]
  }
}

interface AddonProfile extends RawProfile<AddonNode> {
  delete(): void
}

const dialect: Dialect<AddonNode> = {
  first: 1,
  ticks: (node) => (node.callFrame.lineTicks ?? []).map(({ line, hitCount }) => [line, hitCount] as const),
}

const titles = ['fastify-profiler a', 'fastify-profiler b'] as const

/** The largest the addon takes; a larger one overflows and makes every start slow. */
const NEVER_CLEAN_UP = 2147483647

export function createAddonSampler(intervalUs: number): Sampler {
  const addon = createRequire(import.meta.url)('v8-profiler-next') as Addon
  const engine: Engine = {
    name: 'v8-profiler-next',
    intervalUs,
    start(slot: Slot) {
      try {
        addon.setSamplingInterval(intervalUs)
      } catch {
        // A profile runs: the other slot, with this interval already, or one of the application.
      }
      addon.setProfilesCleanupLimit(NEVER_CLEAN_UP)
      addon.startProfiling(titles[slot], true, 1)
    },
    stop(slot: Slot) {
      addon.setGenerateType(1)
      const profile = addon.stopProfiling(titles[slot])
      if (!profile)
        throw new ProfilerError(
          'FST_PROFILER_LOST_SEGMENT',
          'another user of v8-profiler-next took the profile',
        )
      profile.delete()
      return (span) => readProfile(profile, dialect, span)
    },
    keep() {},
    wake() {},
    close() {},
  }
  return createRotation(engine)
}
