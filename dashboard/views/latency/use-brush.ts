import type { RefObject } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { isBounded, type RequestBounds } from '../../../plugin/model/bounds.ts'
import type { Edge } from '../../model/bounds.ts'
import { boundsIn, dotAt, type Rect, rectOf, type Scatter } from '../../model/scatter.ts'

/** The dot under the pointer, or -1 for none, and the pointer's position in the window. */
export interface HoveredDot {
  readonly dot: number
  readonly x: number
  readonly y: number
}

export const NO_DOT: HoveredDot = { dot: -1, x: 0, y: 0 }

export interface Brush {
  readonly plot: Scatter
  readonly bounds: RequestBounds
  /** Called while the pointer draws; with undefined when the drag is cancelled. */
  readonly onDraw: (bounds: RequestBounds | undefined) => void
  readonly onTake: (bounds: RequestBounds) => void
  readonly onHover: (hovered: HoveredDot) => void
}

/** A pointer that moves less than this many pixels has clicked, not dragged. */
const DRAG_FROM = 4
const REACH = 12

interface Point {
  readonly x: number
  readonly y: number
}

interface Drag {
  readonly id: number
  readonly from: Point
  readonly clientX: number
  readonly clientY: number
  /** The edge that is moved; undefined if a new selection is drawn. */
  readonly edge: Edge | undefined
  moved: boolean
}

/** The pointer on the plot: it draws the selection and moves its edges; a click beside the dots clears it. */
export function useBrush(brush: Brush) {
  const area = useRef<HTMLDivElement>(null)
  const latest = useRef(brush)
  latest.current = brush
  const handlers = useMemo(() => handlersOn(area, latest), [])
  return { area, handlers }
}

function handlersOn(area: RefObject<HTMLDivElement | null>, latest: { readonly current: Brush }) {
  let drag: Drag | undefined

  /** As shares of the plot, `y` from the bottom; cut to it. */
  const pointAt = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = area.current!.getBoundingClientRect()
    return { x: inside((clientX - left) / width), y: inside(1 - (clientY - top) / height) }
  }
  const drawn = (event: PointerEvent, { from, edge, clientX, clientY }: Drag): RequestBounds => {
    const { plot, bounds } = latest.current
    const to = pointAt(event)
    if (edge !== undefined) return boundsIn(plot, moved(rectOf(plot, bounds), edge, to))
    // Along an axis on which it did not move, it selects everything.
    const wide = Math.abs(event.clientX - clientX) >= DRAG_FROM
    const high = Math.abs(event.clientY - clientY) >= DRAG_FROM
    const rect = spanned(from, to)
    return boundsIn(plot, {
      ...rect,
      ...(!wide && { left: 0, right: 1 }),
      ...(!high && { bottom: 0, top: 1 }),
    })
  }
  const giveUp = () => {
    drag = undefined
    latest.current.onDraw(undefined)
  }
  const hover = (event: PointerEvent) => {
    const { plot, onHover } = latest.current
    const { width, height } = area.current!.getBoundingClientRect()
    const dot = dotAt(plot, pointAt(event), { width, height }, REACH)
    onHover(dot < 0 ? NO_DOT : { dot, x: event.clientX, y: event.clientY })
  }

  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || drag !== undefined) return
      const { pointerId: id, clientX, clientY, target } = event
      const edge = (target as HTMLElement).dataset.edge as Edge | undefined
      drag = { id, from: pointAt(event), clientX, clientY, edge, moved: false }
      // Captured, so that its end is reported wherever it is; but then a click would not reach the link.
      if (!isLink(event)) area.current!.setPointerCapture(id)
    },
    onPointerMove(event: PointerEvent) {
      if (drag === undefined) {
        if (event.pointerType !== 'touch') hover(event)
        return
      }
      if (event.pointerId !== drag.id) return
      if (event.buttons === 0) return giveUp()
      if (!drag.moved) {
        if (Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY) < DRAG_FROM) return
        drag.moved = true
        area.current!.setPointerCapture(drag.id)
        latest.current.onHover(NO_DOT)
      }
      latest.current.onDraw(drawn(event, drag))
    },
    onPointerUp(event: PointerEvent) {
      const ended = drag
      if (ended?.id !== event.pointerId) return
      drag = undefined
      const { bounds, onTake } = latest.current
      if (ended.moved) onTake(drawn(event, ended))
      else if (ended.edge === undefined && !isLink(event) && isBounded(bounds)) onTake({})
    },
    onPointerCancel: giveUp,
    onPointerLeave: () => latest.current.onHover(NO_DOT),
  }
}

function spanned(a: Point, b: Point): Rect {
  return {
    left: Math.min(a.x, b.x),
    right: Math.max(a.x, b.x),
    bottom: Math.min(a.y, b.y),
    top: Math.max(a.y, b.y),
  }
}

/** A part of the plot with one edge moved to a point, but not past the opposite edge. */
function moved(rect: Rect, edge: Edge, { x, y }: Point): Rect {
  switch (edge) {
    case 'minMs':
      return { ...rect, bottom: Math.min(y, rect.top) }
    case 'maxMs':
      return { ...rect, top: Math.max(y, rect.bottom) }
    case 'from':
      return { ...rect, left: Math.min(x, rect.right) }
    case 'to':
      return { ...rect, right: Math.max(x, rect.left) }
  }
}

function isLink({ target }: PointerEvent): boolean {
  return target instanceof HTMLAnchorElement
}

function inside(share: number): number {
  return Math.min(Math.max(share, 0), 1)
}
