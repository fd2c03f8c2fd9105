import type { CallTree, Profile } from '../../plugin/model/profile.ts'
import { totalSamples, totals } from '../../plugin/model/tree.ts'
import { type Boxes, layout } from './boxes.ts'
import { invert } from './invert.ts'

/** A call tree, laid out, with the numbers that belong to its boxes; columns by node. */
export interface Picture {
  readonly tree: CallTree
  readonly boxes: Boxes
  /** Time of the node and what is below it, microseconds. */
  readonly totalUs: readonly number[]
  readonly totalSamples: readonly number[]
  /** Bottom-up: a box is the self time of the function in row 1, by the callers below it. */
  readonly inverted: boolean
}

export function picture(profile: Profile, inverted: boolean): Picture {
  const tree = inverted ? invert(profile.tree, profile.frames.length) : profile.tree
  const totalUs = totals(tree)
  return { tree, boxes: layout(tree, totalUs), totalUs, totalSamples: totalSamples(tree), inverted }
}
