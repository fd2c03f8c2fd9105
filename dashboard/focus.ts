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

/**
 * When the button with the focus disappears, gives the focus to the title; not where the button was in a panel, which
 * has a place of its own for it (see `panel-focus.ts`), once it has loaded.
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
export function useLostFocus(
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

function focus(element: HTMLElement): void {
  element.tabIndex = -1
  element.focus({ preventScroll: true })
}
