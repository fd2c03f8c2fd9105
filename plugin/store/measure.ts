import type { Latency, Measured, Variances } from '../model/diff.ts'
import type { Profile } from '../model/profile.ts'
import { quantilesOf } from '../model/rank.ts'
import type { Steps } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import { recursiveSteps } from '../model/tree.ts'
import type { RequestRecord } from '../requests/record.ts'
import { type SampleList, stackOf } from '../requests/sample-list.ts'
import type { Naming } from '../symbols/naming.ts'
import { eachSample, totalSampledUs } from './costs.ts'
import { type MergeOptions, mergeTaken } from './merge.ts'
import type { Stacks } from './stacks.ts'
import { type Taken, take } from './taken.ts'

/** Makes the profile of records and measures how much they differ; in steps, like `mergeSteps`. */
export function* measureSteps(
  records: readonly RequestRecord[],
  stacks: Stacks,
  naming: Naming,
  options: Omit<MergeOptions, 'phasesOf' | 'placed'>,
): Steps<Measured> {
  // The store may drop the records between two steps.
  const latency = latencyOf(records)
  const taken = take(records, stacks)
  try {
    const nodes = new Map<number, number>()
    const placed = (stack: number, node: number) => nodes.set(stack, node)
    const profile = yield* mergeTaken(taken, stacks, naming, { ...options, placed })
    const ownMs = taken.requests.map(({ ownUs, afterUs }) => (ownUs + afterUs) / 1000)
    const own = variance(sum(ownMs), sum(ownMs.map((ms) => ms * ms)), records.length)
    const spread = { own, ...(yield* functionVariances(taken, nodes, profile)) }
    return { profile, latency, spread }
  } finally {
    taken.release()
  }
}

/** Few, because each sample walks up its whole stack. */
const SAMPLES_PER_STEP = 128

/** Variance of each function's time over the requests, with times scaled as in the profile. */
function* functionVariances(
  taken: Taken,
  nodes: ReadonlyMap<number, number>,
  { tree, frames, requests }: Profile,
): Steps<Omit<Variances, 'own'>> {
  const recursive = yield* recursiveSteps(tree)
  let allUs = 0
  const self = createSquares(frames.length)
  const total = createSquares(frames.length)
  const visit = (_: number, list: SampleList, i: number, us: number) => {
    if (i === 0) {
      self.endRequest()
      total.endRequest()
    }
    allUs += us
    const node = nodes.get(stackOf(list, i))!
    self.add(tree.frame[node], us)
    for (let at = node; at > 0; at = tree.parent[at]) if (!recursive[at]) total.add(tree.frame[at], us)
  }
  yield* eachSample(taken, visit, SAMPLES_PER_STEP)
  const scale = allUs > 0 ? totalSampledUs(taken) / allUs / 1000 : 0
  return { self: self.variances(requests, scale), total: total.variances(requests, scale) }
}

/** Sums up times and their squares by function; a request in which a function did not run counts as 0. */
function createSquares(frames: number) {
  const now = new Float64Array(frames)
  const sums = new Float64Array(frames)
  const squares = new Float64Array(frames)
  const met: number[] = []
  function endRequest(): void {
    for (const frame of met) {
      sums[frame] += now[frame]
      squares[frame] += now[frame] ** 2
      now[frame] = 0
    }
    met.length = 0
  }
  return {
    add(frame: number, us: number): void {
      if (now[frame] === 0) met.push(frame)
      now[frame] += us
    },
    endRequest,
    /** Variances by function of the times multiplied by `scale`. */
    variances(requests: number, scale: number): number[] {
      endRequest()
      return Array.from(sums, (all, frame) => variance(all, squares[frame], requests) * scale ** 2)
    },
  }
}

/** Variance of `count` values, from their sum and the sum of their squares. */
function variance(all: number, squares: number, count: number): number {
  return count < 2 ? 0 : Math.max(0, (squares - (all * all) / count) / (count - 1))
}

function latencyOf(records: readonly RequestRecord[]): Latency {
  const wallMs = records.map(({ startUs, endUs }) => (endUs - startUs) / 1000)
  const rank = quantilesOf(wallMs)
  return {
    p50Ms: rank(0.5),
    p95Ms: rank(0.95),
    p99Ms: rank(0.99),
    maxMs: rank(1),
    meanMs: wallMs.length === 0 ? 0 : sum(wallMs) / wallMs.length,
  }
}
