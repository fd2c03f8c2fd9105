import type { ComponentChildren, HTMLAttributes } from 'preact'
import { useEffect } from 'preact/hooks'
import { count as countText } from '../model/format.ts'
import { scrollToShow, visibleRows } from '../model/window.ts'
import { usePrinting } from './use-printing.ts'
import { useScroll } from './use-scroll.ts'

export interface VirtualRowsProps {
  readonly class: string
  readonly label: string
  readonly count: number
  /** The first row, `aria-rowindex` 1. */
  readonly head: ComponentChildren
  /** Another row by its index from 0, with its `aria-rowindex`. */
  readonly row: (index: number, place: number) => ComponentChildren
  /** Number of rows that exist while the table is not on the screen. */
  readonly ahead?: number
  /** For tables with keyboard navigation: the row to keep in view, its id, and the keys. */
  readonly grid?: {
    readonly active: number
    readonly activeId: string
    readonly onKeyDown: (event: KeyboardEvent) => void
  }
}

/** Height of each row and of the head; the style sheet's `--row`. */
const ROW_HEIGHT = 32
/** Rows that exist off the screen: enough for the browser's own search to find the first ones. */
const AHEAD = 12

/** So many rows are printed. */
const ON_PAPER = 40

/**
 * A table with its own scroll bar. Only the rows on the screen exist, or a few while it is off the screen itself; on paper
 * the first ones.
 */
export function VirtualRows({ count, head, row, ahead = AHEAD, grid, ...props }: VirtualRowsProps) {
  const { scroller, view } = useScroll()

  const active = grid?.active
  useEffect(() => {
    if (active === undefined) return
    const { scrollTop, clientHeight } = scroller.current!
    scroller.current!.scrollTop = scrollToShow(active, scrollTop, clientHeight - ROW_HEIGHT, ROW_HEIGHT)
  }, [active])

  const printing = usePrinting()
  const { first, last } = printing
    ? { first: 0, last: Math.min(count, ON_PAPER) }
    : visibleRows(view.top, view.seen, ROW_HEIGHT, count, ahead)
  const rows: ComponentChildren[] = []
  for (let i = first; i < last; i++) rows.push(row(i, i + 2))
  // Margins take the place of the rows that do not exist.
  const space = printing
    ? undefined
    : { marginTop: `${first * ROW_HEIGHT}px`, marginBottom: `${(count - last) * ROW_HEIGHT}px` }
  const { label } = props
  // What scrolls must be reachable by keyboard. With `grid`, the table itself is: its rows and cells are a grid's.
  const group = { tabIndex: 0, role: 'group', 'aria-label': label } as const
  const tree: HTMLAttributes<HTMLTableElement> | undefined = grid && {
    tabIndex: 0,
    role: 'treegrid',
    'aria-label': label,
    'aria-activedescendant': grid.activeId,
    onKeyDown: grid.onKeyDown,
  }
  return (
    <div class="rows-scroller" ref={scroller} {...(grid ? {} : group)}>
      <table class={props.class} style={space} aria-rowcount={count + 1} {...tree}>
        <thead>{head}</thead>
        <tbody>{rows}</tbody>
      </table>
      {printing && last < count && <p class="empty-row">{`The first ${ON_PAPER} of ${countText(count)}.`}</p>}
    </div>
  )
}
