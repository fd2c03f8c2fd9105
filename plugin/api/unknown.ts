import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProfilerError } from '../errors.ts'
import { hidden } from '../requests/own.ts'
import { coded } from './failure.ts'

/**
 * Answers requests that no route of the scope takes: 405 if another method would work, else 404. Call it before the
 * other routes are added.
 *
 * Besides the scope's not-found handler it adds routes for all methods: these get the path as the router decoded it,
 * our headers come after those of every plugin, and a CORS plugin's `OPTIONS *` does not answer instead of us.
 */
export function unknownRoutes(scope: FastifyInstance): void {
  const methods = new Map<string, Set<string>>()
  const answer = coded((request, reply) => refuse(request, reply, methods))
  scope.setNotFoundHandler(answer)
  scope.all('/*', { schema: hidden }, answer)
  const bare = scope.supportedMethods.filter((method) => method !== 'GET' && method !== 'HEAD')
  scope.route({ method: bare, url: '', schema: hidden, handler: answer })
  scope.addHook('onRoute', (route) => {
    const path = route.url.slice(scope.prefix.length + 1)
    const known = methods.get(path) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    methods.set(path, known)
  })
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const path = (request.params as { '*'?: string } | null)?.['*'] ?? ''
  const allowed = [...methods].find(([known]) => fits(path, known))?.[1]
  // A path that the router could not match is unknown, even if it looks right once decoded.
  if (allowed === undefined || allowed.has(request.method)) {
    throw new ProfilerError('FST_PROFILER_NOT_FOUND', 'there is no such address here', 404)
  }
  const list = [...allowed].join(', ')
  reply.header('allow', list)
  throw new ProfilerError(
    'FST_PROFILER_BAD_METHOD',
    `${request.method} is not possible here; allowed: ${list}`,
    405,
  )
}

/** Whether a path matches a route pattern, in which `:name` stands for one segment. */
function fits(path: string, pattern: string): boolean {
  const given = path.split('/')
  const wanted = pattern.split('/')
  return (
    given.length === wanted.length && wanted.every((part, i) => part.startsWith(':') || part === given[i])
  )
}
