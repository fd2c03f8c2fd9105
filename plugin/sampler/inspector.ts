import { ProfilerError } from '../errors.ts'
import { ownRequire } from '../own-require.ts'
import { dropUnseenCode } from './cold-start.ts'
import { nodesOwnSession, takeSession } from './inspector-session.ts'
import { readSegment } from './read-segment.ts'
import { createRotation, type Slot, type SlotProfiler } from './rotation.ts'
import type { Sampler } from './segment.ts'
import { type Titles, takeTitles } from './titles.ts'

type Inspector = typeof import('node:inspector')
type ProfileConsole = Record<'profile' | 'profileEnd', (title: string) => void>

/**
 * Starts while another profile runs, after which V8 is started afresh: the inspector gives each profile an id of its
 * own, for which V8 keeps some 100 bytes until no profile runs.
 */
const STARTS_UNTIL_RENEWAL = 50_000

/**
 * A sampler that uses Node's own inspector inside the process: no port, no debugger, on every version.
 *
 * `inspector.console` reaches only the sessions; nothing is printed. Throws if Node has no inspector or does not permit
 * it, and where Node itself listens to the profiles.
 */
export function createInspectorSampler(intervalUs: number): Sampler {
  const inspector = ownRequire('node:inspector') as Inspector
  const console = inspector.console as unknown as ProfileConsole
  const listening = nodesOwnSession()
  if (listening !== undefined) throw new Error(`with ${listening} Node would print every profile of it`)
  takeSession(inspector, intervalUs, () => {})()

  const running: [boolean, boolean] = [false, false]
  /** Profiles of slots that were ended before their time. */
  const early: [unknown, unknown] = [undefined, undefined]
  let giveBack: (() => void) | undefined
  let taken: Titles | undefined
  let finished: { title?: string; profile: unknown } | undefined
  let starts = 0
  let clean = false

  /** V8 delivers the profile while `profileEnd` runs; undefined when it has no such profile. */
  function end(slot: Slot): unknown {
    const title = taken!.titles[slot]
    running[slot] = false
    finished = undefined
    console.profileEnd(title)
    const answer = finished as { title?: string; profile: unknown } | undefined
    finished = undefined
    return answer?.title === title ? answer.profile : undefined
  }

  /** Ends what runs, so that V8 starts afresh. In the gap this makes only V8's own cold start happens. */
  function renew() {
    starts = 0
    for (const slot of [0, 1] as const) if (running[slot]) early[slot] = end(slot)
  }

  const profiler: SlotProfiler = {
    name: 'inspector',
    intervalUs,
    coldWake: true,
    start(slot: Slot) {
      taken ??= takeTitles()
      giveBack ??= takeSession(inspector, intervalUs, (title, profile) => {
        finished = { title, profile }
      })
      if (++starts > STARTS_UNTIL_RENEWAL) renew()
      if (!running[0] && !running[1] && !clean) dropUnseenCode()
      console.profile(taken.titles[slot])
      running[slot] = true
      clean = false
    },
    stop(slot: Slot) {
      const profile = early[slot] ?? end(slot)
      early[slot] = undefined
      if (!profile) {
        throw new ProfilerError('FST_PROFILER_LOST_SEGMENT', 'the inspector has lost the profile')
      }
      return (span) => readSegment(profile, 'file', span)
    },
    keep() {},
    settle() {
      starts = 0
      dropUnseenCode()
      clean = true
    },
    wake() {},
    close() {
      taken?.release()
      taken = undefined
      giveBack?.()
      giveBack = undefined
      clean = false
    },
  }
  return createRotation(profiler)
}
