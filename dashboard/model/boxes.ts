import type { CallTree } from '../../plugin/model/profile.ts'
import { totals } from '../../plugin/model/tree.ts'

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

/** Lays a call tree out, the most expensive child first, so that the hot path is the left edge. */
export function layout(tree: CallTree, total: readonly number[] = totals(tree)): Boxes {
  const { first, children } = childrenByCost(tree, total)
  const size = tree.parent.length
  const start = new Float64Array(size)
  const end = new Float64Array(size)
  const parent = new Int32Array(size)
  const node = new Int32Array(size)
  const frame = new Int32Array(size)
  const rows = [0]
  parent[0] = -1
  end[0] = total[0]
  frame[0] = tree.frame[0]
  let count = 1
  for (let box = 0; box < count; ) {
    const rowEnd = count
    for (; box < rowEnd; box++) {
      let x = start[box]
      for (let i = first[node[box]]; i < first[node[box] + 1]; i++) {
        const child = children[i]
        if (total[child] <= 0) break
        node[count] = child
        frame[count] = tree.frame[child]
        parent[count] = box
        start[count] = x
        x = Math.min(x + total[child], end[box])
        end[count++] = x
      }
    }
    rows.push(rowEnd)
  }
  const cut = <T extends Int32Array | Float64Array>(column: T) => column.subarray(0, count) as T
  return {
    rows: Int32Array.from(rows),
    start: cut(start),
    end: cut(end),
    parent: cut(parent),
    node: cut(node),
    frame: cut(frame),
  }
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
