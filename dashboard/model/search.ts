import type { Frame } from '../../plugin/model/profile.ts'
import type { Boxes } from './boxes.ts'
import { searchTextOf } from './names.ts'
import type { Picture } from './picture.ts'

export interface Matches {
  /** For each frame, 1 when it matches. */
  readonly frame: Uint8Array
  /** How many boxes before each one match: `before[j] > before[i]` if one of `i` up to `j` does. */
  readonly before: Int32Array
  /** Number of functions in the picture that match. */
  readonly functions: number
  /** Microseconds in matching functions and what they called, each stack counted once. */
  readonly totalUs: number
}

/** Finds functions whose name or place contains the text, ignoring case. `undefined` if the text is empty. */
export function search(frames: readonly Frame[], picture: Picture, text: string): Matches | undefined {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return undefined
  // A profile also names the functions that are folded into others: no box is theirs.
  const shown = new Uint8Array(frames.length)
  for (const one of picture.boxes.frame) shown[one] = 1
  const frame = new Uint8Array(frames.length)
  let functions = 0
  for (let i = 0; i < frames.length; i++) {
    if (shown[i] === 0 || frames[i].kind === 'root') continue
    if (!searchTextOf(frames[i]).toLowerCase().includes(wanted)) continue
    frame[i] = 1
    functions++
  }
  return { frame, before: countBefore(picture.boxes, frame), functions, totalUs: coveredUs(picture, frame) }
}

function countBefore(boxes: Boxes, frame: Uint8Array): Int32Array {
  const before = new Int32Array(boxes.frame.length + 1)
  for (let box = 0; box < boxes.frame.length; box++) before[box + 1] = before[box] + frame[boxes.frame[box]]
  return before
}

/** Total time of matching nodes; a match below another match is already part of it. */
function coveredUs({ tree, totalUs }: Picture, frame: Uint8Array): number {
  const covered = new Uint8Array(tree.parent.length)
  let sum = 0
  for (let node = 1; node < covered.length; node++) {
    const above = covered[tree.parent[node]]
    const here = frame[tree.frame[node]]
    covered[node] = above | here
    if (here === 1 && above === 0) sum += totalUs[node]
  }
  return sum
}
