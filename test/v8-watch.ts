import inspector from 'node:inspector'
import { createRequire } from 'node:module'
import v8 from 'node:v8'
import type { SamplerName } from '../plugin/model/wire/status.ts'

export interface Watch {
  /** Profiles running in V8 now, and most at a time. */
  readonly running: ReadonlySet<unknown>
  readonly most: number
  readonly starts: number
  readonly titles: ReadonlySet<string>
  /** Profiles that the addon holds on to. */
  retained(): number
  restore(): void
}

type Call = (...given: never[]) => unknown

/** Listens in on the calls to the real profiler. To be called before the sampler is made. */
export function watch(name: SamplerName): Watch {
  const running = new Set<unknown>()
  const titles = new Set<string>()
  const restores: (() => void)[] = []
  const seen = { running, titles, most: 0, starts: 0, retained: () => 0, restore }

  function restore() {
    for (const undo of restores) undo()
  }
  function wrap(object: object, key: string, around: (call: Call, given: unknown[]) => unknown) {
    const methods = object as Record<string, Call>
    const original = methods[key]
    const wrapper = (...given: unknown[]) => around(original.bind(object) as Call, given)
    // Node says by the number of parameters whether it takes options.
    methods[key] = Object.defineProperty(wrapper, 'length', { value: original.length }) as Call
    restores.push(() => {
      methods[key] = original
    })
  }
  function began(id: unknown) {
    running.add(id)
    seen.starts++
    seen.most = Math.max(seen.most, running.size)
  }
  function byTitle(object: object, start: string, stop: string) {
    wrap(object, start, (call, given) => {
      titles.add(given[0] as string)
      began(given[0])
      return call(...(given as never[]))
    })
    wrap(object, stop, (call, given) => {
      running.delete(given[0])
      return call(...(given as never[]))
    })
  }

  if (name === 'inspector') byTitle(inspector.console, 'profile', 'profileEnd')
  if (name === 'v8') {
    wrap(v8, 'startCpuProfile', (call, given) => {
      const handle = call(...(given as never[])) as { stop: Call }
      began(handle)
      wrap(handle, 'stop', (stop) => {
        running.delete(handle)
        return stop()
      })
      return handle
    })
  }
  if (name === 'v8-profiler-next') {
    const addon = createRequire(import.meta.url)('v8-profiler-next') as { profiles: object }
    byTitle(addon, 'startProfiling', 'stopProfiling')
    seen.retained = () => Object.keys(addon.profiles).length
  }
  return seen
}
