import type { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { ProfilerError } from '../errors.ts'
import { dropUnseenCode } from './cold-start.ts'
import { readProfile } from './read-profile.ts'
import { createRotation, type Engine, type Slot } from './rotation.ts'
import type { Sampler } from './segment.ts'
import { type Titles, takeTitles } from './titles.ts'

type Inspector = typeof import('node:inspector')
type ProfileConsole = Record<'profile' | 'profileEnd', (title: string) => void>

/**
 * Node's own inspector inside the process: no port, no debugger, on every version.
 *
 * `inspector.console` reaches the sessions alone; nothing is printed. V8 gives the profile while
 * `profileEnd` runs. Throws where Node has no inspector or does not permit it.
 */
export function createInspectorSampler(intervalUs: number): Sampler {
  const inspector = createRequire(import.meta.url)('node:inspector') as Inspector
  const console = inspector.console as unknown as ProfileConsole
  openSession(inspector, intervalUs, () => {}).disconnect()

  let session: Session | undefined
  let taken: Titles | undefined
  let ended: { title?: string; profile: unknown } | undefined
  let running = 0
  let clean = false

  const engine: Engine = {
    name: 'inspector',
    intervalUs,
    coldWake: true,
    start(slot: Slot) {
      taken ??= takeTitles()
      session ??= openSession(inspector, intervalUs, (title, profile) => {
        ended = { title, profile }
      })
      if (running === 0 && !clean) dropUnseenCode()
      console.profile(taken.titles[slot])
      running++
      clean = false
    },
    stop(slot: Slot) {
      running--
      ended = undefined
      const title = taken!.titles[slot]
      console.profileEnd(title)
      const answer = ended as { title?: string; profile: unknown } | undefined
      ended = undefined
      if (answer?.title !== title) {
        throw new ProfilerError('FST_PROFILER_LOST_SEGMENT', 'the inspector has lost the profile')
      }
      return (span) => readProfile(answer.profile, 'file', span)
    },
    keep() {},
    settle() {
      dropUnseenCode()
      clean = true
    },
    wake() {},
    close() {
      taken?.release()
      taken = undefined
      session?.disconnect()
      session = undefined
    },
  }
  return createRotation(engine)
}

function openSession(
  inspector: Inspector,
  intervalUs: number,
  onProfile: (title: string | undefined, profile: unknown) => void,
): Session {
  const session = new inspector.Session()
  session.connect()
  session.on('Profiler.consoleProfileFinished', ({ params }) => onProfile(params.title, params.profile))
  const fail = (error: Error | null) => {
    if (error) throw error
  }
  session.post('Profiler.enable', fail)
  session.post('Profiler.setSamplingInterval', { interval: intervalUs }, fail)
  return session
}
