import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { nameOf } from '../../../plugin/model/names.ts'
import type { Frame } from '../../../plugin/model/profile.ts'
import type { Butterfly } from '../../model/butterfly.ts'
import { colourClass } from '../../model/colours.ts'
import { type Drawn, drawn, placeOf, stepDrawn } from '../../model/drawn.ts'
import { durationText, percentText } from '../../model/format.ts'
import { isFunction } from '../../model/function-key.ts'

export interface ButterflyFlameProps {
  readonly frames: readonly Frame[]
  readonly butterfly: Butterfly
  /** Own CPU of the profile, microseconds. */
  readonly ownUs: number
  readonly onOpen: (frame: number) => void
}

const ROW = 20
/** Rows of callees that are in view at first. */
const BELOW = 6

/** The function in the middle, its callers above, its callees below; widths are proportional to time. */
export function ButterflyFlame(props: ButterflyFlameProps) {
  const { butterfly } = props
  const callers = useMemo(() => drawn(butterfly.callers), [butterfly])
  const callees = useMemo(() => drawn(butterfly.callees), [butterfly])
  const scroller = useRef<HTMLElement>(null)
  const height = (callers.rows + callees.rows - 1) * ROW
  useLayoutEffect(() => {
    const element = scroller.current!
    const wanted = (callers.rows + Math.min(BELOW, callees.rows - 1)) * ROW
    element.scrollTop = Math.max(0, wanted - element.clientHeight)
  }, [callers, callees])
  const shared = { ...props, onKeyDown: moveFocus(callers, callees) }
  return (
    <section class="butterfly" ref={scroller} aria-label="Callers above, callees below">
      <div class="butterfly-space" style={{ height: `${height}px` }}>
        <Half {...shared} of={callers} half="callers" top={(row) => callers.rows - 1 - row} />
        <Half {...shared} of={callees} half="callees" top={(row) => callers.rows - 1 + row} />
      </div>
    </section>
  )
}

interface HalfProps extends ButterflyFlameProps {
  readonly of: Drawn
  readonly half: 'callers' | 'callees'
  /** Row on the screen for a row of the half. */
  readonly top: (row: number) => number
  readonly onKeyDown: (event: KeyboardEvent) => void
}

function Half({ of, half, top, frames, ownUs, onOpen, onKeyDown }: HalfProps) {
  const { boxes, shown } = of
  return (
    <>
      {shown.map((box) => {
        // The function belongs to both halves.
        if (box === 0 && half === 'callers') return null
        const frame = boxes.frame[box]
        const { left, width, row } = placeOf(of, box)
        const us = boxes.end[box] - boxes.start[box]
        const name = nameOf(frames[frame])
        return (
          <button
            type="button"
            key={`${half} ${box}`}
            id={`${half}-${box}`}
            class="butterfly-box"
            tabIndex={box === 0 ? 0 : -1}
            aria-disabled={box === 0 || !isFunction(frames[frame])}
            title={`${name}: ${durationText(us / 1000)}, ${percentText(us / ownUs)} of all`}
            style={{
              left: `${left * 100}%`,
              width: `${width * 100}%`,
              top: `${top(row) * ROW}px`,
              background: `var(--c${colourClass(frames[frame])})`,
            }}
            onKeyDown={onKeyDown}
            onClick={() => box > 0 && isFunction(frames[frame]) && onOpen(frame)}
          >
            <span>{name}</span>
          </button>
        )
      })}
    </>
  )
}

/** Arrow keys go from box to box; up leads to callers, down to callees. */
function moveFocus(callers: Drawn, callees: Drawn) {
  return (event: KeyboardEvent) => {
    const [half, text] = (event.currentTarget as HTMLElement).id.split('-')
    const box = Number(text)
    const next = () => {
      const above = half === 'callers'
      const own = above ? callers : callees
      switch (event.key) {
        case 'ArrowUp':
          return above || box === 0 ? stepDrawn(callers, box, 'out') : stepDrawn(callees, box, 'in')
        case 'ArrowDown':
          return above ? stepDrawn(callers, box, 'in') : stepDrawn(callees, box, 'out')
        case 'ArrowLeft':
          return stepDrawn(own, box, 'previous')
        case 'ArrowRight':
          return stepDrawn(own, box, 'next')
        default:
          return undefined
      }
    }
    const to = next()
    if (to === undefined) return
    event.preventDefault()
    const stays = half === 'callers' || (box === 0 && event.key === 'ArrowUp') ? 'callers' : 'callees'
    const id = to === 0 ? 'callees-0' : `${stays}-${to}`
    document.getElementById(id)?.focus()
  }
}
