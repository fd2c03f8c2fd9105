import type { FastifyInstance, FastifyRequest } from 'fastify'
import { badParameter } from '../errors.ts'
import { fileName, fileNameParameters } from '../formats/file-name.ts'
import { formatStepwise } from '../formats/index.ts'
import { boundNames, type RequestBounds } from '../model/bounds.ts'
import type { PhasesAnswer } from '../model/wire/phases.ts'
import { exportFormats } from '../model/wire/selection.ts'
import { sendBody, sendJson, sendPacked } from './answer.ts'
import type { Backend } from './backend.ts'
import { boundsOf } from './bounds.ts'
import { addCall } from './call.ts'
import { choice, queryOf, text } from './query.ts'
import { selectionNames, selectionOf } from './selection.ts'

/** Endpoints for the merged profile of a route, of requests or of everything, also as a file; and a route's phases and waits. */
export function profileRoutes(scope: FastifyInstance, backend: Backend, fresh: () => Promise<void>): void {
  addCall(scope, 'GET', '/api/profile', async (request, reply) => {
    const query = queryOf(request, [...selectionNames, 'format'])
    const format = choice(query, 'format', [...exportFormats, 'packed'] as const) ?? 'json'
    const selection = selectionOf(query)
    await fresh()
    if (format === 'packed') return sendPacked(reply, await backend.profileStepwise(selection))
    const content = await backend.contentStepwise(selection, format)
    const { body, contentType, extension } = await formatStepwise(content, format)
    const disposition = format === 'json' ? 'inline' : 'attachment'
    reply.header(
      'content-disposition',
      `${disposition}; ${fileNameParameters(fileName(content.profile, extension))}`,
    )
    sendBody(reply, contentType, body)
  })

  addCall(scope, 'GET', '/api/phases', async (request, reply) => {
    const { route, bounds } = oneRoute(request)
    await fresh()
    sendJson(reply, backend.phases(route, bounds) satisfies PhasesAnswer)
  })

  addCall(scope, 'GET', '/api/waiting', async (request, reply) => {
    const { route, bounds } = oneRoute(request)
    await fresh()
    sendJson(reply, await backend.waitingStepwise(route, bounds))
  })
}

function oneRoute(request: FastifyRequest): { route: string; bounds: RequestBounds } {
  const query = queryOf(request, ['route', ...boundNames])
  const route = text(query, 'route')
  if (route === undefined) throw badParameter('route', route, 'one route')
  return { route, bounds: boundsOf(query) }
}
