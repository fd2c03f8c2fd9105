import { badParameter } from '../errors.ts'
import type { Selection } from '../model/wire.ts'
import { boundNames, boundsOf } from './bounds.ts'
import { choice, type Query, text } from './query.ts'

const mostRequests = 1000

/** Parameters that say what of the recorded is meant. */
export const selectionNames: readonly string[] = ['route', 'request', ...boundNames, 'phases', 'across']

/** One route, one or more requests, or everything; throws for anything else. */
export function selectionOf(query: Query): Selection {
  const route = text(query, 'route')
  const requests = [...new Set(query.get('request') ?? [])]
  if (requests.length > mostRequests)
    throw badParameter('request', requests.length, `up to ${mostRequests} of them`)
  if (route !== undefined && requests.length > 0) {
    throw badParameter('route', [route, ...requests], 'either one route, or one or more requests')
  }
  const flag = (name: 'phases' | 'across') =>
    choice(query, name, ['true', 'false']) === 'true' ? { [name]: true } : {}
  const more = { ...flag('phases'), ...flag('across') }
  const bounds = boundsOf(query)
  if (requests.length === 0) return { ...(route !== undefined && { route }), ...bounds, ...more }
  const [bound] = Object.entries(bounds)
  if (bound !== undefined) throw badParameter(...bound, 'bounds of the requests of a route, or of all routes')
  return { requests, ...more }
}
