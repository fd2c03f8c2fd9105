/** Rows of a long list that need to exist: those on the screen and some around them. */
export interface Window {
  readonly first: number
  /** One past the last. */
  readonly last: number
}

const AROUND = 8

/** The rows that need to exist. A list of height 0 is not on the screen: `ahead` of its rows exist. */
export function visibleRows(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  ahead = AROUND,
): Window {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - AROUND)
  const around = height > 0 ? AROUND : ahead
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + around)
  return { first: Math.min(first, last), last }
}

/** Where to scroll so that a row is in view; the current place if it is already. */
export function scrollToShow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - height)
}
