import { badParameter } from '../errors.ts'
import { boundNames } from '../model/bounds.ts'
import { NO_REQUEST } from '../model/labels.ts'
import type { Selection } from '../model/wire/selection.ts'

const names: readonly string[] = ['route', 'requests', ...boundNames, 'phases', 'across']

/**
 * Returns a selection if it is unambiguous: one route or all, optionally within bounds; or requests. Misspelt or
 * contradictory fields would otherwise select something else than was asked for. Throws `FST_PROFILER_BAD_PARAMETER`.
 * Values of bounds, and whether routes and requests exist, are checked later.
 */
export function checkSelection(selection: Selection): Selection {
  onlyFields(selection, names)
  const { route, requests } = selection
  checkRoute(route)
  for (const name of ['phases', 'across'] as const) {
    const flag = selection[name]
    if (flag !== undefined && typeof flag !== 'boolean') throw badParameter(name, flag, 'true, false')
  }
  if (requests === undefined) return selection
  if (!Array.isArray(requests) || !requests.every((id) => typeof id === 'string'))
    throw badParameter('requests', requests, 'a list of ids')
  if (route !== undefined) throw badParameter('route', route, 'either one route, or one or more requests')
  noBounds(selection, 'bounds of the requests of a route, or of all routes')
  return selection
}

/** Throws unless a route is given by its name, if one is given. */
export function checkRoute(route: unknown): void {
  if (route !== undefined && typeof route !== 'string')
    throw badParameter('route', route, 'a route by its name')
}

/**
 * Whether a selection is the work that belongs to no request. Throws `FST_PROFILER_BAD_PARAMETER` if it has bounds:
 * they are those of requests.
 */
export function isBackground(selection: Selection): boolean {
  if (checkSelection(selection).route !== NO_REQUEST) return false
  noBounds(selection, `no bounds, since ${NO_REQUEST} has no requests`)
  return true
}

function noBounds(selection: Selection, allowed: string): void {
  for (const name of boundNames) {
    const bound = selection[name]
    if (bound !== undefined) throw badParameter(name, bound, allowed)
  }
}

/**
 * Throws unless `value`, which errors call `what`, is an object with no fields but `names`; a field that is `undefined`
 * counts as not given.
 */
export function onlyFields(value: unknown, names: readonly string[], what = 'selection'): void {
  const allowed = `an object with no more than ${names.join(', ')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badParameter(what, value, allowed)
  for (const [name, given] of Object.entries(value))
    if (given !== undefined && !names.includes(name)) throw badParameter(name, given, allowed)
}
