import { useEffect, useRef } from 'preact/hooks'

/**
 * Puts the focus on the title of a page that is come to, since what led there is gone; not on that of the first page,
 * where the browser begins at the top. Until there is a title, all of the page has it.
 */
export function useTitleFocus(place: string): void {
  const seen = useRef(place)
  const titled = useRef(place)
  useEffect(() => {
    if (titled.current === place) return
    const main = document.querySelector('main')!
    const title = main.querySelector('h1')
    // Not where somebody has gone on meanwhile.
    if (seen.current !== place || document.activeElement === main) focus(title ?? main)
    seen.current = place
    if (title !== null) titled.current = place
  })
}

/** Where something closes that had the focus, gives it back to what opened it, or to the graph, which is drawn anew. */
export function useFocusBack(opened: string): void {
  const last = useRef('')
  const opener = useRef<Element>(null)
  if (last.current === '' && opened !== '') opener.current = document.activeElement
  last.current = opened
  useEffect(() => {
    if (opened !== '' || opener.current === null || document.activeElement !== document.body) return
    const isThere = opener.current !== document.body && opener.current.isConnected
    const back = isThere ? opener.current : document.querySelector('.flame-scroller, .call-tree')
    if (back instanceof HTMLElement) back.focus()
  }, [opened])
}

function focus(element: HTMLElement): void {
  element.tabIndex = -1
  element.focus({ preventScroll: true })
}
