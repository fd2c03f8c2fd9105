import { badParameter } from '../errors.ts'
import { boundNames } from '../model/bounds.ts'
import type { Selection } from '../model/wire/selection.ts'
import { checkSelection } from '../store/selection.ts'
import { boundsOf } from './bounds.ts'
import { choice, type Query, text } from './query.ts'

const MOST_REQUESTS = 1000

/** Parameters that select recorded requests. */
export const selectionNames: readonly string[] = ['route', 'request', ...boundNames, 'phases', 'across']

/** Reads a selection from a query: one route, one or more requests, or everything. Throws for anything else. */
export function selectionOf(query: Query): Selection {
  const route = text(query, 'route')
  const requests = query.get('request')
  if (requests !== undefined && requests.length > MOST_REQUESTS)
    throw badParameter('request', requests.length, `up to ${MOST_REQUESTS} of them`)
  const flag = (name: 'phases' | 'across') =>
    choice(query, name, ['true', 'false']) === 'true' ? { [name]: true } : {}
  return checkSelection({
    ...(route !== undefined && { route }),
    ...(requests !== undefined && { requests: [...new Set(requests)] }),
    ...boundsOf(query),
    ...flag('phases'),
    ...flag('across'),
  })
}
