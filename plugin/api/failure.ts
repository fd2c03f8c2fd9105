import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { ProfilerError } from '../errors.ts'
import type { ErrorAnswer } from '../model/wire/paths.ts'
import { sendJson } from './answer.ts'
import { secureRaw } from './headers.ts'

/** Not imported, since an import reads all exports of `node:http`, for which Node loads the whole of its `fetch`. */
const { STATUS_CODES } = process.getBuiltinModule('node:http')

const bodyProblems: Readonly<Record<number, string>> = {
  400: 'FST_PROFILER_BAD_BODY',
  413: 'FST_PROFILER_BODY_TOO_LARGE',
  415: 'FST_PROFILER_BAD_MEDIA_TYPE',
}

/** The error for a request that is not let in, with the reason. */
export function forbidden(message: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_FORBIDDEN', message, 403)
}

/** Sends an error in the form that all errors have. Unexpected errors are logged, and their details not sent. */
export function sendFailure(reply: FastifyReply, error: unknown): void {
  const answer = answerOf(error)
  if (answer.statusCode >= 500) reply.log.error({ err: error }, 'fastify-profiler could not answer')
  if (reply.request.is404) {
    sendPast(reply, answer)
    return
  }
  reply.code(answer.statusCode)
  sendJson(reply, answer)
}

/**
 * Sends an error past the hooks of the application. A method that the application does not know matches no route, so
 * our hooks, which come after all of the application's, would not run.
 */
function sendPast(reply: FastifyReply, answer: ErrorAnswer): void {
  const { raw } = reply
  const allow = reply.getHeader('allow')
  reply.hijack()
  secureRaw(raw)
  if (allow !== undefined) raw.setHeader('allow', allow)
  const body = JSON.stringify(answer)
  raw.setHeader('content-type', 'application/json; charset=utf-8')
  raw.setHeader('content-length', Buffer.byteLength(body))
  raw.writeHead(answer.statusCode)
  raw.end(body)
}

/** Makes a route handler whose errors become coded answers, without the application's `onError` hooks. */
export function coded(
  answer: (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>,
): RouteHandlerMethod {
  return async (request, reply) => {
    try {
      await answer(request, reply)
    } catch (error) {
      sendFailure(reply, error)
    }
    return reply
  }
}

function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof ProfilerError) return errorAnswer(error.statusCode, error.code, error.message)
  const { code, statusCode, message } = Object(error) as {
    code?: unknown
    statusCode?: unknown
    message?: unknown
  }
  const refused = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  if (!refused)
    return errorAnswer(500, 'FST_PROFILER_FAILED', 'the profiler failed; the log of the server says why')
  // Fastify's own refusals (a body that is not JSON, or is too large) reveal nothing but what was sent.
  if (String(code).startsWith('FST_ERR_')) {
    return errorAnswer(statusCode, bodyProblems[statusCode] ?? 'FST_PROFILER_REFUSED', String(message))
  }
  return errorAnswer(statusCode, 'FST_PROFILER_REFUSED', 'a hook of the application refused the request')
}

function errorAnswer(statusCode: number, code: string, message: string): ErrorAnswer {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message }
}
