import type { FunctionChange, ProfileDiff } from '../../plugin/model/diff.ts'
import { nameOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { searchTextOf } from './names.ts'
import { compare, type Sort } from './order.ts'

export const changeColumns = ['function', 'base', 'head', 'change', 'total'] as const
export type ChangeColumn = (typeof changeColumns)[number]

export interface ChangeRow extends FunctionChange {
  readonly info: Frame
}

const keys: Record<Exclude<ChangeColumn, 'function'>, (row: ChangeRow) => number> = {
  base: ({ self }) => self.baseMs,
  head: ({ self }) => self.headMs,
  change: ({ self }) => Math.abs(self.differenceMs),
  total: ({ total }) => Math.abs(total.differenceMs),
}

/** Functions whose name or place contains the text, in order; changes by their size, in either direction. */
export function changeRows(
  { functions, frames }: ProfileDiff,
  { column, descending }: Sort<ChangeColumn>,
  filter: string,
): ChangeRow[] {
  const wanted = filter.trim().toLowerCase()
  const rows = functions
    .map((one) => ({ ...one, info: frames[one.frame] }))
    .filter(({ info }) => wanted === '' || searchTextOf(info).toLowerCase().includes(wanted))
  const sign = descending ? -1 : 1
  if (column === 'function') {
    return rows.sort((a, b) => sign * compare(nameOf(a.info), nameOf(b.info)) || a.frame - b.frame)
  }
  const key = keys[column]
  return rows.sort((a, b) => sign * (key(a) - key(b)) || a.frame - b.frame)
}
