import { badParameter, notFound } from '../errors.ts'
import { cleanText } from '../model/clean.ts'
import type { Comparable } from '../model/diff.ts'
import type { Steps } from '../model/steps.ts'
import type { Line } from './folder.ts'
import { type Head, type Part, readPart } from './form.ts'

/** Names a route of a baseline: `route`, or by default its only one, else `otherwise`, that of the other side. */
export type RouteNames = [route?: string | undefined, otherwise?: string | undefined]

/** Most routes that an error message names. */
const NAMED = 3

/** Finds a route of a baseline. Throws `FST_PROFILER_NOT_FOUND` or `FST_PROFILER_BAD_PARAMETER`. */
export function partOf({ name, routes }: Head, ...[route, otherwise]: RouteNames): Part {
  const wanted = route ?? (routes.length === 1 ? routes[0].route : otherwise)
  const part = wanted === undefined ? undefined : routes.find((one) => one.route === cleanText(wanted))
  if (part !== undefined) return part
  const some = routes.slice(0, NAMED).map((one) => `"${one.route.slice(0, 100)}"`)
  const rest = routes.length > NAMED ? `, and ${routes.length - NAMED} more` : ''
  const known = `${some.join(', ')}${rest}`
  if (wanted !== undefined) throw notFound(`route "${wanted}" in baseline "${name}"`, `; it has ${known}`)
  throw badParameter('route', wanted, `one of the routes of baseline "${name}": ${known}`)
}

/** Reads one route of a baseline that is in memory as a whole. Throws what `partOf` throws, or `BadProfile`. */
export function* comparableSteps(content: Buffer, head: Head, ...route: RouteNames): Steps<Comparable> {
  const part = partOf(head, ...route)
  return yield* readLine({ head, part, line: content.subarray(part.from, part.from + part.bytes) })
}

/** Reads one side of a comparison from its line, in steps. Throws `BadProfile`. */
export function* readLine({ head: { name, savedAt, node, commit }, part, line }: Line): Steps<Comparable> {
  return { ...(yield* readPart(line, part)), baseline: { name, savedAt, node, commit } }
}
