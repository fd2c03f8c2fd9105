import type { CallTree, Column, Profile } from '../../plugin/model/profile.ts'
import { totalSamples, totals } from '../../plugin/model/tree.ts'
import { type Boxes, layout } from './boxes.ts'
import { invert } from './invert.ts'

/** A call tree, laid out, with the numbers that belong to its boxes; columns by node. */
export interface Picture {
  readonly tree: CallTree<Column>
  readonly boxes: Boxes
  /** Time of the node and what is below it, microseconds. */
  readonly totalUs: ArrayLike<number>
  readonly totalSamples: ArrayLike<number>
  /** Whether it is bottom-up: a box is the self time of the function in row 1, split by the callers below it. */
  readonly inverted: boolean
  /** Whether boxes stand in order of time: their places are times since the request's start. */
  readonly inOrder: boolean
}

export function picture(profile: Profile<Column>, inverted: boolean) {
  const tree = inverted ? invert(profile.tree, profile.frames.length) : profile.tree
  const totalUs = totals(tree)
  const boxes = layout(tree, totalUs)
  return {
    tree,
    boxes,
    totalUs,
    totalSamples: totalSamples(tree),
    inverted,
    inOrder: false,
  } satisfies Picture
}
