import { type HotSort, hotFunctions } from './model/hot.ts'
import type { Profile } from './model/profile.ts'

export interface StatsOptions {
  /** `self` by default. */
  readonly sort?: HotSort
  /** Functions shown; 30 by default. */
  readonly limit?: number
}

/** Functions of a profile as one aligned table, in the manner of Python's `pstats`; ends with a newline. */
export function statsTable(profile: Profile, options: StatsOptions = {}): string {
  const hot = hotFunctions(profile, options.sort).slice(0, options.limit ?? 30)
  const rows = hot.map((entry) => {
    const frame = profile.frames[entry.frame]
    return `${entry.samples}\t${entry.selfUs / 1000}\t${entry.totalUs / 1000}\t${frame.name}\t${frame.file}:${frame.line}\n`
  })
  return `${profile.title}\n${rows.join('')}`
}
