import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hidden } from '../requests/own.ts'
import { coded } from './failure.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Adds an endpoint to the API; `GET` includes `HEAD`. Errors become coded answers. */
export function addCall(
  scope: FastifyInstance,
  method: Method | Method[],
  url: string,
  answer: (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>,
): void {
  scope.route({
    method: method === 'GET' ? ['GET', 'HEAD'] : method,
    url,
    schema: hidden,
    handler: coded(answer),
  })
}
