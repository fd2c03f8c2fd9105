import { useEffect, useMemo, useRef } from 'preact/hooks'

/**
 * Handlers for a list that must not move while somebody is at it: the pointer over it, or the keyboard in its rows. The two
 * are told apart, since what has the focus can vanish while the pointer is still there. Every hold ends, at the latest with
 * the list.
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
      // What was clicked has the focus for long after; and a head stays where it is.
      onFocusCapture: ({ target }: FocusEvent) =>
        set({ focus: (target as Element).matches(':focus-visible:not(thead *)') }),
      // On its way from row to row the keyboard has not left: the list would move before it arrives.
      onBlurCapture({ currentTarget, relatedTarget }: FocusEvent) {
        if (!(currentTarget as Element).contains(relatedTarget as Element | null)) set({ focus: false })
      },
    }
    return { set, handlers }
  }, [])
  useEffect(() => () => set({ pointer: false, focus: false }), [])
  return handlers
}
