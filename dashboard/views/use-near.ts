import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** An element this close to the window, pixels, is about to come into view. */
const REACH = 200

/** An element, and whether it has ever been in view or about to come into view. */
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
