import type { ProfileDiff } from '../plugin/model/diff.ts'
import type { BaselineSummary, BaselinesAnswer } from '../plugin/model/wire/baselines.ts'
import { paths } from '../plugin/model/wire/paths.ts'
import { call, type Params, query } from './client.ts'
import { nameRolesInDiff } from './model/roles.ts'

/** Calls for comparisons, apart from the others because few screens compare. */
export const comparing = {
  baselines: (signal: AbortSignal) => call<BaselinesAnswer>(paths.baselines, { signal }),
  save: (name: string, selection: Params) =>
    call<BaselineSummary>(`${paths.baseline(name)}?${query(selection)}`, { method: 'PUT' }),
  remove: (name: string) => call<unknown>(paths.baseline(name), { method: 'DELETE' }),
  diff: (base: string, head: string, signal: AbortSignal) =>
    call<ProfileDiff>(`${paths.diff}?${query({ base, head })}`, { signal }).then(nameRolesInDiff),
}
