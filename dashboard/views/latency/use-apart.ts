import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Least room between two labels, pixels. */
const APART = 4

/** Hides each label of an axis that would touch one before it in the document: the first ones matter most. */
export function useApart(labels: unknown): RefObject<HTMLDivElement | null> {
  const axis = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const fit = () => {
      const kept: DOMRect[] = []
      for (const label of axis.current!.children) {
        const room = label.getBoundingClientRect()
        const touches = kept.some(({ left, right }) => room.left < right + APART && room.right > left - APART)
        ;(label as HTMLElement).style.visibility = touches ? 'hidden' : ''
        if (!touches) kept.push(room)
      }
    }
    const sizes = new ResizeObserver(fit)
    sizes.observe(axis.current!)
    return () => sizes.disconnect()
  }, [labels])
  return axis
}
