import { bodyless } from '../model/bodyless.ts'
import { type PhaseName, phaseNames } from '../model/wire/phases.ts'
import { codeOf, markOf, timeOf } from './marks.ts'
import { type RequestRecord, splitOf } from './record.ts'
import { ownIn } from './split.ts'

/** What the marks of a route's requests can tell. */
export interface PhaseRules {
  /** Phases that leave no mark: if they happened, their time is in the phase before. */
  readonly untold: ReadonlySet<PhaseName>
  /** Hook phases that are marked although no code of the application runs in them: they are left out. */
  readonly empty: ReadonlySet<PhaseName>
}

/** A phase of a request; times are microseconds since the request's start. */
export interface Phase {
  readonly name: PhaseName
  readonly includes: readonly PhaseName[]
  readonly startUs: number
  readonly endUs: number
  readonly ownUs: number
}

/** Most marks of a request. It has a dozen; one that fails again and again while it fails gets no more than these. */
const MOST_MARKS = 40

export function phaseCode(name: PhaseName): number {
  return phaseNames.indexOf(name)
}

/** Notes that the request is in a phase from `timeUs` on (`clock.ts`). On the hot path of every request. */
export function addMark(record: RequestRecord, code: number, timeUs: number): void {
  if (record.endUs >= 0 || record.markCount >= MOST_MARKS) return
  record.addMark(markOf(timeUs - record.startUs, code))
}

/**
 * The phases of a request that has ended, in order of time and without gaps: their wall times add up to the
 * request's, their own times to `ownUs`.
 */
export function phasesOf(record: RequestRecord, rules: PhaseRules): Phase[] {
  const wallUs = record.endUs - record.startUs
  const begun = begunPhases(record.marks, rules)
  const phases = begun.map(({ name, startUs }, i) => ({
    name,
    includes: includedIn(i, begun, rules, record.method),
    startUs: Math.min(startUs, wallUs),
    endUs: Math.min(begun[i + 1]?.startUs ?? wallUs, wallUs),
  }))
  const ownUs = ownTimes(record, phases)
  return phases.map((phase, i) => ({ ...phase, ownUs: ownUs[i] }))
}

/** A phase with the phases it includes: `preHandler + handler`. */
export function phaseLabel({ name, includes }: Pick<Phase, 'name' | 'includes'>): string {
  return [name, ...includes].join(' + ')
}

interface Begun {
  readonly name: PhaseName
  readonly startUs: number
}

/** The begun phases. Time from the mark of an empty one to the next belongs to that: Fastify is on its way there. */
function begunPhases(marks: readonly number[], { empty }: PhaseRules): Begun[] {
  const begun: Begun[] = [{ name: 'onRequest', startUs: 0 }]
  let onTheWayUs = -1
  for (const mark of marks) {
    const name = phaseNames[codeOf(mark)]
    const timeUs = timeOf(mark)
    const startUs = onTheWayUs < 0 ? timeUs : onTheWayUs
    onTheWayUs = empty.has(name) ? startUs : -1
    if (!empty.has(name) && begun.at(-1)?.name !== name) begun.push({ name, startUs })
  }
  return begun
}

/** Phases that a request may skip although it reaches later ones. */
const optional: ReadonlySet<PhaseName> = new Set([
  'parsing',
  'validation',
  'onError',
  'preSerialization',
  'serialization',
])
const unmarked: ReadonlySet<PhaseName> = new Set([
  'parsing',
  'validation',
  'handler',
  'serialization',
  'sending',
])

/** Rules for routes that only have the marks before hooks: not-found handlers, and routes that were there first. */
export const unmarkedRules: PhaseRules = { untold: unmarked, empty: new Set() }

/** Phases without a mark that may have happened between one mark and the next. */
function includedIn(at: number, begun: readonly Begun[], rules: PhaseRules, method: string): PhaseName[] {
  // `reply.callNotFound()` goes from the handler to the hooks of another route, that of the not-found handler.
  const elsewhere = begun.some(({ name }, i) => name === 'preHandler' && i <= at && wasHandled(begun, i))
  const untold = elsewhere ? new Set([...rules.untold, ...unmarked]) : rules.untold
  const from = phaseCode(begun[at].name)
  const next = begun[at + 1] === undefined ? -1 : phaseCode(begun[at + 1].name)
  const to = next > from ? next : phaseNames.length
  const included: PhaseName[] = []
  for (let code = from + 1; code < to; code++) {
    const name = phaseNames[code]
    if (name === 'parsing' && bodyless.has(method)) continue
    if (untold.has(name)) {
      if (name !== 'serialization' || serializes(begun[at].name, untold)) included.push(name)
    } else if (!optional.has(name)) break
  }
  return included
}

function wasHandled(begun: readonly Begun[], before: number): boolean {
  return begun.some(({ name }, i) => name === 'handler' && i < before)
}

/** Whether anything was serialised: `preSerialization` comes before, and has left its mark where it leaves one. */
function serializes(phase: PhaseName, untold: ReadonlySet<PhaseName>): boolean {
  return phase === 'preSerialization' || untold.has('preSerialization')
}

/** Own time in each phase, from the same record of turns as `ownUs`: it adds up to that. */
function ownTimes(
  record: RequestRecord,
  phases: readonly { readonly startUs: number; readonly endUs: number }[],
): number[] {
  const { ownUs } = record
  const split = splitOf(record)
  const shares = phases.map(() => 0)
  let sum = 0
  let phase = 0
  for (let slice = 0; slice < split.endUs.length; slice++) {
    const from = split.endUs[slice - 1] ?? 0
    const to = split.endUs[slice]
    const ownShare = ownIn(split, slice) / (to - from)
    for (let at = from; at < to; ) {
      while (phase < phases.length - 1 && phases[phase].endUs <= at) phase++
      const until = phase < phases.length - 1 ? Math.min(to, phases[phase].endUs) : to
      shares[phase] += (until - at) * ownShare
      sum += (until - at) * ownShare
      at = until
    }
  }
  // Times of slices are whole microseconds: a request with less than one has none.
  if (sum === 0) shares[shares.length - 1] = sum = 1
  return shares.map((us) => (us * ownUs) / sum)
}
