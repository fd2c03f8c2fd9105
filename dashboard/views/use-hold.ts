import { useMemo, useRef } from 'preact/hooks'

/**
 * Handlers for a list that must not move while somebody is at it: the pointer over it, or the keyboard in it. The two
 * are told apart, since what has the focus can vanish while the pointer is still there.
 */
export function useHold(onHold: (held: boolean) => void) {
  const latest = useRef(onHold)
  latest.current = onHold
  return useMemo(() => {
    const at = { pointer: false, focus: false }
    const set = (who: 'pointer' | 'focus', there: boolean) => () => {
      const before = at.pointer || at.focus
      at[who] = there
      const held = at.pointer || at.focus
      if (held !== before) latest.current(held)
    }
    return {
      onPointerEnter: set('pointer', true),
      onPointerLeave: set('pointer', false),
      onFocusCapture: set('focus', true),
      onBlurCapture: set('focus', false),
    }
  }, [])
}
