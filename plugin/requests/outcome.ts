import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import type { Outcome } from '../model/wire/requests.ts'
import { symbolOf } from '../symbol-of.ts'

/** What Fastify told about a request before its end. */
export interface Told {
  readonly reply: FastifyReply
  /** Whether Fastify sends the answer: the request was not hijacked. */
  readonly answered: boolean
  readonly failed: boolean
  /** Whether the handler took too long, and Fastify answers instead. */
  readonly timedOut: boolean
  /** Whether nothing came over its connection for too long. The application may go on nevertheless. */
  readonly silent: boolean
}

/** How a request ended; `finished` says whether its response was handed over whole. */
export function outcomeOf({ reply, answered, failed, timedOut, silent }: Told, finished: boolean): Outcome {
  const { raw } = reply
  if (timedOut || (silent && !finished) || isTimeout(raw.errored) || isTimeout(raw.socket?.errored))
    return 'timedOut'
  if (!answered && isHijacked(reply)) return 'hijacked'
  if (!finished || !raw.writableEnded || raw.errored || wasReset(reply)) {
    return hasFailed(raw.errored) || wasCutHere(reply) ? 'errored' : 'aborted'
  }
  // A thrown 404 is an answer like any other; so is a 405.
  return failed && raw.statusCode !== 404 && raw.statusCode !== 405 ? 'errored' : 'completed'
}

/** Whether more went wrong than the client leaving, which later versions of Node report to queued responses. */
function hasFailed(error: (Error & { code?: string }) | null | undefined): boolean {
  return error != null && error.code !== 'ECONNRESET'
}

/** Whether an HTTP/2 stream was reset; Node may count it as finished nevertheless. */
function wasReset({ raw }: FastifyReply): boolean {
  return ((raw as { stream?: { rstCode?: number } }).stream?.rstCode ?? 0) !== 0
}

function isTimeout(error: (Error & { code?: string }) | null | undefined): boolean {
  return error?.code === 'FST_ERR_HANDLER_TIMEOUT' || error?.code === 'ERR_HTTP_REQUEST_TIMEOUT'
}

/**
 * Whether this side, not the client nor the closing server, cut the connection in the middle of an answer, as Fastify
 * does when a stream fails in it. This cannot be told over HTTP/2.
 */
function wasCutHere({ raw: { socket }, request }: FastifyReply): boolean {
  if (!(socket instanceof Socket) || !request.server.server.listening) return false
  return socket.destroyed && !socket.readableEnded && !socket.errored
}

/** The key of Fastify's note of `hijack()`. */
let hijacked: symbol | undefined

function isHijacked(reply: FastifyReply): boolean {
  const own = reply as unknown as Record<symbol, unknown>
  hijacked ??= symbolOf(reply, 'fastify.reply.hijacked')
  return hijacked !== undefined && own[hijacked] === true
}
