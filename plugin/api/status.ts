import type { FastifyInstance } from 'fastify'
import { badParameter } from '../errors.ts'
import { hidden } from '../requests/own.ts'
import { sendJson } from './answer.ts'
import type { Backend } from './backend.ts'
import type { EventReaders } from './events.ts'
import { coded } from './failure.ts'
import { queryOf } from './query.ts'

/** How the profiler is, and the switch that starts and stops it. */
export function statusRoutes(scope: FastifyInstance, backend: Backend, readers: EventReaders): void {
  scope.route({
    method: ['GET', 'HEAD'],
    url: '/api/status',
    schema: hidden,
    handler: coded((request, reply) => {
      queryOf(request, [])
      sendJson(reply, backend.status())
    }),
  })

  scope.route({
    method: 'POST',
    url: '/api/recording',
    schema: hidden,
    handler: coded((request, reply) => {
      queryOf(request, [])
      if (recordingOf(request.body)) backend.start()
      else backend.stop()
      readers.statusChanged()
      sendJson(reply, backend.status())
    }),
  })
}

function recordingOf(body: unknown): boolean {
  const allowed = '{ "recording": true } or { "recording": false }'
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badParameter('body', body, allowed)
  const { recording, ...rest } = body as Record<string, unknown>
  const [other] = Object.keys(rest)
  if (other !== undefined) throw badParameter(other, rest[other], `only ${allowed}`)
  if (typeof recording !== 'boolean') throw badParameter('recording', recording, 'true, false')
  return recording
}
