import { firstAbove } from '../../plugin/model/bisect.ts'
import type { CallTree, Column } from '../../plugin/model/profile.ts'
import { totals } from '../../plugin/model/tree.ts'
import { rangeText } from './format.ts'

/**
 * A call tree as a picture: one box per node, row by row, left to right.
 *
 * Always: box 0 is the root; boxes of a row stand side by side in order of `start` and do not overlap; every other
 * box lies within its `parent`, one row above; children of a box are neighbours. Columns of one length, in
 * microseconds from the left edge. Nothing in it is an object per box, so a million of them are 32 MB.
 */
export interface Boxes {
  /** First box of each row, and the number of boxes at the end: row `r` is `rows[r]` up to `rows[r + 1]`. */
  readonly rows: Int32Array
  readonly start: Float64Array
  readonly end: Float64Array
  /** Box of the caller; -1 for the root. */
  readonly parent: Int32Array
  /** Node of the call tree. */
  readonly node: Int32Array
  /** Index into `Profile.frames`. */
  readonly frame: Int32Array
}

/**
 * Lays out a call tree, the most expensive child first, so that the hot path is the left edge. Nodes without time have
 * no box; the root always has one.
 *
 * The boxes of a row are the children of those in the row above, from left to right. So boxes are made in the order of
 * the columns, and the boxes made so far are also the queue of those whose children come next. Values read by node are
 * scattered in memory: a loop that does nothing else waits for many of them at once.
 */
export function layout(tree: CallTree<Column>, total: ArrayLike<number> = totals(tree)): Boxes {
  const { first, children } = childrenByCost(tree, total)
  const size = children.length + 1
  const parent = new Int32Array(size)
  const node = new Int32Array(size)
  const rows = [0]
  parent[0] = -1
  for (let box = 0, next = 1, rowEnd = 1; box < size; box++) {
    if (box === rowEnd) {
      rows.push(box)
      rowEnd = next
    }
    const to = first[node[box] + 1]
    for (let i = first[node[box]]; i < to; i++, next++) {
      node[next] = children[i]
      parent[next] = box
    }
  }
  rows.push(size)
  const frame = new Int32Array(size)
  for (let box = 0; box < size; box++) frame[box] = tree.frame[node[box]]
  return { rows: Int32Array.from(rows), ...places(parent, node, total), parent, node, frame }
}

/** Where boxes begin and end: a first child begins with its parent, each next child where the one before ends. */
function places(
  parent: Int32Array,
  node: Int32Array,
  total: ArrayLike<number>,
): Pick<Boxes, 'start' | 'end'> {
  const start = new Float64Array(node.length)
  const end = new Float64Array(node.length)
  end[0] = total[0]
  for (let box = 1; box < node.length; box++) {
    const above = parent[box]
    start[box] = parent[box - 1] === above ? end[box - 1] : start[above]
    end[box] = Math.min(start[box] + total[node[box]], end[above])
  }
  return { start, end }
}

export function rowCount(boxes: Boxes): number {
  return boxes.rows.length - 1
}

/** Row of a box; 0 is the root's. */
export function rowOf(boxes: Boxes, box: number): number {
  return firstAbove(boxes.rows, box) - 1
}

/** The time span of a box, in a picture whose places are times. */
export function spanText({ start, end }: Boxes, box: number): string {
  return rangeText({ from: start[box], to: end[box] }, end[0])
}

/**
 * Children with time of all nodes in one list: node `i` has `children[first[i]]` up to `first[i + 1]`,
 * most expensive first.
 */
function childrenByCost(
  { parent }: CallTree<Column>,
  total: ArrayLike<number>,
): { first: Int32Array; children: Int32Array } {
  const size = parent.length
  const first = new Int32Array(size + 1)
  for (let i = 1; i < size; i++) if (total[i] > 0) first[parent[i]]++
  for (let i = 1; i <= size; i++) first[i] += first[i - 1]
  // `first` now holds where each list ends; filling from the end makes it where each begins.
  const children = new Int32Array(first[size])
  for (let i = size - 1; i > 0; i--) if (total[i] > 0) children[--first[parent[i]]] = i
  for (let i = 0; i < size; i++) sortByCost(children, first[i], first[i + 1], total)
  return { first, children }
}

/** Most lists have a few entries, where insertion beats a general sort. */
function sortByCost(list: Int32Array, from: number, to: number, total: ArrayLike<number>): void {
  if (to - from > 24) {
    list.subarray(from, to).sort((a, b) => total[b] - total[a] || a - b)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const node = list[i]
    const us = total[node]
    let j = i - 1
    while (j >= from && total[list[j]] < us) {
      list[j + 1] = list[j]
      j--
    }
    list[j + 1] = node
  }
}
