import inspector from 'node:inspector'
import { createRequire } from 'node:module'
import v8 from 'node:v8'
import { atOnce } from '../plugin/model/steps.ts'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { parseProfileText } from '../plugin/sampler/profile-text.ts'

/** What can go wrong between the sampler and V8. */
export type Fault = 'start throws' | 'stop throws' | 'lost' | 'malformed' | 'empty' | 'huge'

/** While set, every call of V8's profiler goes wrong in this way. */
export const broken: { fault?: Fault; hurt: number } = { hurt: 0 }

type Raw = {
  nodes: { id: number; callFrame: object; children?: number[]; hitCount?: number }[]
  samples: number[]
  timeDeltas: number[]
  startTime: number
}

function started<T>(start: () => T): T {
  if (broken.fault !== 'start throws') return start()
  broken.hurt++
  throw new Error('V8 refuses')
}

function thrown(): void {
  if (broken.fault !== 'stop throws') return
  broken.hurt++
  throw new Error('V8 breaks')
}

/** What V8 delivers instead of `profile`; `undefined` for nothing. */
function delivered<T>(profile: T): T | undefined {
  const { fault } = broken
  if (fault === undefined || fault.endsWith('throws')) return profile
  broken.hurt++
  if (fault === 'lost') return undefined
  if (fault === 'malformed') return { nodes: [{ id: 1 }], startTime: 0 } as T
  const raw = profile as unknown as Raw
  if (fault === 'empty') return { ...raw, samples: [], timeDeltas: [] } as T
  return huge(raw) as T
}

/** 160 stacks of 255 frames, and a sample for each node: what a loop that is blocked for minutes would leave. */
function huge({ startTime, nodes: [root] }: Raw): unknown {
  const nodes: Raw['nodes'] = [{ ...root, children: [], hitCount: 0 }]
  for (let i = 0; i < 160 * 255; i++) {
    const id = 1_000_000 + i
    const callFrame = {
      ...root.callFrame,
      functionName: `f${i}`,
      url: 'huge.js',
      lineNumber: i,
      columnNumber: 0,
    }
    nodes.push({ id, callFrame, children: [], hitCount: 1 })
    nodes[i % 255 === 0 ? 0 : i].children!.push(id)
  }
  const samples = nodes.slice(1).map(({ id }) => id)
  return { startTime, nodes, samples, timeDeltas: samples.map(() => 1) }
}

/** Puts the faults between a sampler and V8; call it before the plugin is registered. */
export const breakV8: Record<SamplerName, () => void> = {
  inspector() {
    const { profile, profileEnd } = inspector.console as unknown as Record<string, (title: string) => void>
    Object.assign(inspector.console, {
      profile: (title: string) => started(() => profile(title)),
      profileEnd(title: string) {
        profileEnd(title)
        thrown()
      },
    })
    const on = inspector.Session.prototype.on as (name: string, listener: unknown) => inspector.Session
    inspector.Session.prototype.on = function (this: inspector.Session, name: string, listener: never) {
      if (name !== 'Profiler.consoleProfileFinished') return on.call(this, name, listener)
      return on.call(this, name, (message: { params: { profile: unknown } }) => {
        const changed = delivered(message.params.profile)
        if (changed !== undefined)
          (listener as (m: unknown) => void)({ ...message, params: { ...message.params, profile: changed } })
      })
    } as never
  },
  v8() {
    const inside = v8 as unknown as Record<'startCpuProfile', (options: object) => { stop(): unknown }>
    const start = inside.startCpuProfile
    const broken = (options: object) => {
      const handle = started(() => start(options))
      return {
        stop() {
          const profile = atOnce(parseProfileText(handle.stop() as string))
          thrown()
          const changed = delivered(profile)
          return changed && JSON.stringify(changed)
        },
      }
    }
    inside.startCpuProfile = Object.defineProperty(broken, 'length', { value: start.length })
  },
  'v8-profiler-next'() {
    const addon = createRequire(import.meta.url)('v8-profiler-next')
    const { startProfiling, stopProfiling } = addon
    addon.startProfiling = (...options: unknown[]) => started(() => startProfiling(...options))
    addon.stopProfiling = (title: string) => {
      const profile = stopProfiling(title)
      thrown()
      return delivered(profile)
    }
  },
}
