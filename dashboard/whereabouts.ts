/** Where the user was on a page when a link led away from it; kept with that entry of the browser's history. */
export interface Whereabouts {
  readonly top: number
  /** How far the lists that scroll by themselves were scrolled, by name. */
  readonly lists: Readonly<Record<string, number>>
  /** The link, if it was one of the page; `''` for those of the header. */
  readonly link: string
}

/** Before a link is followed, notes where the user is; `come-back.ts` brings the user back, and is loaded later. */
export function noteWhereabouts(clicked: Element): void {
  const at: Whereabouts = {
    top: scrollY,
    lists: Object.fromEntries(scrollingLists().map((list) => [list.ariaLabel, list.scrollTop])),
    link: clicked.closest('main a')?.getAttribute('href') ?? '',
  }
  history.replaceState({ whereabouts: at }, '')
}

export function scrollingLists(): Element[] {
  return [...document.querySelectorAll('.rows-scroller[aria-label]')]
}
