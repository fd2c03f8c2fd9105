import { type Change, changeSteps, type Estimate, soleChange } from './change.ts'
import { findChildren } from './children.ts'
import type { CallTree, Frame, Profile } from './profile.ts'
import { pairSteps } from './same-function.ts'
import type { Steps } from './steps.ts'
import { isRecursive, totalSamples, totals } from './tree.ts'

/** Wall times of some requests, milliseconds. */
export interface Latency {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly meanMs: number
}

/** What a comparison needs: a profile, and how much its requests differ from each other. */
export interface Measured {
  readonly profile: Profile
  readonly latency: Latency
  readonly spread: Variances
}

/** Variances over the requests of the CPU time per request, square milliseconds; 0 for a single request. */
export interface Variances {
  readonly own: number
  /** By index into `Profile.frames`. */
  readonly self: readonly number[]
  readonly total: readonly number[]
}

/** The baseline that a side of a comparison comes from. */
export interface BaselineOrigin {
  readonly name: string
  /** ISO 8601. */
  readonly savedAt: string
  /** `process.version` where it was recorded. */
  readonly node: string
  /** Git commit that was checked out when it was saved; `''` when it is not known. */
  readonly commit: string
}

/** One side of a comparison. */
export interface DiffSide {
  /** What was selected, for people. */
  readonly title: string
  /** Set when all requests are of one route. */
  readonly route?: string
  readonly requests: number
  readonly samples: number
  /** Wall times of these requests. */
  readonly latency: Latency
  /** Start of the first request and end of the last, ISO 8601; `''` when there are no requests. */
  readonly startedAt: string
  readonly endedAt: string
  /** `null` for what is recorded now. */
  readonly baseline: BaselineOrigin | null
}

/** What a function took per request on both sides; 0 on a side where it was in no sample. */
export interface FunctionChange {
  /** Index into `ProfileDiff.frames`. */
  readonly frame: number
  readonly self: Change
  /** Time in it and in what it called; recursive calls are counted once. */
  readonly total: Change
  /** Samples that ended in it. */
  readonly baseSamples: number
  readonly headSamples: number
}

/** The call trees of both sides in one, in columns like those of `CallTree`; times are self times per request. */
export interface DiffTree extends Pick<CallTree, 'parent' | 'frame'> {
  readonly baseMs: readonly number[]
  readonly headMs: readonly number[]
}

/**
 * What changed between two selections, in milliseconds per request, so that 100 requests can be compared with 5,000.
 *
 * Up to rounding, the differences of all functions' self times, and those of all nodes, add up to `own.differenceMs`.
 * The diff of a selection with itself is zero, and swapping the sides changes the sign of all differences.
 */
export interface ProfileDiff {
  readonly version: 1
  readonly base: DiffSide
  readonly head: DiffSide
  /** CPU per request, measured by the clock. */
  readonly own: Change
  /** Frames of head, with its line numbers, then those that only base has. */
  readonly frames: readonly Frame[]
  /** Largest change of self time first. */
  readonly functions: readonly FunctionChange[]
  readonly tree: DiffTree
}

/** One side of a comparison, ready to be compared. */
export interface Comparable extends Measured {
  readonly baseline?: BaselineOrigin
}

/** Compares two sides in steps; on large profiles each takes a few milliseconds. */
export function* diffSteps(base: Comparable, head: Comparable): Steps<ProfileDiff> {
  const sameCode = base.baseline === undefined && head.baseline === undefined
  const pair = yield* pairSteps(base.profile.frames, head.profile.frames, sameCode)
  yield
  const frames = [...head.profile.frames]
  const headFrame = [...frames.keys()]
  const baseFrame: number[] = new Array(base.profile.frames.length).fill(-1)
  pair.forEach((there, here) => {
    if (there >= 0) baseFrame[there] = here
  })
  baseFrame.forEach((here, there) => {
    if (here < 0) baseFrame[there] = frames.push(base.profile.frames[there]) - 1
  })
  const tree = joinTrees(base.profile, baseFrame, head.profile, headFrame)
  yield
  const before = functionEstimates(base, baseFrame, frames.length)
  yield
  const after = functionEstimates(head, headFrame, frames.length)
  yield
  const met = [...frames.keys()].filter((frame) => before.met[frame] || after.met[frame])
  const selves = yield* changeSteps(met.map((frame) => [before.self(frame), after.self(frame)]))
  yield
  const sums = yield* changeSteps(met.map((frame) => [before.total(frame), after.total(frame)]))
  const functions = met.map((frame, i) => ({
    frame,
    self: selves[i],
    total: sums[i],
    baseSamples: before.self(frame).samples,
    headSamples: after.self(frame).samples,
  }))
  const size = ({ self }: FunctionChange) => Math.abs(self.differenceMs)
  functions.sort((a, b) => size(b) - size(a) || a.frame - b.frame)
  const own = soleChange(ownOf(base), ownOf(head))
  return { version: 1, base: sideOf(base), head: sideOf(head), own, frames, functions, tree }
}

function ownOf({ profile, spread }: Measured): Estimate {
  const { requests } = profile
  return {
    requests,
    meanMs: perRequestMs(profile) * profile.ownUs,
    variance: spread.own,
    samples: Number.POSITIVE_INFINITY,
  }
}

/** Factor that turns microseconds of all requests into milliseconds per request. */
function perRequestMs({ requests }: Profile): number {
  return requests > 0 ? 1 / requests / 1000 : 0
}

function sideOf({ profile, latency, baseline }: Comparable): DiffSide {
  const { title, route, requests, samples, startedAt, endedAt } = profile
  return {
    title,
    ...(route !== undefined && { route }),
    requests,
    samples,
    latency,
    startedAt,
    endedAt,
    baseline: baseline ?? null,
  }
}

/** Times of every frame that occurs, the root and phases included, so that nothing is missing from the sum. */
function functionEstimates({ profile, spread }: Measured, joint: readonly number[], frames: number) {
  const { tree, requests } = profile
  const scale = perRequestMs(profile)
  const sums = { us: totals(tree), samples: totalSamples(tree) }
  const recursive = isRecursive(tree)
  const columns = () => ({
    us: new Float64Array(frames),
    samples: new Float64Array(frames),
    variance: new Float64Array(frames),
  })
  const self = columns()
  const total = columns()
  const met = new Uint8Array(frames)
  for (let node = 0; node < tree.parent.length; node++) {
    const frame = joint[tree.frame[node]]
    self.us[frame] += tree.selfUs[node]
    self.samples[frame] += tree.samples[node]
    if (!recursive[node]) {
      total.us[frame] += sums.us[node]
      total.samples[frame] += sums.samples[node]
    }
    if (node > 0 || tree.selfUs[0] > 0) met[frame] = 1
  }
  joint.forEach((frame, i) => {
    self.variance[frame] = spread.self[i]
    total.variance[frame] = spread.total[i]
  })
  const read =
    ({ us, samples, variance }: ReturnType<typeof columns>) =>
    (frame: number): Estimate => ({
      requests,
      meanMs: us[frame] * scale,
      variance: variance[frame],
      samples: samples[frame],
    })
  return { met, self: read(self), total: read(total) }
}

/** Joins both trees into one. */
function joinTrees(
  base: Profile,
  baseFrame: readonly number[],
  head: Profile,
  headFrame: readonly number[],
): DiffTree {
  const tree = { parent: [-1], frame: [headFrame[head.tree.frame[0]]], baseMs: [0], headMs: [0] }
  const child = findChildren((parent, frame) => {
    tree.frame.push(frame)
    tree.baseMs.push(0)
    tree.headMs.push(0)
    return tree.parent.push(parent) - 1
  })

  function add({ tree: one }: Profile, joint: readonly number[], column: number[], scale: number): void {
    const became = [0]
    column[0] += one.selfUs[0] * scale
    for (let node = 1; node < one.parent.length; node++) {
      const at = child(became[one.parent[node]], joint[one.frame[node]])
      became.push(at)
      column[at] += one.selfUs[node] * scale
    }
  }
  add(head, headFrame, tree.headMs, perRequestMs(head))
  add(base, baseFrame, tree.baseMs, perRequestMs(base))
  return tree
}
