import { calledFunctions, callsByFrame, type FunctionCalls } from '../../plugin/model/calls.ts'
import type { HotFunction } from '../../plugin/model/hot.ts'
import { nameOf } from '../../plugin/model/names.ts'
import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'
import { originKey, searchTextOf } from './names.ts'
import type { Sort } from './order.ts'
import { ascending, ranks } from './ranking.ts'

export const functionColumns = ['function', 'self', 'total', 'samples', 'calls'] as const
export type FunctionColumn = (typeof functionColumns)[number]

export interface FunctionRow extends HotFunction {
  readonly info: Frame
  /** The text that a filter searches, in lower case. */
  readonly text: string
  /** Undefined if they are not known. */
  readonly calls: FunctionCalls | undefined
}

/** Functions, those with most own time first, and their sort keys in columns. */
export interface FunctionList {
  readonly rows: readonly FunctionRow[]
  readonly keys: Readonly<Record<FunctionColumn, Float64Array>>
}

/**
 * Looks up the milliseconds per request in a function and everything it called, from the first requests to the last; none
 * for a function that takes too little to tell. Undefined if no function has them.
 */
export function acrossOf({ across }: Profile<Column>): ((frame: number) => readonly number[]) | undefined {
  if (across === undefined || across.frame.length === 0) return undefined
  const places = new Map(across.frame.map((frame, i) => [frame, i]))
  return (frame) => {
    const place = places.get(frame)
    return place === undefined ? [] : across.totalUs[place].map((us) => us / 1000)
  }
}

/** The functions of a profile. */
export function functionList(profile: Profile<Column>): FunctionList {
  const calls = callsByFrame(profile)
  return listOf(
    calledFunctions(profile).map(({ frame, selfUs, totalUs, samples }) => {
      const info = profile.frames[frame]
      const text = `${searchTextOf(info)} ${info.package ?? ''}`.toLowerCase()
      return { frame, selfUs, totalUs, samples, info, text, calls: calls.get(frame) }
    }),
  )
}

/** The functions of one origin, with natives whose time counts for it when it alone is shown; all functions for `''`. */
export function functionsOf(list: FunctionList, origin: string): FunctionList {
  if (origin === '') return list
  const isIn = ({ info, selfUs }: FunctionRow) =>
    originKey(info) === origin || (info.kind === 'native' && selfUs > 0)
  return listOf(list.rows.filter(isIn))
}

/** Indices of the rows in order; equal ones stay as they are. */
export function sortFunctions(
  { keys }: FunctionList,
  { column, descending }: Sort<FunctionColumn>,
): Int32Array {
  return ascending(descending ? keys[column].map((key) => -key) : keys[column])
}

/** The indices whose rows contain the text, in the same order. */
export function filterFunctions({ rows }: FunctionList, order: Int32Array, text: string): Int32Array {
  const wanted = text.trim().toLowerCase()
  return wanted === '' ? order : order.filter((i) => rows[i].text.includes(wanted))
}

function listOf(rows: readonly FunctionRow[]): FunctionList {
  const keys = {
    function: ranks(rows.map(({ info }) => nameOf(info))),
    self: Float64Array.from(rows, ({ selfUs }) => selfUs),
    total: Float64Array.from(rows, ({ totalUs }) => totalUs),
    samples: Float64Array.from(rows, ({ samples }) => samples),
    calls: Float64Array.from(rows, ({ calls }) => calls?.count ?? -1),
  }
  return { rows, keys }
}
