import { useEffect, useRef } from 'preact/hooks'
import { useLostFocus } from './focus.ts'

/** When something with the focus closes, gives the focus back to what opened it, or to the graph, which is drawn again. */
export function useFocusBack(opened: string): void {
  const last = useRef('')
  const opener = useRef<Element>(null)
  if (last.current === '' && opened !== '') opener.current = document.activeElement
  last.current = opened
  useEffect(() => {
    if (opened !== '' || opener.current === null || document.activeElement !== document.body) return
    const isThere = opener.current !== document.body && opener.current.isConnected
    const back = isThere ? opener.current : graph()
    if (back instanceof HTMLElement) back.focus()
  }, [opened])
}

/**
 * When the button with the focus disappears, with its panel or because it has nothing left to do, gives the focus to the
 * button of the same name that replaces it, or to the graph, as soon as one is there.
 */
export function useFocusKept(): void {
  useLostFocus((lost) => {
    if (!(lost instanceof HTMLButtonElement)) return
    const buttons = [...document.querySelectorAll('main button')]
    const next = buttons.find(({ textContent }) => textContent === lost.textContent) ?? graph()
    if (next instanceof HTMLElement) next.focus({ preventScroll: true })
  })
}

function graph(): Element | null {
  return document.querySelector('.flame-scroller, .call-tree')
}
