import type { ComponentChildren } from 'preact'
import type { Sort } from '../model/order.ts'

export interface SortHeaderProps<Column extends string> {
  readonly column: Column
  readonly sort: Sort<Column>
  readonly onSort: (column: Column) => void
  readonly class?: string
  /** What the column means. */
  readonly title?: string
  readonly children: ComponentChildren
}

export function SortHeader<Column extends string>(props: SortHeaderProps<Column>) {
  const { column, sort, onSort, title, children } = props
  const active = sort.column === column
  const direction = sort.descending ? 'descending' : 'ascending'
  return (
    <th scope="col" class={props.class} aria-sort={active ? direction : undefined}>
      <button type="button" class="sort" title={title} onClick={() => onSort(column)}>
        {children}
        <span class="sort-mark" aria-hidden="true">
          {active ? (sort.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  )
}
