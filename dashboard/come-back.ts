/** Where the user was on a page when a link led away from it; kept with that entry of the browser's history. */
interface Place {
  readonly top: number
  /** How far the lists that scroll by themselves were scrolled, by name. */
  readonly lists: Readonly<Record<string, number>>
  /** The link, if it was one of the page; `''` for those of the header. */
  readonly link: string
}

/** When the page has not become what it was after this time, it has changed. */
const PATIENCE_MS = 5000
const userActions = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Brings a user who goes Back to the place on the page that a link led away from: the page and its lists as they were
 * scrolled, the focus on the link. Pages draw themselves bit by bit while their data arrive, so this tries again after
 * each drawing, until all is as it was or the user does something. To be called once.
 */
export function rememberPlaces(): void {
  let stop = () => {}

  // Before the link is followed.
  document.addEventListener('click', ({ target }) => target instanceof Element && note(target), true)
  addEventListener('popstate', ({ state }) => {
    stop()
    const place: Place | undefined = state?.place
    if (place !== undefined) stop = bringBack(place)
  })
}

function note(clicked: Element): void {
  const link = clicked.closest('a')
  if (link === null) return
  const place: Place = {
    top: scrollY,
    lists: Object.fromEntries(lists().map((list) => [list.ariaLabel, list.scrollTop])),
    link: link.closest('main') === null ? '' : link.getAttribute('href')!,
  }
  history.replaceState({ ...history.state, place }, '')
}

/** Returns a function that gives up. */
function bringBack({ top, lists: tops, link: href }: Place): () => void {
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
    for (const list of lists()) list.scrollTop = tops[list.ariaLabel!] ?? 0
    scrollTo(0, top)
    const link = [...main.querySelectorAll('a')].find((one) => one.getAttribute('href') === href)
    const isThere = Math.abs(scrollY - top) < 1 && (href === '' || link !== undefined)
    if (!isThere || document.activeElement?.matches('main, h1') !== true) return
    stop()
    link?.focus({ preventScroll: true })
  }

  return stop
}

function lists(): Element[] {
  return [...document.querySelectorAll('.rows-scroller[aria-label]')]
}
