import type { Across, CallTree, Frame } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import { recursiveSteps } from '../model/tree.ts'
import { stackOf } from '../requests/sample-list.ts'
import { eachSample, totalOwnUs, totalSampledUs } from './costs.ts'
import type { Taken } from './taken.ts'

/** Time of each stack of {@link Taken} in each part of the requests. */
interface PartCosts {
  /** Requests in each part, in order of start. */
  readonly requests: readonly number[]
  /** Microseconds by part, then by stack. */
  readonly us: Float64Array
}

/** A table row has room for so many points. */
const MOST_PARTS = 24
/** With less than this share of all CPU, what a function shows from part to part is chance. */
const LEAST_SHARE = 0.002

/**
 * What functions took over the course of the requests, in order of start; undefined for fewer than two requests.
 * `endOf` gives the node of the tree in which a stack ends.
 */
export function* acrossRequests(
  taken: Taken,
  endOf: ReadonlyMap<number, number>,
  tree: CallTree,
  frames: readonly Frame[],
): Steps<Across | undefined> {
  if (taken.requests.length < 2) return undefined
  const { requests, us } = yield* costsAcross(taken)
  const { stacks } = taken
  const ownUs = totalOwnUs(taken)
  const sampledUs = totalSampledUs(taken)
  const recursive = yield* recursiveSteps(tree)
  const allUs = sum(us)
  const nodes = stacks.map((stack) => endOf.get(stack)!)
  const byPart: Float64Array[] = []
  for (const [part, count] of requests.entries()) {
    yield
    const total = new Float64Array(tree.parent.length)
    const scale = allUs > 0 ? sampledUs / allUs / count : 0
    for (let i = 0; i < stacks.length; i++) total[nodes[i]] += us[part * stacks.length + i] * scale
    const byFrame = new Float64Array(frames.length)
    for (let node = total.length - 1; node > 0; node--) {
      total[tree.parent[node]] += total[node]
      if (!recursive[node]) byFrame[tree.frame[node]] += total[node]
    }
    byPart.push(byFrame)
  }
  yield
  const costOf = (frame: number) => byPart.reduce((all, one, part) => all + one[frame] * requests[part], 0)
  const told = [...frames.keys()].filter(
    (frame) =>
      frames[frame].kind !== 'root' && frames[frame].kind !== 'phase' && costOf(frame) >= ownUs * LEAST_SHARE,
  )
  return {
    requests,
    frame: told,
    totalUs: told.map((frame) => byPart.map((one) => Math.round(one[frame]))),
  }
}

function* costsAcross(taken: Taken): Steps<PartCosts> {
  const { requests: all, stacks, indexOf } = taken
  const parts = Math.min(all.length, MOST_PARTS)
  const partOf = new Uint8Array(all.length)
  const requests: number[] = new Array(parts).fill(0)
  const order = [...all.keys()].sort((a, b) => all[a].startUs - all[b].startUs)
  for (const [i, request] of order.entries()) {
    partOf[request] = Math.floor((i * parts) / all.length)
    requests[partOf[request]]++
  }
  const us = new Float64Array(parts * stacks.length)
  yield* eachSample(taken, (request, list, i, sampleUs) => {
    us[partOf[request] * stacks.length + indexOf[stackOf(list, i)]] += sampleUs
  })
  return { requests, us }
}
