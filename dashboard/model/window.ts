/** Rows of a long list that need to exist: those on the screen and some around them. */
export interface Window {
  readonly first: number
  /** One past the last. */
  readonly last: number
}

const AROUND = 8

export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): Window {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - AROUND)
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + AROUND)
  return { first: Math.min(first, last), last }
}

/** Where to scroll so that a row is in view; where we are when it is already. */
export function scrollToShow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - height)
}
