import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface View {
  readonly top: number
  readonly height: number
  /** How much of the element, from its top, is on the screen; 0 for none, all of it while it has the focus. */
  readonly seen: number
}

/** What is visible of an element is measured again for each sixteenth of it that appears or disappears. */
const STEPS = Array.from({ length: 17 }, (_, i) => i / 16)

/** An element that scrolls, and the part of its content in view, pixels. */
export function useScroll(): { readonly scroller: RefObject<HTMLDivElement | null>; readonly view: View } {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>({ top: 0, height: 640, seen: 0 })
  useLayoutEffect(() => {
    const element = scroller.current!
    let onScreen = 0
    const update = () => {
      const { scrollTop: top, clientHeight: height } = element
      const seen = Math.min(onScreen, height)
      const isSame = (last: View) => last.top === top && last.height === height && last.seen === seen
      setView((last) => (isSame(last) ? last : { top, height, seen }))
    }
    const look = (entries: IntersectionObserverEntry[]) => {
      const { isIntersecting, intersectionRect, boundingClientRect } = entries.at(-1)!
      onScreen = isIntersecting ? intersectionRect.bottom - boundingClientRect.top : 0
      // The element with the focus must not vanish.
      if (element.contains(document.activeElement)) onScreen = Number.POSITIVE_INFINITY
      update()
    }
    const places = new IntersectionObserver(look, { threshold: STEPS })
    // Growing while all of it is on the screen crosses no step, but a new observation reports at once.
    const lookAgain = () => {
      update()
      places.unobserve(element)
      places.observe(element)
    }
    const sizes = new ResizeObserver(lookAgain)
    sizes.observe(element)
    element.addEventListener('focusin', lookAgain)
    element.addEventListener('scroll', update, { passive: true })
    return () => {
      sizes.disconnect()
      places.disconnect()
      element.removeEventListener('focusin', lookAgain)
      element.removeEventListener('scroll', update)
    }
  }, [])
  return { scroller, view }
}
