import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

const DISTANCE = 14

/** Puts an element beside a point of the window, on the side where it has room. */
export function useBeside(x: number, y: number): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { width, height } = ref.current!.getBoundingClientRect()
    const left = x + DISTANCE + width > innerWidth ? x - DISTANCE - width : x + DISTANCE
    const top = y + DISTANCE + height > innerHeight ? y - DISTANCE - height : y + DISTANCE
    ref.current!.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`
  })
  return ref
}
