import { loadAddon } from './addon.ts'
import { dropUnseenCode } from './cold-start.ts'
import { readSegment } from './read-segment.ts'
import { createRotation, type Slot, type SlotProfiler } from './rotation.ts'
import type { Sampler } from './segment.ts'
import { type Titles, takeTitles } from './titles.ts'

/**
 * A sampler that uses the package v8-profiler-next. This keeps V8's profiler between two starts and lets it log code as
 * it is compiled, so resting costs nothing and waking up costs as little as a rotation.
 */
export function createAddonSampler(intervalUs: number): Sampler {
  const addon = loadAddon()
  let taken: Titles | undefined

  function open(): Titles {
    const titles = takeTitles()
    dropUnseenCode()
    return titles
  }

  const profiler: SlotProfiler = {
    name: 'v8-profiler-next',
    intervalUs,
    coldWake: false,
    start(slot: Slot) {
      taken ??= open()
      // Set each time, because another user of the addon may have changed it.
      addon.keepProfiler(true)
      addon.start(taken.titles[slot], intervalUs)
    },
    stop(slot: Slot) {
      const profile = addon.stop(taken!.titles[slot])
      return (span) => readSegment(profile, 'addon', span)
    },
    keep() {},
    settle() {},
    wake() {},
    close() {
      const last = taken
      taken = undefined
      if (!last) return
      // V8's profiler is freed only with the last profile, so start and stop an empty one.
      addon.keepProfiler(false)
      try {
        addon.start(last.titles[0], intervalUs)
        addon.stop(last.titles[0])
      } finally {
        last.release()
      }
    },
  }
  return createRotation(profiler)
}
