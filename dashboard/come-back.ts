import { scrollingLists, type Whereabouts } from './whereabouts.ts'

/** When the page has not become what it was after this time, it has changed. */
const PATIENCE_MS = 5000
let isOn = false
const userActions = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Brings a user who goes Back to the place on the page that a link led away from: the page and its lists as they were
 * scrolled, the focus on the link. Pages draw themselves bit by bit while their data arrive, so this tries again after
 * each drawing, until all is as it was or the user does something. Called again, it does nothing.
 */
export function rememberWhereabouts(): void {
  if (isOn) return
  isOn = true
  let stop = () => {}
  const comeBack = () => {
    stop()
    const at: Whereabouts | undefined = history.state?.whereabouts
    if (at !== undefined) stop = bringBack(at)
  }
  addEventListener('popstate', comeBack)
  // It was Back that led to this page, which waits for its screen: on a page that was loaded nothing has the focus.
  if (hasTitleFocus()) comeBack()
}

/** Returns a function that gives up. */
function bringBack({ top, lists: tops, link: href }: Whereabouts): () => void {
  const main = document.querySelector('main')!
  const drawings = new MutationObserver(attempt)
  const timer = setTimeout(stop, PATIENCE_MS)
  drawings.observe(main, { childList: true, subtree: true })
  // The title takes the focus when a page opens.
  main.addEventListener('focusin', attempt)
  for (const action of userActions) addEventListener(action, stop)

  function stop(): void {
    clearTimeout(timer)
    drawings.disconnect()
    main.removeEventListener('focusin', attempt)
    for (const action of userActions) removeEventListener(action, stop)
  }

  function attempt(): void {
    for (const list of scrollingLists()) list.scrollTop = tops[list.ariaLabel!] ?? 0
    scrollTo(0, top)
    const link = [...main.querySelectorAll('a')].find((one) => one.getAttribute('href') === href)
    const isThere = Math.abs(scrollY - top) < 1 && (href === '' || link !== undefined)
    if (!isThere || !hasTitleFocus()) return
    stop()
    link?.focus({ preventScroll: true })
  }

  return stop
}

/** Whether the focus is where it is put when a page opens. */
function hasTitleFocus(): boolean {
  return document.activeElement?.matches('main, h1') === true
}
