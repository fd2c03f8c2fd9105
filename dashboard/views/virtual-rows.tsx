import type { ComponentChildren, HTMLAttributes } from 'preact'
import { useEffect } from 'preact/hooks'
import { scrollToShow, visibleRows } from '../model/window.ts'
import { useScroll } from './use-scroll.ts'

export interface VirtualRowsProps {
  readonly class: string
  readonly label: string
  readonly count: number
  /** The first row, `aria-rowindex` 1. */
  readonly head: ComponentChildren
  /** Another row by its index from 0, with its `aria-rowindex`. */
  readonly row: (index: number, place: number) => ComponentChildren
  /** Rows that exist while the table is not on the screen. */
  readonly ahead?: number
  /** For tables that are moved in by keyboard: the row to keep in view, its id, and the keys. */
  readonly grid?: {
    readonly active: number
    readonly activeId: string
    readonly onKeyDown: (event: KeyboardEvent) => void
  }
}

/** Height of each row and of the head; the style sheet's `--row`. */
const ROW_HEIGHT = 32
/** Enough for the browser's own search to find what stands first. */
const AHEAD = 12

/** A table that scrolls by itself and of which only the rows on the screen exist, and a few where it is not there itself. */
export function VirtualRows({ count, head, row, ahead = AHEAD, grid, ...props }: VirtualRowsProps) {
  const { scroller, view } = useScroll()

  const active = grid?.active
  useEffect(() => {
    if (active === undefined) return
    const { scrollTop, clientHeight } = scroller.current!
    scroller.current!.scrollTop = scrollToShow(active, scrollTop, clientHeight - ROW_HEIGHT, ROW_HEIGHT)
  }, [active])

  const { first, last } = visibleRows(view.top, view.seen, ROW_HEIGHT, count, ahead)
  const rows: ComponentChildren[] = []
  for (let i = first; i < last; i++) rows.push(row(i, i + 2))
  // The rows that do not exist are room around the table.
  const space = { marginTop: `${first * ROW_HEIGHT}px`, marginBottom: `${(count - last) * ROW_HEIGHT}px` }
  const { label } = props
  // What scrolls must be reachable by keyboard. Rows and cells are those of a grid where the table itself is one.
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
    </div>
  )
}
