import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface View {
  readonly top: number
  readonly height: number
}

/**
 * An element that scrolls, and what of its content is in view, pixels: nothing as long as the element has not been on
 * the screen.
 */
export function useScroll(): { readonly scroller: RefObject<HTMLDivElement | null>; readonly view: View } {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>({ top: 0, height: 0 })
  useLayoutEffect(() => {
    const element = scroller.current!
    const update = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const sizes = new ResizeObserver(update)
    const arrival = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return
      arrival.disconnect()
      sizes.observe(element)
    })
    arrival.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    return () => {
      arrival.disconnect()
      sizes.disconnect()
      element.removeEventListener('scroll', update)
    }
  }, [])
  return { scroller, view }
}
