import { type Boxes, rowOf } from './boxes.ts'
import { firstEndingAfter } from './visible.ts'

export type Step = 'parent' | 'child' | 'previous' | 'next'

/** The box one step away, or the same box where there is none. The first child is the dearest. */
export function step(boxes: Boxes, box: number, to: Step): number {
  const row = rowOf(boxes, box)
  if (to === 'parent') return Math.max(boxes.parent[box], 0)
  if (to === 'child') return firstChild(boxes, box, row)
  if (to === 'previous') return Math.max(box - 1, boxes.rows[row])
  return Math.min(box + 1, boxes.rows[row + 1] - 1)
}

/** The boxes from the root down to a box. */
export function ancestry(boxes: Boxes, box: number): number[] {
  const path: number[] = []
  for (let at = box; at >= 0; at = boxes.parent[at]) path.push(at)
  return path.reverse()
}

function firstChild(boxes: Boxes, box: number, row: number): number {
  if (row + 2 >= boxes.rows.length) return box
  const last = boxes.rows[row + 2]
  const child = firstEndingAfter(boxes.end, boxes.start[box], boxes.rows[row + 1], last)
  return child < last && boxes.parent[child] === box ? child : box
}
