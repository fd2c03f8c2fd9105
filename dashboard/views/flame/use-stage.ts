import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Boxes } from '../../model/boxes.ts'
import type { Range } from '../../model/range.ts'
import { addGestures } from './gestures.ts'
import { createStage, type Stage } from './stage.ts'
import type { Settled } from './visible-boxes.tsx'

/** The box under the pointer, or -1 for none, and the pointer's position in the window. */
export interface Hover {
  readonly box: number
  readonly x: number
  readonly y: number
}

export interface StageUse {
  /** Boxes of the picture; a box hovered in another picture is forgotten. */
  readonly boxes: Boxes
  readonly onPick: (box: number) => void
  readonly onReset: () => void
  /** Called when the user has changed the visible part. */
  readonly onRange: (range: Range) => void
  /** Called with the range that is drawn, also while it moves. */
  readonly onDraw?: (range: Range) => void
  /** Element that holds the graph and a time line, on which the wheel zooms and pans too. */
  readonly wheelArea?: RefObject<HTMLElement | null>
}

export interface UsedStage {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly canvas: RefObject<HTMLCanvasElement | null>
  /** Set from the first layout effect on. */
  readonly stage: RefObject<Stage | null>
  readonly hover: Hover
  /** Undefined before the first drawing. */
  readonly settled: Settled | undefined
}

const NOWHERE: Hover = { box: -1, x: 0, y: 0 }

/** A stage with the gestures on it, as long as the component lives. */
export function useStage(use: StageUse): UsedStage {
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const stage = useRef<Stage>(null)
  const [{ hover, boxes }, setHovered] = useState({ hover: NOWHERE, boxes: use.boxes })
  const [settled, setSettled] = useState<Settled>()
  const latest = useRef(use)
  latest.current = use
  const setHover = (next: Hover) => setHovered({ hover: next, boxes: latest.current.boxes })

  useLayoutEffect(() => {
    const onSettle = (byHand: boolean) => {
      const now = { range: created.range(), width: created.width(), rowHeight: created.rowHeight() }
      setSettled((last) => (last !== undefined && same(last, now) ? last : now))
      if (byHand) latest.current.onRange(now.range)
    }
    const onDraw = (range: Range) => latest.current.onDraw?.(range)
    const created = createStage(scroller.current!, canvas.current!, { onDraw, onSettle })
    stage.current = created
    const wheelArea = latest.current.wheelArea?.current ?? scroller.current!
    const removeGestures = addGestures(scroller.current!, wheelArea, created, {
      onPick(box) {
        setHover(NOWHERE)
        latest.current.onPick(box)
      },
      onReset: () => latest.current.onReset(),
      onHover: (box, x, y) => setHover(box < 0 ? NOWHERE : { box, x, y }),
    })
    return () => {
      removeGestures()
      created.close()
    }
  }, [])

  return { scroller, canvas, stage, hover: boxes === use.boxes ? hover : NOWHERE, settled }
}

function same(a: Settled, b: Settled): boolean {
  if (a.width !== b.width || a.rowHeight !== b.rowHeight) return false
  return a.range.from === b.range.from && a.range.to === b.range.to
}
