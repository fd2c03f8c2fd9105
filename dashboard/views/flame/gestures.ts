import { isOnAxis } from '../on-axis.ts'
import type { Stage } from './stage.ts'

/** What the gestures of the pointer do. */
export interface Gestures {
  /** Zooms to the box. */
  onPick(box: number): void
  onReset(): void
  /** The pointer is over another box, or over none (-1). */
  onHover(box: number, clientX: number, clientY: number): void
}

/** A pointer that moves less than this many pixels has clicked, not dragged. */
const DRAG_FROM = 4
const ZOOM_PER_PIXEL = 0.004

/**
 * Pointer and wheel on the graph. The plain wheel scrolls, as everywhere; with Ctrl or Cmd (and by pinching) it zooms,
 * with Shift or sideways it pans. Returns a function that removes all listeners.
 */
export function addGestures(
  element: HTMLElement,
  wheelArea: HTMLElement,
  stage: Stage,
  gestures: Gestures,
): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  const down = new Map<number, PointerEvent>()
  let dragged = false

  const onWheel = (event: WheelEvent) => {
    if (!isOnAxis(event)) return
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (event.ctrlKey || event.metaKey) {
      stage.zoom(event.clientX, Math.exp(clampDelta(event.deltaY) * ZOOM_PER_PIXEL))
    } else if (event.shiftKey || sideways) {
      stage.pan((sideways ? event.deltaX : event.deltaY) / stage.width())
    } else return
    event.preventDefault()
    gestures.onHover(-1, 0, 0)
  }

  const onDown = (event: PointerEvent) => {
    // The scroll bar belongs to the browser.
    if (event.button !== 0 || event.offsetX >= element.clientWidth) return
    element.setPointerCapture(event.pointerId)
    down.set(event.pointerId, event)
    dragged = down.size > 1
  }

  const onPointerMove = (event: PointerEvent) => {
    // The end of a drag is not always reported.
    if (event.buttons === 0) down.delete(event.pointerId)
    const last = down.get(event.pointerId)
    if (last === undefined) {
      if (event.pointerType !== 'touch') hover(event)
      return
    }
    const moved = Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY)
    if (!dragged && moved < DRAG_FROM) return
    if (!dragged) {
      dragged = true
      gestures.onHover(-1, 0, 0)
    }
    if (down.size === 2) pinch(event, last)
    else drag(event, last)
    down.set(event.pointerId, event)
  }

  function drag(event: PointerEvent, last: PointerEvent) {
    stage.pan((last.clientX - event.clientX) / stage.width())
    if (event.pointerType !== 'touch') element.scrollTop += last.clientY - event.clientY
  }

  function pinch(event: PointerEvent, last: PointerEvent) {
    const other = [...down.values()].find(({ pointerId }) => pointerId !== event.pointerId)!
    const before = Math.abs(last.clientX - other.clientX)
    const after = Math.abs(event.clientX - other.clientX)
    if (before > 0 && after > 0) stage.zoom((event.clientX + other.clientX) / 2, before / after)
  }

  function hover(event: PointerEvent) {
    gestures.onHover(stage.boxUnder(event.clientX, event.clientY), event.clientX, event.clientY)
  }

  const onUp = (event: PointerEvent) => down.delete(event.pointerId)

  const onClick = (event: MouseEvent) => {
    // The second click of two selects nothing: the first one has moved another box under it.
    if (dragged || event.detail > 1) return
    const box = stage.boxUnder(event.clientX, event.clientY)
    if (box >= 0) gestures.onPick(box)
  }

  wheelArea.addEventListener('wheel', onWheel, { ...options, passive: false })
  element.addEventListener('pointerdown', onDown, options)
  element.addEventListener('pointermove', onPointerMove, options)
  element.addEventListener('pointerup', onUp, options)
  element.addEventListener('pointercancel', onUp, options)
  element.addEventListener('click', onClick, options)
  element.addEventListener('pointerleave', () => gestures.onHover(-1, 0, 0), options)
  element.addEventListener('dblclick', () => gestures.onReset(), options)
  return () => stop.abort()
}

/** A wheel's click is 100 or more, a trackpad's step a few pixels; neither may jump. */
function clampDelta(delta: number): number {
  return Math.min(Math.max(delta, -120), 120)
}
