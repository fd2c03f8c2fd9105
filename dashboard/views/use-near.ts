import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** So far from the window, pixels, an element is about to come into it. */
const REACH = 200

/** An element, and whether it has ever been in the window or about to come into it. */
export function useNear<E extends Element>(): {
  readonly place: RefObject<E | null>
  readonly near: boolean
} {
  const place = useRef<E>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (near) return
    const look = (entries: IntersectionObserverEntry[]) =>
      setNear(entries.some(({ isIntersecting }) => isIntersecting))
    const observer = new IntersectionObserver(look, { rootMargin: `${REACH}px` })
    observer.observe(place.current!)
    return () => observer.disconnect()
  }, [near])
  return { place, near }
}
