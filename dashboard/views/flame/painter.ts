import { rowCount } from '../../model/boxes.ts'
import type { Palette } from '../../model/colours.ts'
import { type CharWidth, fit } from '../../model/fit.ts'
import { isFold } from '../../model/fold.ts'
import { raster, type Scene } from '../../model/raster.ts'
import { eachWide } from '../../model/visible.ts'
import { LEAST_MARKED, MARK_WIDTH } from './fold-mark.tsx'

/** Height of a row in CSS pixels before it is rounded to the pixels of the screen. */
const ROW_HEIGHT = 20
const FONT_SIZE = 11.5
const TEXT_PADDING = 5
/** Boxes narrower than this, in CSS pixels, have no text. */
const LEAST_LABEL = 26

/** What the canvas shows, in CSS pixels; `dpr` is the number of screen pixels in one of them. */
export interface Screen {
  readonly width: number
  readonly height: number
  readonly dpr: number
  readonly scrollTop: number
}

/** A scene with its names and colours. */
export interface Painted extends Scene {
  readonly labels: readonly string[]
  readonly folds: Uint8Array | undefined
  readonly colours: Palette
}

export interface Painter {
  draw(picture: Painted, screen: Screen): void
}

/** Height of a row in CSS pixels: a whole number of screen pixels. */
export function rowHeight(dpr: number): number {
  return Math.round(ROW_HEIGHT * dpr) / dpr
}

/**
 * Draws boxes on a canvas in three steps: one line of pixels per row is computed, stretched to the height of the rows
 * in one go, and names are written over it. No step's cost depends on how many boxes there are.
 */
export function createPainter(canvas: HTMLCanvasElement): Painter {
  const context = canvas.getContext('2d', { alpha: false })!
  const strip = document.createElement('canvas')
  const stripContext = strip.getContext('2d', { willReadFrequently: true })!
  const font = `${FONT_SIZE}px ${getComputedStyle(canvas).fontFamily}`
  const widthOf = measurer(font)
  let image = new ImageData(1, 1)

  function drawBoxes(scene: Scene, colours: Palette, lines: Lines, gap: number): void {
    if (image.width !== lines.width || image.height !== lines.count) {
      image = new ImageData(lines.width, lines.count)
      strip.width = lines.width
      strip.height = lines.count
    }
    const pixels = new Uint32Array(image.data.buffer)
    raster(scene, colours, pixels, lines.width, lines.first, gap)
    stripContext.putImageData(image, 0, 0)
    context.imageSmoothingEnabled = false
    context.drawImage(strip, 0, lines.top, lines.width, lines.height * lines.count)
    context.fillStyle = cssColour(colours.background)
    for (let line = 1; line <= lines.count; line++) {
      context.fillRect(0, lines.top + line * lines.height - gap, lines.width, gap)
    }
  }

  function drawLabels(picture: Painted, lines: Lines, dpr: number) {
    const { boxes, range, matches, labels, folds, colours, focusRow } = picture
    const scale = lines.width / dpr / (range.to - range.from)
    context.setTransform(dpr, 0, 0, dpr, 0, 0)
    context.font = font
    context.textBaseline = 'middle'
    for (let line = 0; line < lines.count; line++) {
      const row = lines.first + line
      const y = (lines.top + (line + 0.5) * lines.height) / dpr
      eachWide(boxes, row, range, LEAST_LABEL / scale, (box) => {
        const left = Math.max((boxes.start[box] - range.from) * scale, 0) + TEXT_PADDING
        const right = Math.min((boxes.end[box] - range.from) * scale, lines.width / dpr)
        const frame = boxes.frame[box]
        const isMarked = isFold(folds, boxes.node[box]) && right - left + TEXT_PADDING >= LEAST_MARKED
        const room = right - left - (isMarked ? MARK_WIDTH : 0) - TEXT_PADDING
        const text = fit(labels[frame], room, widthOf)
        if (text === '') return
        const faded = matches === undefined ? row < focusRow : matches.frame[frame] === 0
        context.fillStyle = faded ? colours.fadedText : colours.text
        context.fillText(text, left, y)
      })
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
  }

  return {
    draw(picture, screen) {
      const { colours } = picture
      const width = Math.max(1, Math.round(screen.width * screen.dpr))
      const height = Math.max(1, Math.round(screen.height * screen.dpr))
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width
        canvas.height = height
        canvas.style.width = `${screen.width}px`
        canvas.style.height = `${screen.height}px`
      }
      context.fillStyle = cssColour(colours.background)
      context.fillRect(0, 0, width, height)
      const lines = linesOnScreen(screen, width, height, rowCount(picture.boxes))
      if (lines.count <= 0 || picture.range.to <= picture.range.from) return
      drawBoxes(picture, colours, lines, Math.max(1, Math.round(screen.dpr)))
      drawLabels(picture, lines, screen.dpr)
    },
  }
}

/** The rows that are on the screen, in screen pixels. */
interface Lines {
  readonly first: number
  readonly count: number
  readonly width: number
  readonly height: number
  /** Upper edge of the first one; 0 or less. */
  readonly top: number
}

function linesOnScreen(screen: Screen, width: number, height: number, rows: number): Lines {
  const line = Math.round(rowHeight(screen.dpr) * screen.dpr)
  const scrolled = Math.round(screen.scrollTop * screen.dpr)
  const first = Math.max(0, Math.floor(scrolled / line))
  const count = Math.min(rows - first, Math.ceil((height + line) / line))
  return { first, count, width, height: line, top: first * line - scrolled }
}

/** Widths of single characters, measured once each; good enough to cut a name. */
function measurer(font: string): CharWidth {
  const context = document.createElement('canvas').getContext('2d')!
  context.font = font
  const widths = new Map<string, number>()
  return (char) => {
    let width = widths.get(char)
    if (width === undefined) {
      width = context.measureText(char).width
      widths.set(char, width)
    }
    return width
  }
}

function cssColour(pixel: number): string {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`
}
