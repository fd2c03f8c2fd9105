import type { FastifyInstance } from 'fastify'
import { badParameter } from '../errors.ts'
import { sendJson } from './answer.ts'
import type { Backend } from './backend.ts'
import { addCall } from './call.ts'
import type { EventReaders } from './events.ts'
import { queryOf } from './query.ts'

/** Endpoints for the profiler's status, and for starting and stopping it. */
export function statusRoutes(
  scope: FastifyInstance,
  backend: Backend,
  fresh: () => Promise<void>,
  readers: EventReaders,
): void {
  addCall(scope, 'GET', '/api/status', async (request, reply) => {
    queryOf(request, [])
    await fresh()
    sendJson(reply, backend.status())
  })

  addCall(scope, 'POST', '/api/recording', async (request, reply) => {
    queryOf(request, [])
    if (recordingOf(request.body)) backend.start()
    else backend.stop()
    readers.statusChanged()
    await fresh()
    sendJson(reply, backend.status())
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
