import type { FastifyInstance } from 'fastify'
import { ProfilerError } from '../errors.ts'

/** Accepts only JSON bodies, and parses them without the application's content-type parsers. */
export function parseBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(new ProfilerError('FST_PROFILER_BAD_BODY', 'the body is not JSON', 400))
    }
  })
}
