import type { RefObject } from 'preact'
import { useCallback, useEffect } from 'preact/hooks'
import type { Range } from '../../model/range.ts'

/**
 * Makes the time line show the same part as the chart, also while that moves. The part is two properties of the element
 * around both, shares of the wall time, from which the style sheet places the boxes.
 */
export function useView(area: RefObject<HTMLElement | null>, wallUs: number) {
  useEffect(() => {
    const { style } = area.current!
    return () => {
      for (const name of ['--from', '--to', '--gutter']) style.removeProperty(name)
    }
  }, [area])

  return useCallback(
    ({ from, to }: Range) => {
      if (to <= from) return
      const { style } = area.current!
      style.setProperty('--from', String(from / wallUs))
      style.setProperty('--to', String(to / wallUs))
      // A scroll bar takes room from the chart: the lanes leave the same room free.
      const scroller = area.current!.querySelector<HTMLElement>('.flame-scroller')
      const gutter = scroller === null ? 0 : scroller.offsetWidth - scroller.clientWidth
      style.setProperty('--gutter', `${gutter}px`)
    },
    [area, wallUs],
  )
}
