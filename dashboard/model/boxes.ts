import type { CallTree } from '../../plugin/model/profile.ts'
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
 * Lays a call tree out, the most expensive child first, so that the hot path is the left edge.
 *
 * One walk down each stack in turn: boxes of a row are met from left to right, so each goes to the end of its row,
 * and what is read stays near what was read before. That matters more than anything else with a million nodes.
 */
export function layout(tree: CallTree, total: readonly number[] = totals(tree)): Boxes {
  const rows = countRows(tree, total)
  const depth = rows.length - 1
  const size = rows[depth]
  const boxes = {
    rows,
    start: new Float64Array(size),
    end: new Float64Array(size),
    parent: new Int32Array(size),
    node: new Int32Array(size),
    frame: new Int32Array(size),
  }
  const { first, children } = childrenByCost(tree, total)
  /** Where the next box of each row goes, and where it begins. */
  const next = rows.slice()
  const x = new Float64Array(depth + 1)
  const limit = new Float64Array(depth + 1).fill(total[0])
  const stack = new Int32Array(size)
  const rowOfStack = new Int32Array(size)
  for (let top = 1; top > 0; ) {
    const node = stack[--top]
    const row = rowOfStack[top]
    const box = next[row]++
    const start = x[row]
    const end = Math.min(start + total[node], limit[row])
    boxes.node[box] = node
    boxes.frame[box] = tree.frame[node]
    boxes.parent[box] = row === 0 ? -1 : next[row - 1] - 1
    boxes.start[box] = start
    boxes.end[box] = end
    x[row] = end
    x[row + 1] = start
    limit[row + 1] = end
    for (let i = first[node + 1] - 1; i >= first[node]; i--) {
      if (total[children[i]] <= 0) continue
      stack[top] = children[i]
      rowOfStack[top++] = row + 1
    }
  }
  return boxes
}

/** `Boxes.rows` of a tree, where nodes without time have no box. The root always has one. */
function countRows(tree: CallTree, total: readonly number[]): Int32Array {
  const size = tree.parent.length
  const depth = new Int32Array(size)
  const counts = [1]
  for (let node = 1; node < size; node++) {
    if (total[node] <= 0) continue
    const row = depth[tree.parent[node]] + 1
    depth[node] = row
    if (row === counts.length) counts.push(0)
    counts[row]++
  }
  const rows = new Int32Array(counts.length + 1)
  for (let row = 0; row < counts.length; row++) rows[row + 1] = rows[row] + counts[row]
  return rows
}

export function rowCount(boxes: Boxes): number {
  return boxes.rows.length - 1
}

/** Row of a box; 0 is the root's. */
export function rowOf(boxes: Boxes, box: number): number {
  let low = 0
  let high = boxes.rows.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (boxes.rows[middle] <= box) low = middle
    else high = middle - 1
  }
  return low
}

/** When a box was, where places are times. */
export function spanText({ start, end }: Boxes, box: number): string {
  return rangeText({ from: start[box], to: end[box] }, end[0])
}

/** Children of all nodes in one list: node `i` has `children[first[i]]` up to `first[i + 1]`, dearest first. */
function childrenByCost(
  tree: CallTree,
  total: readonly number[],
): { first: Int32Array; children: Int32Array } {
  const size = tree.parent.length
  const first = new Int32Array(size + 1)
  for (let i = 1; i < size; i++) first[tree.parent[i] + 1]++
  for (let i = 0; i < size; i++) first[i + 1] += first[i]
  const next = first.slice()
  const children = new Int32Array(size)
  for (let i = 1; i < size; i++) children[next[tree.parent[i]]++] = i
  for (let i = 0; i < size; i++) sortByCost(children, first[i], first[i + 1], total)
  return { first, children }
}

/** Most lists have a few entries, where insertion beats a general sort. */
function sortByCost(list: Int32Array, from: number, to: number, total: readonly number[]): void {
  if (to - from > 24) {
    list.subarray(from, to).sort((a, b) => total[b] - total[a] || a - b)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const node = list[i]
    let j = i - 1
    while (j >= from && total[list[j]] < total[node]) {
      list[j + 1] = list[j]
      j--
    }
    list[j + 1] = node
  }
}
