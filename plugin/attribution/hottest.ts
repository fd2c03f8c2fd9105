import { firstNotBelow } from '../model/bisect.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { addToSum } from '../model/sum.ts'
import type { Segment } from '../sampler/segment.ts'

/**
 * The stack that most samples between two times share, outermost first: from the root down while one callee has at
 * least half of all samples. Empty when there are no samples. Frames for which `left` is true are left out.
 */
export function hottestStack(
  segment: Segment,
  startUs: number,
  endUs: number,
  left: (frame: number) => boolean,
): RawFrame[] {
  const { parent, frame } = segment.nodes
  const { node, timeUs } = segment.samples
  const below = new Map<number, number>()
  let all = 0
  for (let i = firstNotBelow(timeUs, startUs); i < timeUs.length && timeUs[i] < endUs; i++) {
    if (segment.frames[frame[node[i]]].state !== undefined) continue
    all++
    for (let at = node[i]; at > 0; at = parent[at]) addToSum(below, at, 1)
  }
  const stack: RawFrame[] = []
  // Parents come before their children, so in this order a child follows the parent that was taken.
  let at = 0
  for (const id of [...below.keys()].sort((a, b) => a - b)) {
    if (parent[id] !== at || below.get(id)! * 2 < all) continue
    at = id
    if (!left(frame[id])) stack.push(segment.frames[frame[id]])
  }
  return stack
}
