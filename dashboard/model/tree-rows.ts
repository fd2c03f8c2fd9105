import type { Frame } from '../../plugin/model/profile.ts'
import { type Boxes, rowOf } from './boxes.ts'
import { readPath, writePath } from './path.ts'
import { childrenOf } from './walk.ts'

/** A path is opened automatically as long as each step has at least this share of the one before. */
const HOT_SHARE = 0.25

/** Boxes that are rows of the table: `root` and the children of open boxes, callers before callees. */
export function treeRows(boxes: Boxes, root: number, open: ReadonlySet<number>): number[] {
  const rows: number[] = []
  const waiting = [root]
  while (waiting.length > 0) {
    const box = waiting.pop()!
    rows.push(box)
    if (!open.has(box)) continue
    const { first, last } = childrenOf(boxes, box)
    for (let child = last - 1; child >= first; child--) waiting.push(child)
  }
  return rows
}

/** The boxes on the way from `root` to where most of the time goes. */
export function hotPath(boxes: Boxes, root: number): Set<number> {
  const path = new Set<number>()
  for (let box = root; ; ) {
    path.add(box)
    const { first, last } = childrenOf(boxes, box)
    if (first === last || width(boxes, first) < width(boxes, box) * HOT_SHARE) return path
    box = first
  }
}

/** Opens a box, and below it each box that is an only child. */
export function opened(boxes: Boxes, open: ReadonlySet<number>, box: number): Set<number> {
  const result = new Set(open)
  for (let at = box; ; ) {
    result.add(at)
    const { first, last } = childrenOf(boxes, at)
    if (last - first !== 1) return result
    at = first
  }
}

export function closed(open: ReadonlySet<number>, box: number): Set<number> {
  const result = new Set(open)
  result.delete(box)
  return result
}

/** Boxes and their functions. */
export interface TreeOf {
  readonly frames: readonly Frame[]
  readonly boxes: Boxes
}

/** The boxes that were open in another picture, found by their paths; without those that are missing in this one. */
export function reopened(open: ReadonlySet<number>, before: TreeOf, now: TreeOf): Set<number> {
  const result = new Set<number>()
  for (const box of open) {
    const path = writePath(before.frames, before.boxes, box)
    const found = readPath(now.frames, now.boxes, path)
    if (writePath(now.frames, now.boxes, found) === path) result.add(found)
  }
  return result
}

/** Steps from `root` down to a box. */
export function depthBelow(boxes: Boxes, root: number, box: number): number {
  return rowOf(boxes, box) - rowOf(boxes, root)
}

function width(boxes: Boxes, box: number): number {
  return boxes.end[box] - boxes.start[box]
}
