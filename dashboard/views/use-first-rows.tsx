import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { count } from '../model/format.ts'

/** More rows are slow to draw, again with each update, and nobody reads through them. */
const MOST = 200

/** The first routes of a table, and a button that shows the rest, where there is any. `table` is a selector. */
export function useFirstRows<Row>(
  rows: readonly Row[],
  table: string,
): readonly [rows: readonly Row[], more: ComponentChildren] {
  const [isWhole, setWhole] = useState(false)
  // The button is gone then; reading goes on with the first row that it has brought.
  useEffect(() => {
    if (isWhole) document.querySelectorAll<HTMLElement>(`${table} th a`)[MOST]?.focus()
  }, [isWhole])
  if (isWhole || rows.length <= MOST) return [rows, undefined]
  const more = (
    <p class="empty-row">
      {`The first ${MOST} of ${count(rows.length)} routes. `}
      <button type="button" class="button" onClick={() => setWhole(true)}>
        Show all
      </button>
    </p>
  )
  return [rows.slice(0, MOST), more]
}
