import { type HotFunction, hotFunctions } from '../../plugin/model/hot.ts'
import type { Frame, Profile } from '../../plugin/model/profile.ts'
import { nameOf, originKey, searchTextOf } from './names.ts'
import type { Sort } from './order.ts'

export const functionColumns = ['function', 'self', 'total', 'samples'] as const
export type FunctionColumn = (typeof functionColumns)[number]

export interface FunctionRow extends HotFunction {
  readonly info: Frame
  readonly name: string
  /** What a filter looks at, in small letters. */
  readonly text: string
}

/** What a request spent in each function and what it called, from the first requests to the last, milliseconds. */
export function acrossRows({ across }: Profile): ReadonlyMap<number, readonly number[]> {
  return new Map(across?.frame.map((frame, i) => [frame, across.totalUs[i].map((us) => us / 1000)]))
}

export function functionRows(profile: Profile): FunctionRow[] {
  return hotFunctions(profile).map((hot) => {
    const info = profile.frames[hot.frame]
    const text = `${searchTextOf(info)} ${info.package ?? ''}`.toLowerCase()
    return { ...hot, info, name: nameOf(info), text }
  })
}

export function sortFunctions(rows: readonly FunctionRow[], sort: Sort<FunctionColumn>): FunctionRow[] {
  const sign = sort.descending ? -1 : 1
  if (sort.column === 'function') {
    return [...rows].sort((a, b) => sign * compare(a.name, b.name))
  }
  const key = ({ self: 'selfUs', total: 'totalUs', samples: 'samples' } as const)[sort.column]
  return [...rows].sort((a, b) => sign * (a[key] - b[key]) || b.selfUs - a.selfUs || a.frame - b.frame)
}

export function filterFunctions(rows: readonly FunctionRow[], text: string): readonly FunctionRow[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return rows
  return rows.filter((row) => row.text.includes(wanted))
}

/** Those of one origin; all of them for `''`. */
export function functionsOf(rows: readonly FunctionRow[], origin: string): readonly FunctionRow[] {
  return origin === '' ? rows : rows.filter(({ info }) => originKey(info) === origin)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
