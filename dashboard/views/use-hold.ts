import { useEffect, useMemo, useRef } from 'preact/hooks'

/**
 * Handlers for a list that must not move while the user is at it, with the pointer over it or the focus in its rows. The
 * two are kept apart, since what has the focus can vanish while the pointer is still there. Every hold ends, at the latest
 * with the list.
 */
export function useHold(onHold: (held: boolean) => void) {
  const latest = useRef(onHold)
  latest.current = onHold
  const { set, handlers } = useMemo(() => {
    const at = { pointer: false, focus: false }
    const set = (change: Partial<typeof at>) => {
      const before = at.pointer || at.focus
      Object.assign(at, change)
      const held = at.pointer || at.focus
      if (held !== before) latest.current(held)
    }
    const handlers = {
      onPointerEnter: () => set({ pointer: true }),
      onPointerLeave: () => set({ pointer: false }),
      // A clicked element keeps the focus for long, and a head does not move.
      onFocusCapture: ({ target }: FocusEvent) =>
        set({ focus: (target as Element).matches(':focus-visible:not(thead *)') }),
      // Moving from row to row is not leaving: the list would move before the focus arrives.
      onBlurCapture({ currentTarget, relatedTarget }: FocusEvent) {
        if (!(currentTarget as Element).contains(relatedTarget as Element | null)) set({ focus: false })
      },
    }
    return { set, handlers }
  }, [])
  useEffect(() => () => set({ pointer: false, focus: false }), [])
  return handlers
}
