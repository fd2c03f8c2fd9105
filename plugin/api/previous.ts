import type { FastifyInstance } from 'fastify'
import type { PreviousAnswer } from '../model/wire/baselines.ts'
import { sendJson } from './answer.ts'
import type { Backend } from './backend.ts'
import { addCall } from './call.ts'
import { queryOf, text } from './query.ts'

/** Endpoint for what routes cost since the start compared with the previous run: a summary, unlike `api/diff`. */
export function previousRoutes(scope: FastifyInstance, backend: Backend, fresh: () => Promise<void>): void {
  addCall(scope, 'GET', '/api/previous', async (request, reply) => {
    const route = text(queryOf(request, ['route']), 'route')
    await fresh()
    sendJson(reply, {
      kept: backend.keepsRuns,
      routes: await backend.sincePrevious(route),
    } satisfies PreviousAnswer)
  })
}
