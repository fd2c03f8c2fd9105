import { type HotFunction, hotFunctions } from './hot.ts'
import type { CallCounts, Column, Profile } from './profile.ts'

/** Calls of one function. */
export interface FunctionCalls {
  readonly count: number
  /** Whether `count` is only an upper bound; see `CallCounts.resumes`. */
  readonly resumes: boolean
}

/** Calls by index into `Profile.frames`; empty when no calls are counted. */
export function callsByFrame({ calls }: Profile<Column>): ReadonlyMap<number, FunctionCalls> {
  return new Map(
    calls?.frame.map((frame, i) => [frame, { count: calls.count[i], resumes: calls.resumes[i] }]),
  )
}

/** Hot functions, most self time first, followed by those of the application that were called but are in no sample. */
export function calledFunctions(profile: Profile<Column>): HotFunction[] {
  const sampled = new Set(Array.from(profile.tree.frame))
  const others = profile.calls?.frame.filter(
    (frame) => !sampled.has(frame) && profile.frames[frame].kind === 'app',
  )
  return [
    ...hotFunctions(profile),
    ...(others ?? []).map((frame) => ({ frame, selfUs: 0, totalUs: 0, samples: 0 })),
  ]
}

/** Calls as text: `35`, `≤ 35`, or `–` where nothing is known. */
export function callsText(
  calls: FunctionCalls | undefined,
  write: (count: number) => string = String,
): string {
  if (calls === undefined) return '–'
  return `${calls.resumes ? '≤ ' : ''}${write(calls.count)}`
}

/** Says in how many requests calls are counted, and why not in the others. */
export function callsSentence({ requests, partly, overlapped, skipped }: CallCounts): string {
  const counted = phrases([
    [requests, `in ${requests} request${requests === 1 ? '' : 's'}`],
    [partly, `in a part of ${partly}`],
  ])
  const others = phrases([
    [overlapped, `in ${overlapped} where routes overlapped`],
    [skipped, `in ${skipped} to spare the application, or since V8 did not count`],
  ])
  if (counted === '') return others === '' ? 'no calls counted yet' : `calls not counted ${others}`
  return others === '' ? `calls counted ${counted}` : `calls counted ${counted}, not ${others}`
}

function phrases(all: readonly (readonly [count: number, phrase: string])[]): string {
  return all
    .filter(([count]) => count > 0)
    .map(([, phrase]) => phrase)
    .join(', ')
}
