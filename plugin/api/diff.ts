import type { FastifyInstance } from 'fastify'
import { badParameter, ofPart } from '../errors.ts'
import { boundNames } from '../model/bounds.ts'
import type { DiffSelection } from '../model/wire/selection.ts'
import { sendLongJson } from './answer.ts'
import type { Backend } from './backend.ts'
import { addCall } from './call.ts'
import { type Query, queryOf, readQuery, text } from './query.ts'
import { selectionOf } from './selection.ts'

/**
 * Endpoint for what changed between two selections. `base` and `head` are each a query of their own: one like that of
 * `api/profile`, or `baseline=NAME`, with `&route=` if that has several.
 */
export function diffRoutes(scope: FastifyInstance, backend: Backend, fresh: () => Promise<void>): void {
  addCall(scope, 'GET', '/api/diff', async (request, reply) => {
    const query = queryOf(request, ['base', 'head'])
    const base = sideOf(query, 'base')
    const head = sideOf(query, 'head')
    await fresh()
    return sendLongJson(reply, await backend.diffStepwise(base, head))
  })
}

function sideOf(query: Query, name: 'base' | 'head'): DiffSelection {
  const given = text(query, name)
  const allowed = 'a query such as route=GET /users/:id, or baseline=before, encoded as a value'
  if (given === undefined) throw badParameter(name, given, allowed)
  return ofPart(name, () => readSide(given))
}

function readSide(given: string): DiffSelection {
  const side = readQuery(given, ['baseline', 'route', 'request', ...boundNames])
  const baseline = text(side, 'baseline')
  if (baseline === undefined) return selectionOf(side)
  const [other] = [...side.keys()].filter((key) => key !== 'baseline' && key !== 'route')
  if (other !== undefined) throw badParameter(other, side.get(other), 'only baseline and route together')
  const route = text(side, 'route')
  return route === undefined ? { baseline } : { baseline, route }
}
