import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from '../errors.ts'
import { type RequestFilter, requestSorts } from '../model/wire/requests.ts'
import type { RoutesAnswer } from '../model/wire/routes.ts'
import { checkStatus, filterNames, MAX_LIMIT } from '../store/query.ts'
import { sendJson, sendLongJson, sendPacked } from './answer.ts'
import type { Backend } from './backend.ts'
import { boundsOf } from './bounds.ts'
import { addCall } from './call.ts'
import type { EventReaders } from './events.ts'
import { choice, queryOf, text, whole } from './query.ts'

/** Endpoints for recorded routes and requests, and for pinning and clearing them. */
export function requestRoutes(
  scope: FastifyInstance,
  backend: Backend,
  fresh: () => Promise<void>,
  readers: EventReaders,
): void {
  addCall(scope, 'GET', '/api/routes', async (request, reply) => {
    queryOf(request, [])
    await fresh()
    await backend.prepareNames()
    sendJson(reply, { routes: backend.routes(), noRequest: backend.noRequest() } satisfies RoutesAnswer)
  })

  addCall(scope, 'GET', '/api/requests', async (request, reply) => {
    const filter = filterOf(request)
    await fresh()
    sendJson(reply, backend.page(filter))
  })

  addCall(scope, 'DELETE', '/api/requests', async (request, reply) => {
    const pinned = choice(queryOf(request, ['pinned']), 'pinned', ['true', 'false']) === 'true'
    // Requests that ended before the call must be forgotten too, even if they are not attributed yet.
    await fresh()
    backend.clear({ pinned })
    readers.cleared()
    sendJson(reply, backend.status())
  })

  addCall(scope, 'GET', '/api/requests/:id', async (request, reply) => {
    queryOf(request, [])
    const id = idOf(request)
    await fresh()
    const detail = backend.request(id)
    if (detail === undefined) throw notFound(`request "${id}"`)
    sendJson(reply, detail)
  })

  addCall(scope, 'GET', '/api/requests/:id/chart', async (request, reply) => {
    const format = choice(queryOf(request, ['format']), 'format', ['json', 'packed'])
    const id = idOf(request)
    await fresh()
    const chart = await backend.chartStepwise(id)
    if (chart === undefined) throw notFound(`request "${id}"`)
    if (format === 'packed') return sendPacked(reply, chart)
    return sendLongJson(reply, chart)
  })

  addCall(scope, ['PUT', 'DELETE'], '/api/requests/:id/pin', async (request, reply) => {
    queryOf(request, [])
    const id = idOf(request)
    const pinned = request.method === 'PUT'
    await fresh()
    backend.pin(id, pinned)
    sendJson(reply, { id, pinned })
  })
}

function filterOf(request: FastifyRequest): RequestFilter {
  const query = queryOf(request, filterNames)
  return {
    route: text(query, 'route'),
    status: checkStatus(text(query, 'status')),
    ...boundsOf(query),
    sort: choice(query, 'sort', requestSorts),
    limit: whole(query, 'limit', 1, MAX_LIMIT),
    cursor: text(query, 'cursor'),
  }
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id
}
