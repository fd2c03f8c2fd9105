import { frameKey } from '../model/names.ts'
import { placeOf } from '../model/place.ts'
import type { Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import type { Naming } from '../symbols/naming.ts'
import type { Counting, RouteCalls } from './counting.ts'
import type { Counted } from './tally.ts'

/**
 * Adds the calls that were counted for some routes to a profile. Functions of the application that were called, but are
 * in no sample, become additional frames; those of packages do not, because there are thousands.
 */
export function* addCalls(
  profile: Profile,
  routes: readonly RouteCalls[],
  { tally, places }: Pick<Counting, 'tally' | 'places'>,
  naming: Naming,
): Steps<Profile> {
  const counts = addUp(routes.map((route) => tally.of(route)))
  places.learn(counts.keys())
  yield
  const frames = [...profile.frames]
  const idOf = new Map(frames.map((frame, i) => [frameKey(frame), i]))
  const packages = new Set(frames.map((frame) => frame.package))
  const calls = new Map<number, { count: number; resumes: boolean }>()
  let done = 0
  for (const [one, count] of counts) {
    if (++done % FUNCTIONS_PER_STEP === 0) yield
    const place = places.of(one)
    // Not looked up in source maps: the function cannot be in the profile.
    if (place === undefined || !isIn(packages, one.url, profile.root)) continue
    const frame = naming.frame(place.frame)
    const key = frameKey(frame)
    let id = idOf.get(key)
    if (id === undefined) {
      if (frame.kind !== 'app') continue
      id = frames.push(frame) - 1
      idOf.set(key, id)
    }
    const before = calls.get(id)
    calls.set(id, {
      count: count + (before?.count ?? 0),
      resumes: place.resumes || before?.resumes === true,
    })
  }
  const known = [...calls.values()]
  return {
    ...profile,
    frames,
    calls: {
      ...visitsOf(routes),
      frame: [...calls.keys()],
      count: known.map(({ count }) => count),
      resumes: known.map(({ resumes }) => resumes),
    },
  }
}

/** This many take a millisecond or so if no source map has to be read. */
const FUNCTIONS_PER_STEP = 32

function addUp(parts: readonly ReadonlyMap<Counted, number>[]): ReadonlyMap<Counted, number> {
  if (parts.length === 1) return parts[0]
  const all = new Map<Counted, number>()
  for (const part of parts) for (const [one, count] of part) all.set(one, count + (all.get(one) ?? 0))
  return all
}

function visitsOf(routes: readonly RouteCalls[]) {
  const all = { requests: 0, partly: 0, overlapped: 0, skipped: 0 }
  for (const { requests, partly, overlapped, skipped } of routes) {
    all.requests += requests
    all.partly += partly
    all.overlapped += overlapped
    all.skipped += skipped
  }
  return all
}

function isIn(packages: ReadonlySet<string | undefined>, url: string, root: string): boolean {
  const { kind, package: owner } = placeOf(url, root)
  return kind !== 'package' || packages.has(owner)
}
