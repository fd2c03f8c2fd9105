import { useEffect, useRef } from 'preact/hooks'

/**
 * Puts the focus on the title of a page when it is opened, since what led there is gone; not on the first page, where
 * the browser starts at the top. Until there is a title, the whole page has the focus.
 */
export function useTitleFocus(place: string): void {
  const seen = useRef(place)
  const titled = useRef(place)
  useEffect(() => {
    if (titled.current === place) return
    const main = document.querySelector('main')!
    const title = main.querySelector('h1')
    // Not when the user has moved on meanwhile.
    if (seen.current !== place || document.activeElement === main) focus(title ?? main)
    seen.current = place
    if (title !== null) titled.current = place
  })
}

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

/**
 * When the button with the focus disappears, gives the focus to the title; not where the button was in a panel, which
 * has a place of its own for it (see {@link useFocusKept}), once it has loaded.
 */
export function useFocusOnTitle(): void {
  useLostFocus(
    () => {
      const title = document.querySelector<HTMLElement>('main h1')
      if (title !== null) focus(title)
    },
    (element) => element.closest('.panel') === null,
  )
}

/** Calls `act` after each drawing while the element that had the focus, one that `isMine`, is gone and nothing has it. */
function useLostFocus(
  act: (lost: Element) => void,
  isMine: (element: Element) => boolean = () => true,
): void {
  const last = useRef<Element | null>(null)
  const { activeElement } = document
  if (activeElement !== document.body && activeElement !== null)
    last.current = isMine(activeElement) ? activeElement : null
  useEffect(() => {
    const lost = last.current
    if (lost !== null && !lost.isConnected && document.activeElement === document.body) act(lost)
  })
}

function graph(): Element | null {
  return document.querySelector('.flame-scroller, .call-tree')
}

function focus(element: HTMLElement): void {
  element.tabIndex = -1
  element.focus({ preventScroll: true })
}
