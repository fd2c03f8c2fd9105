import { badParameter } from '../errors.ts'
import { calledFunctions, callsByFrame, callsSentence, callsText } from '../model/calls.ts'
import { FEW_SAMPLES, trustIn } from '../model/certainty.ts'
import { type HotFunction, type HotSort, hotFunctions, hotSorts } from '../model/hot.ts'
import type { Frame, Profile } from '../model/profile.ts'
import { sum } from '../model/sum.ts'
import { count, ms, percent, requestsText, selfAndTotal } from './number-text.ts'
import { cutMiddle, padEnd, textWidth } from './text-width.ts'

export interface StatsOptions {
  /** Order of the functions; `self` by default. */
  readonly sort?: StatsSort
  /** Number of functions shown; 30 by default. */
  readonly limit?: number
}

/** Order of the stats table; `calls` only if calls are counted. */
export type StatsSort = HotSort | 'calls'

const NAME_COLUMNS = 40
const PLACE_COLUMNS = 60

/**
 * Functions of a profile as an aligned table for the terminal, similar to Python's `pstats`. It has no control
 * characters and no line break at its end.
 *
 * Throws `FST_PROFILER_BAD_PARAMETER`.
 */
export function statsTable(profile: Profile, options: StatsOptions = {}): string {
  const { sort = 'self', limit = 30 } = options
  if (!isSort(profile, sort)) {
    throw badParameter('sort', sort, `${hotSorts.join(', ')}, and with the option callCounts calls`)
  }
  if (!Number.isInteger(limit) || limit < 1) throw badParameter('limit', limit, 'a whole number from 1 on')
  const functions = sort === 'calls' ? byCalls(profile) : hotFunctions(profile, sort)
  const counted = profile.calls === undefined ? [] : [callsSentence(profile.calls)]
  const head = [cutMiddle(profile.title, 100), summary(profile, sort), ...doubts(profile), ...counted]
  if (functions.length === 0) return head.join('\n')
  return [...head, '', ...table(profile, functions, limit), '', selfAndTotal].join('\n')
}

const sortNames = { self: 'self time', total: 'total time', samples: 'samples', calls: 'calls' } as const

function isSort(profile: Profile, sort: StatsSort): boolean {
  return sort === 'calls' ? profile.calls !== undefined : hotSorts.includes(sort)
}

function byCalls(profile: Profile): HotFunction[] {
  const calls = callsByFrame(profile)
  const countOf = ({ frame }: HotFunction) => calls.get(frame)?.count ?? -1
  return calledFunctions(profile).sort((a, b) => countOf(b) - countOf(a))
}

function summary(profile: Profile, sort: StatsSort): string {
  const { samples, ownUs } = profile
  // What was achieved: a busy machine samples less often than asked.
  const every = samples > 0 ? ` (one per ${ms(ownUs / samples, 0)} ms)` : ''
  const counts = `${requestsText(profile)}, ${count(samples, 'sample')}${every}, ${ms(ownUs, ownUs)} ms own CPU`
  return `${counts}, sorted by ${sortNames[sort]}`
}

function doubts({ samples, ownUs }: Profile): string[] {
  if (samples === 0)
    return [ownUs > 0 ? 'no samples: how long it took is known, but not where' : 'no samples']
  return trustIn(samples) === 'few' ? [`too few samples to trust (fewer than ${FEW_SAMPLES})`] : []
}

/** A header, a line per function, and one for those left out. Numbers are aligned right, text left. */
function table(profile: Profile, functions: readonly HotFunction[], limit: number): string[] {
  const { ownUs, frames } = profile
  const calls = callsByFrame(profile)
  const isCounted = profile.calls !== undefined
  const row = (ncalls: string, rest: readonly string[]) => (isCounted ? [ncalls, ...rest] : rest)
  const rows = functions.slice(0, limit).map(({ samples, selfUs, totalUs, frame }) => {
    const { name } = frames[frame]
    const times = [ms(selfUs, ownUs), percent(selfUs, ownUs), ms(totalUs, ownUs), percent(totalUs, ownUs)]
    const texts = [cutMiddle(name, NAME_COLUMNS), placeOf(frames[frame])]
    return row(callsText(calls.get(frame)), [String(samples), ...times, ...texts])
  })
  const rest = functions.slice(limit)
  if (rest.length > 0) {
    const selfUs = sum(rest.map((entry) => entry.selfUs))
    const samples = sum(rest.map((entry) => entry.samples))
    const more = `… ${count(rest.length, 'more function')}, ${ms(selfUs, ownUs)} ms`
    rows.push(row('', [String(samples), ms(selfUs, ownUs), percent(selfUs, ownUs), '', '', more, '']))
  }
  return align([
    row('ncalls', ['samples', 'self ms', 'self %', 'total ms', 'total %', 'function', 'file:line']),
    ...rows,
  ])
}

/** Pads columns to their widest cell; the last text of a line is not padded. */
function align(rows: readonly (readonly string[])[]): string[] {
  const name = rows[0].length - 2
  const widths = rows[0].slice(0, name).map((_, column) => widest(rows, (row) => row[column].length))
  const nameWidth = widest(rows, (row) => textWidth(row[name]))
  return rows.map((row) => {
    const numbers = widths.map((width, column) => row[column].padStart(width))
    return `${numbers.join('  ')}  ${padEnd(row[name], nameWidth)}  ${row[name + 1]}`.trimEnd()
  })
}

function widest(rows: readonly (readonly string[])[], width: (row: readonly string[]) => number): number {
  return rows.reduce((most, row) => Math.max(most, width(row)), 0)
}

function placeOf({ file, line }: Frame): string {
  if (file === '') return ''
  const end = line > 0 ? `:${line}` : ''
  return cutMiddle(file, PLACE_COLUMNS - end.length) + end
}
