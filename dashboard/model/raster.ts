import { firstAbove } from '../../plugin/model/bisect.ts'
import type { Boxes } from './boxes.ts'
import type { Palette } from './colours.ts'
import { MATCH } from './colours.ts'
import type { Range } from './range.ts'
import type { Matches } from './search.ts'
import { nextEndingAfter } from './visible.ts'

export interface Scene {
  readonly boxes: Boxes
  /** Class of each frame in the palette. */
  readonly classes: Uint8Array
  readonly matches: Matches | undefined
  readonly range: Range
  /** Row of the zoomed box; the rows above lead to it and are drawn faint. */
  readonly focusRow: number
}

/** Boxes narrower than this many pixels have no gap to their right neighbour. */
const GAP_FROM = 4

/**
 * Paints one line of pixels per row, from `firstRow` on, into `pixels` (`width` for each row).
 *
 * Edges are rounded to pixels. Boxes narrower than a pixel are merged: the pixel gets the colour of the first box in it,
 * or of a match. Each pixel is written once and boxes inside a pixel are skipped, so the cost is rows times pixels,
 * however many boxes there are.
 */
export function raster(
  scene: Scene,
  colours: Palette,
  pixels: Uint32Array,
  width: number,
  firstRow: number,
  gap: number,
): void {
  pixels.fill(colours.background)
  const rows = Math.min(Math.floor(pixels.length / width), scene.boxes.rows.length - 1 - firstRow)
  for (let line = 0; line < rows; line++) {
    rasterRow(scene, colours, pixels.subarray(line * width, (line + 1) * width), firstRow + line, gap)
  }
}

function rasterRow(scene: Scene, colours: Palette, line: Uint32Array, row: number, gap: number): void {
  const { boxes, range, classes, matches } = scene
  const { start, end, frame } = boxes
  const last = boxes.rows[row + 1]
  const scale = line.length / (range.to - range.from)
  const wideColours = row < scene.focusRow ? colours.faint : colours.solid
  let box = firstAbove(end, range.from, boxes.rows[row], last)
  while (box < last && start[box] < range.to) {
    const left = Math.round((start[box] - range.from) * scale)
    const right = Math.round((end[box] - range.from) * scale)
    if (right - left > 1) {
      const matched = matches === undefined ? -1 : matches.frame[frame[box]]
      const colour =
        matched === 1
          ? colours.solid[MATCH]
          : (matched === 0 ? colours.faint : wideColours)[classes[frame[box]]]
      const inner = right - left >= GAP_FROM ? right - gap : right
      line.fill(colour, Math.max(left, 0), Math.max(inner, 0))
      box++
    } else {
      const next = nextEndingAfter(end, range.from + (left + 1) / scale, box + 1, last)
      if (left >= 0 && left < line.length) {
        const matched = matches !== undefined && matches.before[next] > matches.before[box]
        line[left] = matched ? colours.solid[MATCH] : colours.faint[classes[frame[box]]]
      }
      box = next
    }
  }
}
