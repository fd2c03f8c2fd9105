import type { Across, CallTree, Frame } from '../model/profile.ts'
import { isRecursive } from '../model/tree.ts'
import { type RequestRecord, stackOf } from '../requests/record.ts'
import { distinctStacks, eachSample } from './costs.ts'

/** The time of each stack in each part of the requests. */
export interface PartCosts {
  /** Requests in each part, in order of start. */
  readonly requests: readonly number[]
  /** Nodes of `Stacks`. */
  readonly stacks: readonly number[]
  /** Microseconds, the stacks of the first part first. */
  readonly us: Float64Array
}

/** As many points as a line of a table has room for. */
const MOST_PARTS = 24
/** A function of less than this share of all would be a line of accidents. */
const LEAST_SHARE = 0.002

/** What the samples of the records say, by the order in which the requests began. */
export function costsAcross(records: readonly RequestRecord[]): PartCosts {
  const { stacks, indexOf } = distinctStacks(records)
  const ordered = [...records].sort((a, b) => a.startUs - b.startUs)
  const parts = Math.min(ordered.length, MOST_PARTS)
  const partOf = new Map(ordered.map((record, i) => [record, Math.floor((i * parts) / ordered.length)]))
  const requests: number[] = new Array(parts).fill(0)
  for (const part of partOf.values()) requests[part]++
  const us = new Float64Array(parts * stacks.length)
  let from = 0
  eachSample(records, (record, list, i, sampleUs) => {
    if (i === 0) from = partOf.get(record)! * stacks.length
    us[from + indexOf[stackOf(list, i)]] += sampleUs
  })
  return { requests, stacks, us }
}

/** The same by function; `endOf` says where in the tree a stack ends, and `ownUs` what all times add up to. */
export function acrossRequests(
  { requests, stacks, us }: PartCosts,
  endOf: ReadonlyMap<number, number>,
  tree: CallTree,
  frames: readonly Frame[],
  ownUs: number,
): Across | undefined {
  if (requests.length < 2) return undefined
  const recursive = isRecursive(tree)
  const sum = us.reduce((a, b) => a + b, 0)
  const nodes = stacks.map((stack) => endOf.get(stack)!)
  const byPart = requests.map((count, part) => {
    const total = new Float64Array(tree.parent.length)
    const scale = sum > 0 ? ownUs / sum / count : 0
    for (let i = 0; i < stacks.length; i++) total[nodes[i]] += us[part * stacks.length + i] * scale
    const byFrame = new Float64Array(frames.length)
    for (let node = total.length - 1; node > 0; node--) {
      total[tree.parent[node]] += total[node]
      if (!recursive[node]) byFrame[tree.frame[node]] += total[node]
    }
    return byFrame
  })
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
