import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface View {
  readonly top: number
  readonly height: number
}

/** An element that scrolls, and what of its content is in view, pixels. */
export function useScroll(): { readonly scroller: RefObject<HTMLDivElement | null>; readonly view: View } {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>({ top: 0, height: 640 })
  useLayoutEffect(() => {
    const element = scroller.current!
    const update = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(update)
    observer.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', update)
    }
  }, [])
  return { scroller, view }
}
