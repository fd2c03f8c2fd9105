import type { Boxes } from '../../model/boxes.ts'
import type { Palette } from '../../model/colours.ts'
import { between, panBy, type Range, sameRange, zoomAt } from '../../model/range.ts'
import type { Matches } from '../../model/search.ts'
import { boxAt } from '../../model/visible.ts'
import { createPainter, rowHeight } from './painter.ts'

/** What to show; everything but where we look. */
export interface Subject {
  readonly boxes: Boxes
  readonly labels: readonly string[]
  readonly classes: Uint8Array
  readonly matches: Matches | undefined
  readonly colours: Palette
  /** Row of the zoomed box. */
  readonly focusRow: number
}

/** A box on the screen, in CSS pixels from the upper left corner of the whole picture. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Stage {
  show(subject: Subject): void
  /** Looks at a range, gliding there unless `at once`. */
  look(range: Range, how: 'glide' | 'at once'): void
  zoom(clientX: number, factor: number): void
  pan(share: number): void
  range(): Range
  /** Box under a point of the window, or -1. */
  boxUnder(clientX: number, clientY: number): number
  rowHeight(): number
  width(): number
  close(): void
}

const GLIDE_MS = 180
const SETTLE_MS = 120

/**
 * Keeps the canvas equal to what should be seen: draws at most once per frame of the screen, whatever changed.
 * `onSettle` is called when range, size or subject have changed and nothing moves any more.
 */
export function createStage(scroller: HTMLElement, canvas: HTMLCanvasElement, onSettle: () => void): Stage {
  const painter = createPainter(canvas)
  let subject: Subject | undefined
  let range: Range = { from: 0, to: 0 }
  let glide: { readonly from: Range; readonly to: Range; readonly since: number } | undefined
  let size = { width: scroller.clientWidth, height: scroller.clientHeight }
  let frame = 0
  let settling = 0

  const span = () => subject?.boxes.end[0] ?? 0
  const changed = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
    clearTimeout(settling)
    settling = window.setTimeout(onSettle, SETTLE_MS)
  }
  function draw(now: number) {
    frame = 0
    if (subject === undefined) return
    if (glide !== undefined) {
      const share = Math.min(Math.max((now - glide.since) / GLIDE_MS, 0), 1)
      range = between(glide.from, glide.to, 1 - (1 - share) ** 3)
      if (share >= 1) glide = undefined
      else changed()
    }
    const dpr = window.devicePixelRatio || 1
    const screen = { ...size, dpr, scrollTop: scroller.scrollTop }
    painter.draw({ ...subject, range }, subject.labels, subject.colours, screen)
  }
  function move(to: Range) {
    glide = undefined
    range = to
    changed()
  }

  const observer = new ResizeObserver(() => {
    size = { width: scroller.clientWidth, height: scroller.clientHeight }
    changed()
  })
  observer.observe(scroller)
  const onScroll = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  scroller.addEventListener('scroll', onScroll, { passive: true })

  return {
    show(next) {
      subject = next
      changed()
    },
    look(to, how) {
      const target = glide?.to ?? range
      if (sameRange(target, to, span())) return
      if (how === 'at once' || range.to <= range.from || reducedMotion()) move(to)
      else {
        glide = { from: range, to, since: performance.now() }
        changed()
      }
    },
    zoom(clientX, factor) {
      const { left, width } = scroller.getBoundingClientRect()
      move(zoomAt(range, span(), Math.min(Math.max((clientX - left) / width, 0), 1), factor))
    },
    pan: (share) => move(panBy(range, span(), share)),
    range: () => glide?.to ?? range,
    boxUnder(clientX, clientY) {
      if (subject === undefined) return -1
      const { left, top } = scroller.getBoundingClientRect()
      const row = Math.floor((clientY - top + scroller.scrollTop) / rowHeight(window.devicePixelRatio || 1))
      const x = range.from + ((clientX - left) / size.width) * (range.to - range.from)
      return boxAt(subject.boxes, row, x)
    },
    rowHeight: () => rowHeight(window.devicePixelRatio || 1),
    width: () => size.width,
    close() {
      cancelAnimationFrame(frame)
      clearTimeout(settling)
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
    },
  }
}

function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
