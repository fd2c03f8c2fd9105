import { firstAbove } from '../../plugin/model/bisect.ts'
import { type Boxes, rowOf } from './boxes.ts'

export type Step = 'parent' | 'child' | 'previous' | 'next'

/** The box one step away, or the same box if there is none. The first child is the most expensive. */
export function step(boxes: Boxes, box: number, to: Step): number {
  if (to === 'parent') return Math.max(boxes.parent[box], 0)
  if (to === 'child') {
    const { first, last } = childrenOf(boxes, box)
    return first < last ? first : box
  }
  const row = rowOf(boxes, box)
  if (to === 'previous') return Math.max(box - 1, boxes.rows[row])
  return Math.min(box + 1, boxes.rows[row + 1] - 1)
}

/** The boxes from the root down to a box. */
export function ancestry(boxes: Boxes, box: number): number[] {
  const path: number[] = []
  for (let at = box; at >= 0; at = boxes.parent[at]) path.push(at)
  return path.reverse()
}

/** The children of a box: `first` up to `last`, most expensive first. */
export function childrenOf(boxes: Boxes, box: number): { readonly first: number; readonly last: number } {
  const row = rowOf(boxes, box) + 1
  if (row >= boxes.rows.length - 1) return { first: 0, last: 0 }
  const rowEnd = boxes.rows[row + 1]
  const first = firstAbove(boxes.end, boxes.start[box], boxes.rows[row], rowEnd)
  let last = first
  while (last < rowEnd && boxes.parent[last] === box) last++
  return { first, last }
}
