import type { CallTree, Column } from '../../plugin/model/profile.ts'
import { totalSamples, totals } from '../../plugin/model/tree.ts'

/** A function next to another one on the stacks, and the time they have in common. */
export interface Neighbour {
  /** Index into `Profile.frames`; -1 for the function's own part: no caller, or none called. */
  readonly frame: number
  readonly us: number
  readonly samples: number
}

/** The functions next to the root of a butterfly's tree, most expensive first; they add up to its total. */
export function neighbours(tree: CallTree<Column>): Neighbour[] {
  const total = totals(tree)
  const samples = totalSamples(tree)
  const found: Neighbour[] = []
  for (let node = 0; node < tree.parent.length; node++) {
    if (tree.parent[node] === 0)
      found.push({ frame: tree.frame[node], us: total[node], samples: samples[node] })
  }
  const own = { frame: -1, us: tree.selfUs[0], samples: tree.samples[0] }
  if (own.us > 0 || own.samples > 0) found.push(own)
  return found.sort((a, b) => b.us - a.us || a.frame - b.frame)
}
