import { useRef, useState } from 'preact/hooks'
import type { Frame } from '../../../plugin/model/profile.ts'
import type { Boxes } from '../../model/boxes.ts'
import { readPath, writePath } from '../../model/path.ts'

/** A box in its picture. */
interface Spot {
  readonly frames: readonly Frame[]
  readonly boxes: Boxes
  readonly inverted: boolean
  /** The zoomed box. */
  readonly focus: number
  readonly box: number
}

/**
 * The box that the keys are at, and how to move it. It is the zoomed one whenever that changes; in another picture it is
 * the same box, found again by its path, or the nearest above it that is still there.
 */
export function useCursor(now: Omit<Spot, 'box'>): [box: number, moveTo: (box: number) => void] {
  const [, drawAgain] = useState({})
  const last = useRef<Spot>(undefined)
  const box = last.current === undefined ? now.focus : follow(last.current, now)
  last.current = { ...now, box }
  const moveTo = (next: number) => {
    last.current = { ...now, box: next }
    drawAgain({})
  }
  return [box, moveTo]
}

function follow({ frames, boxes, inverted, focus, box }: Spot, now: Omit<Spot, 'box'>): number {
  if (boxes === now.boxes) return focus === now.focus ? box : now.focus
  if (box === focus || inverted !== now.inverted) return now.focus
  return readPath(now.frames, now.boxes, writePath(frames, boxes, box), { atUs: boxes.start[box] })
}
