import { type Boxes, rowCount, rowOf } from '../../model/boxes.ts'
import type { Palette } from '../../model/colours.ts'
import { including, panBy, type Range, sameRange, zoomAt } from '../../model/range.ts'
import type { Matches } from '../../model/search.ts'
import { boxAt } from '../../model/visible.ts'
import { scrollToShow } from '../../model/window.ts'
import { createCamera } from './camera.ts'
import { createPainter, rowHeight } from './painter.ts'

/** What to show: everything except the visible range. */
export interface Subject {
  readonly boxes: Boxes
  readonly labels: readonly string[]
  /** By node, what is folded into it; undefined if nothing is. */
  readonly folds: Uint8Array | undefined
  readonly classes: Uint8Array
  readonly matches: Matches | undefined
  readonly colours: Palette
  /** Row of the zoomed box. */
  readonly focusRow: number
}

export interface Stage {
  show(subject: Subject): void
  /** Shows a range, gliding there unless `at once`. */
  look(range: Range, how: 'glide' | 'at once'): void
  zoom(clientX: number, factor: number): void
  /** Zooms around the middle of a box. */
  zoomOn(box: number, factor: number): void
  /** Brings a box into view, with as little movement as it takes. */
  reveal(box: number): void
  /** Brings the row of a box into view. */
  scrollTo(box: number): void
  pan(share: number): void
  range(): Range
  /** Box under a point of the window, or -1. */
  boxUnder(clientX: number, clientY: number): number
  rowHeight(): number
  width(): number
  close(): void
}

/** The picture has settled when nothing has changed for this long. */
const SETTLE_MS = 120

export interface StageEvents {
  /** The range that is drawn, also while it moves. */
  onDraw(range: Range): void
  /** Range, size or subject have changed and nothing moves any more; `byHand` tells whether the user moved the range. */
  onSettle(byHand: boolean): void
}

/** Width of a page of paper, and how many rows are printed; a page has room for them. */
const PAPER_WIDTH = 680
export const PAPER_ROWS = 40
/** Fine enough to read. Chromium rounds what a canvas is shrunk by: with more, it prints it narrower than its place. */
const PAPER_DPR = 2

/** Keeps the canvas up to date: draws at most once per frame of the screen, whatever has changed. */
export function createStage(scroller: HTMLElement, canvas: HTMLCanvasElement, events: StageEvents): Stage {
  const painter = createPainter(canvas)
  const camera = createCamera()
  let subject: Subject | undefined
  let size = sizeOf(scroller)
  let frame = 0
  let settling = 0
  let byHand = false

  const redraw = () => {
    frame ||= requestAnimationFrame(draw)
  }
  const changed = () => {
    redraw()
    clearTimeout(settling)
    settling = window.setTimeout(() => {
      events.onSettle(byHand)
      byHand = false
    }, SETTLE_MS)
  }
  const draw = (now: number) => {
    frame = 0
    if (subject === undefined) return
    const range = camera.at(now)
    if (camera.moving()) changed()
    const screen = { ...size, dpr: devicePixelRatio, scrollTop: scroller.scrollTop }
    painter.draw({ ...subject, range }, screen)
    events.onDraw(range)
  }
  const span = () => subject?.boxes.end[0] ?? 0
  const move = (change: (range: Range) => Range) => {
    const before = camera.target()
    const after = change(before)
    if (after === before) return
    camera.jump(after)
    byHand = true
    changed()
  }
  const zoomAround = (x: (range: Range) => number, factor: number) =>
    move((range) => zoomAt(range, span(), Math.min(Math.max(x(range), 0), 1), factor))

  const observer = new ResizeObserver(() => {
    size = sizeOf(scroller)
    changed()
  })
  observer.observe(scroller)
  const closing = new AbortController()
  /** Notices another zoom of the browser or another screen. Once only, since the query depends on the current ratio. */
  const watchPixels = () => {
    const same = matchMedia(`(resolution: ${devicePixelRatio}dppx)`)
    same.addEventListener('change', onPixels, { once: true, signal: closing.signal })
  }
  const onPixels = () => {
    watchPixels()
    changed()
  }
  watchPixels()
  scroller.addEventListener('scroll', redraw, { passive: true })
  /** At once, since the browser looks right after this: the rows from the first on, in the colours of paper. */
  const onPrint = () => {
    if (subject === undefined) return
    const rows = Math.min(rowCount(subject.boxes), PAPER_ROWS)
    const paper = { width: PAPER_WIDTH, height: rows * rowHeight(PAPER_DPR), dpr: PAPER_DPR, scrollTop: 0 }
    painter.draw({ ...subject, range: camera.target() }, paper)
  }
  addEventListener('beforeprint', onPrint, closing)
  addEventListener('afterprint', redraw, closing)

  const stage: Stage = {
    show(next) {
      subject = next
      changed()
    },
    look(to, how) {
      const target = camera.target()
      if (sameRange(target, to, span())) return
      if (how === 'at once' || target.to <= target.from || reducedMotion()) camera.jump(to)
      else camera.glide(to, performance.now())
      changed()
    },
    zoom(clientX, factor) {
      const { left, width } = scroller.getBoundingClientRect()
      zoomAround(() => (clientX - left) / width, factor)
    },
    zoomOn(box, factor) {
      const { start, end } = subject!.boxes
      zoomAround(({ from, to }) => ((start[box] + end[box]) / 2 - from) / (to - from), factor)
    },
    pan: (share) => move((range) => panBy(range, span(), share)),
    reveal(box) {
      const { start, end } = subject!.boxes
      move((range) => including(range, span(), start[box], end[box]))
      stage.scrollTo(box)
    },
    scrollTo(box) {
      const { scrollTop, clientHeight } = scroller
      scroller.scrollTop = scrollToShow(
        rowOf(subject!.boxes, box),
        scrollTop,
        clientHeight,
        stage.rowHeight(),
      )
    },
    range: camera.target,
    boxUnder(clientX, clientY) {
      if (subject === undefined) return -1
      const { left, top } = scroller.getBoundingClientRect()
      const { from, to } = camera.at(performance.now())
      const row = Math.floor((clientY - top + scroller.scrollTop) / stage.rowHeight())
      return boxAt(subject.boxes, row, from + ((clientX - left) / size.width) * (to - from))
    },
    rowHeight: () => rowHeight(devicePixelRatio),
    width: () => size.width,
    close() {
      cancelAnimationFrame(frame)
      clearTimeout(settling)
      observer.disconnect()
      closing.abort()
      scroller.removeEventListener('scroll', redraw)
    },
  }
  return stage
}

function sizeOf({ clientWidth: width, clientHeight: height }: HTMLElement) {
  return { width, height }
}

function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
