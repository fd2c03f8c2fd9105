import { badParameter } from '../errors.ts'
import { boundNames } from '../model/bounds.ts'
import type { Selection } from '../model/wire.ts'

const names: readonly string[] = ['route', 'requests', ...boundNames, 'phases', 'across']

/**
 * A selection that means one thing: a route or all, within bounds or not; or requests. What is misspelt or contradicts
 * itself would be answered with something else than was asked for. Throws `FST_PROFILER_BAD_PARAMETER`; bounds and
 * what is not there are left to whoever looks for it.
 */
export function checkSelection(selection: Selection): Selection {
  onlyFields(selection, names)
  const { route, requests } = selection
  if (route !== undefined && typeof route !== 'string')
    throw badParameter('route', route, 'a route by its name')
  if (requests === undefined) return selection
  if (!Array.isArray(requests) || !requests.every((id) => typeof id === 'string'))
    throw badParameter('requests', requests, 'a list of ids')
  if (route !== undefined) throw badParameter('route', route, 'either one route, or one or more requests')
  for (const name of boundNames) {
    const bound = selection[name]
    if (bound !== undefined)
      throw badParameter(name, bound, 'bounds of the requests of a route, or of all routes')
  }
  return selection
}

/** Throws for anything but an object with no other fields than these; `undefined` counts as not given. */
export function onlyFields(value: unknown, names: readonly string[]): void {
  const allowed = `an object with no more than ${names.join(', ')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badParameter('selection', value, allowed)
  for (const [name, given] of Object.entries(value))
    if (given !== undefined && !names.includes(name)) throw badParameter(name, given, allowed)
}
