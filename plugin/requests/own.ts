import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'

/** A registered symbol: two copies of the package know each other's dashboard. */
const own = Symbol.for('fastify-profiler.own')

/** Schema of every route of the profiler: API documentation of the application leaves these routes out. */
export const hidden = { hide: true } as FastifySchema

/** Marks a scope as the profiler's own, with every route and every 404 in it. */
export function markOwn(scope: FastifyInstance): void {
  scope.decorate(own, true)
}

/** Whether a request is for a dashboard: its page, API, files and 404s. Such requests are never recorded. */
export function isOwnRequest(request: FastifyRequest): boolean {
  return isOwnScope(request.server)
}

export function isOwnScope(scope: FastifyInstance): boolean {
  return (scope as unknown as Record<symbol, unknown>)[own] === true
}
