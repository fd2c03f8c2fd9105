import { firstAbove } from '../../plugin/model/bisect.ts'
import type { Boxes } from './boxes.ts'
import type { Range } from './range.ts'

/**
 * First box from `low` up to `high`, boxes of one row, that ends after `x`; `high` if there is none. Looks near `low`
 * first: the cost grows with the logarithm of the distance.
 */
export function nextEndingAfter(end: Float64Array, x: number, low: number, high: number): number {
  let step = 1
  let from = low
  let to = low
  while (to < high && end[to] <= x) {
    from = to + 1
    to += step
    step *= 2
  }
  return firstAbove(end, x, from, Math.min(to, high))
}

/**
 * Calls `visit` for each box of a row that is in the range and at least `least` microseconds wide, left to right.
 * Boxes that are too narrow are skipped, so the cost grows with the width of the screen, not with the boxes.
 */
export function eachWide(
  boxes: Boxes,
  row: number,
  range: Range,
  least: number,
  visit: (box: number) => void,
): void {
  const { start, end } = boxes
  const last = boxes.rows[row + 1]
  let box = firstAbove(end, range.from, boxes.rows[row], last)
  while (box < last && start[box] < range.to) {
    if (end[box] - start[box] >= least) visit(box++)
    else box = nextEndingAfter(end, start[box] + least, box + 1, last)
  }
}

/** The box at a place in a row, or -1. */
export function boxAt(boxes: Boxes, row: number, x: number): number {
  if (row < 0 || row >= boxes.rows.length - 1) return -1
  const last = boxes.rows[row + 1]
  const box = firstAbove(boxes.end, x, boxes.rows[row], last)
  return box < last && boxes.start[box] <= x ? box : -1
}

/**
 * The widest boxes of the range, at most `limit`, from top to bottom and left to right; none narrower than `least`
 * microseconds. Looks for wide ones first, so that the many narrow ones are only touched if they are needed.
 */
export function widest(boxes: Boxes, range: Range, limit: number, least: number): number[] {
  const found: number[] = []
  for (let narrowest = least * 64; found.length < limit && narrowest >= least; narrowest /= 4) {
    found.length = 0
    for (let row = 0; row < boxes.rows.length - 1; row++) {
      eachWide(boxes, row, range, narrowest, (box) => found.push(box))
    }
  }
  if (found.length <= limit) return found
  const width = (box: number) => boxes.end[box] - boxes.start[box]
  return found
    .sort((a, b) => width(b) - width(a) || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b)
}
