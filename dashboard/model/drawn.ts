import type { CallTree, Column } from '../../plugin/model/profile.ts'
import { type Boxes, layout, rowOf } from './boxes.ts'
import { widest } from './visible.ts'
import { childrenOf } from './walk.ts'

/** A tree as boxes to draw as elements. Their number is limited, so only the widest are drawn. */
export interface Drawn {
  readonly boxes: Boxes
  /** The boxes to draw, row by row, left to right; the root first. */
  readonly shown: readonly number[]
  /** Number of rows that are drawn. */
  readonly rows: number
}

/** Boxes narrower than this share of the whole are left out. */
const LEAST_SHARE = 0.004
const MOST_BOXES = 300

export function drawn(tree: CallTree<Column>): Drawn {
  const boxes = layout(tree)
  const span = boxes.end[0]
  const shown = span > 0 ? widest(boxes, { from: 0, to: span }, MOST_BOXES, span * LEAST_SHARE) : [0]
  return { boxes, shown, rows: rowOf(boxes, shown.at(-1)!) + 1 }
}

/** Where a box stands: its edges as shares of the whole, and its row. */
export function placeOf({ boxes }: Drawn, box: number): { left: number; width: number; row: number } {
  const span = boxes.end[0]
  if (span <= 0) return { left: 0, width: 1, row: 0 }
  return {
    left: boxes.start[box] / span,
    width: (boxes.end[box] - boxes.start[box]) / span,
    row: rowOf(boxes, box),
  }
}

/** The drawn box one step away: towards the root, to the most expensive child, or to a neighbour in the row. */
export function stepDrawn(
  { boxes, shown }: Drawn,
  box: number,
  to: 'in' | 'out' | 'previous' | 'next',
): number {
  if (to === 'in') return Math.max(boxes.parent[box], 0)
  const { first, last } = childrenOf(boxes, box)
  const wanted =
    to === 'out' ? (first < last ? first : box) : shown[shown.indexOf(box) + (to === 'next' ? 1 : -1)]
  if (wanted === undefined || !shown.includes(wanted)) return box
  return to === 'out' || rowOf(boxes, wanted) === rowOf(boxes, box) ? wanted : box
}
