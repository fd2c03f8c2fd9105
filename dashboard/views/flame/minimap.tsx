import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { rowCount } from '../../model/boxes.ts'
import type { Range } from '../../model/range.ts'
import { raster } from '../../model/raster.ts'
import type { Subject } from './stage.ts'

export interface MinimapProps {
  readonly subject: Subject
  /** Width of the graph, CSS pixels. */
  readonly width: number
  /** The part of the picture that is visible now. */
  readonly seen: Range
  /** Is set to a function that must be called with each visible part, many times a second. */
  readonly onLook: RefObject<((range: Range) => void) | null>
  /** Moves the visible part by a time in microseconds. */
  readonly onMove: (us: number) => void
}

/** Pictures with fewer boxes than this need no minimap. */
export const LEAST_BOXES = 400
/** Deeper rows are left out. */
const MOST_ROWS = 24

/** The whole picture, small, with a frame around the visible part; dragging the frame pans. */
export function Minimap({ subject, width, seen, onLook, onMove }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const { boxes, classes, matches, colours } = subject
  const span = boxes.end[0]
  const rows = Math.min(rowCount(boxes), MOST_ROWS)

  useLayoutEffect(() => {
    const image = new ImageData(Math.max(1, Math.round(width * devicePixelRatio)), rows)
    const scene = { boxes, classes, matches, range: { from: 0, to: span }, focusRow: 0 }
    raster(scene, colours, new Uint32Array(image.data.buffer), image.width, 0, 0)
    canvas.current!.width = image.width
    canvas.current!.height = rows
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0)
  }, [boxes, classes, matches, colours, width, rows, span])

  useLayoutEffect(() => {
    const place = ({ from, to }: Range) => {
      frame.current!.style.left = `${(from / span) * 100}%`
      frame.current!.style.width = `${((to - from) / span) * 100}%`
    }
    place(seen)
    onLook.current = place
    return () => {
      onLook.current = null
    }
  }, [span, seen, onLook])

  const timeAt = (event: PointerEvent) => {
    const { left, width: all } = canvas.current!.getBoundingClientRect()
    return ((event.clientX - left) / all) * span
  }
  const last = useRef(0)
  return (
    <div
      class="minimap"
      aria-hidden="true"
      style={{ height: `${rows * 2}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        last.current = timeAt(event)
        // A click beside the frame moves it to the pointer.
        if (last.current < seen.from || last.current > seen.to)
          onMove(last.current - (seen.from + seen.to) / 2)
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const now = timeAt(event)
        onMove(now - last.current)
        last.current = now
      }}
    >
      <canvas ref={canvas} />
      <div class="minimap-frame" ref={frame} />
    </div>
  )
}
