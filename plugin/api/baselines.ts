import type { FastifyInstance, FastifyRequest } from 'fastify'
import { baselineName } from '../baselines/name.ts'
import { badParameter, notFound } from '../errors.ts'
import { boundNames } from '../model/bounds.ts'
import { PREVIOUS } from '../model/labels.ts'
import type { BaselinesAnswer } from '../model/wire/baselines.ts'
import { sendJson } from './answer.ts'
import type { Backend } from './backend.ts'
import { boundsOf } from './bounds.ts'
import { addCall } from './call.ts'
import type { EventReaders } from './events.ts'
import { queryOf, text } from './query.ts'

/** Endpoints for baselines: profiles kept under a name for later comparisons. */
export function baselineRoutes(scope: FastifyInstance, backend: Backend, readers: EventReaders): void {
  addCall(scope, 'GET', '/api/baselines', async (request, reply) => {
    queryOf(request, [])
    sendJson(reply, { baselines: await backend.baselines() } satisfies BaselinesAnswer)
  })

  addCall(scope, 'PUT', '/api/baselines/:name', async (request, reply) => {
    const query = queryOf(request, ['route', ...boundNames])
    const name = nameOf(request)
    const route = text(query, 'route')
    const bounds = boundsOf(query)
    const [bound] = Object.entries(bounds)
    if (route === undefined && bound !== undefined) {
      throw badParameter(...bound, 'bounds of the requests of a route')
    }
    try {
      sendJson(reply, await backend.saveBaseline(name, route === undefined ? {} : { route, ...bounds }))
    } finally {
      readers.statusChanged()
    }
  })

  addCall(scope, 'DELETE', '/api/baselines/:name', async (request, reply) => {
    queryOf(request, [])
    const name = givenName(request) === PREVIOUS ? PREVIOUS : nameOf(request)
    try {
      if (!(await backend.deleteBaseline(name))) throw notFound(`baseline "${name}"`)
      sendJson(reply, { name, deleted: true })
    } finally {
      readers.statusChanged()
    }
  })
}

function nameOf(request: FastifyRequest): string {
  return baselineName(givenName(request))
}

function givenName(request: FastifyRequest): string {
  return (request.params as { name: string }).name
}
