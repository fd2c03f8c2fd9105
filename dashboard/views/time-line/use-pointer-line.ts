import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { isOnAxis } from '../on-axis.ts'

/** A line under the pointer through time line and chart, to show what happened at the same time. */
export function usePointerLine(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = area.current!
    const onMove = (event: PointerEvent) => {
      const lane = element.querySelector('.time-lane')?.getBoundingClientRect()
      const x = lane === undefined ? -1 : event.clientX - lane.left
      if (isOnAxis(event) && lane !== undefined && x >= 0 && x <= lane.width) {
        element.style.setProperty('--pointer', `${x}px`)
      } else onLeave()
    }
    const onLeave = () => element.style.removeProperty('--pointer')
    element.addEventListener('pointermove', onMove)
    element.addEventListener('pointerleave', onLeave)
    return () => {
      element.removeEventListener('pointermove', onMove)
      element.removeEventListener('pointerleave', onLeave)
      onLeave()
    }
  }, [area])
}
