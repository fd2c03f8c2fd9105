import type { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { ProfilerError } from '../errors.ts'
import { fileDialect, type RawProfile, readProfile } from './cpuprofile.ts'
import { createRotation, type Engine, type Slot } from './rotation.ts'
import type { Sampler } from './segment.ts'

const titles = ['fastify-profiler a', 'fastify-profiler b'] as const

/** Node's own inspector, inside the process: no port, no debugger, works everywhere. */
export function createInspectorSampler(intervalUs: number): Sampler {
  const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector')
  const console = inspector.console as unknown as { profile(t: string): void; profileEnd(t: string): void }
  let session: Session | undefined
  let finished: RawProfile | undefined

  function connect() {
    if (session) return
    session = new inspector.Session()
    session.connect()
    session.on('Profiler.consoleProfileFinished', ({ params }) => {
      if (titles.includes(params.title as (typeof titles)[number])) finished = params.profile as RawProfile
    })
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: intervalUs })
  }

  const engine: Engine = {
    name: 'inspector',
    intervalUs,
    start(slot: Slot) {
      connect()
      console.profile(titles[slot])
    },
    stop(slot: Slot) {
      finished = undefined
      console.profileEnd(titles[slot])
      const profile = finished as RawProfile | undefined
      finished = undefined
      if (!profile) throw new ProfilerError('FST_PROFILER_LOST_SEGMENT', 'the inspector lost the profile')
      return (span) => readProfile(profile, fileDialect, span)
    },
    keep() {},
    wake() {},
    close() {
      session?.disconnect()
      session = undefined
    },
  }
  return createRotation(engine)
}
