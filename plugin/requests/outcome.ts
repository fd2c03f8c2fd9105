import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import type { Outcome } from '../model/wire.ts'

/** What Fastify said of a request on the way. */
export interface Told {
  readonly reply: FastifyReply
  /** Fastify sends the answer: it was not hijacked. */
  readonly answered: boolean
  readonly failed: boolean
  /** Its handler took too long, for which Fastify answers. */
  readonly timedOut: boolean
  /** Nothing came over its connection for too long. The application may go on all the same. */
  readonly silent: boolean
}

/** How a request ended; `finished` when its response was handed over whole. */
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

/** Whether more went wrong than that the client left, which later versions of Node tell queued responses. */
function hasFailed(error: (Error & { code?: string }) | null | undefined): boolean {
  return error != null && error.code !== 'ECONNRESET'
}

/** An HTTP/2 stream that was reset may count as finished for Node. */
function wasReset({ raw }: FastifyReply): boolean {
  return ((raw as { stream?: { rstCode?: number } }).stream?.rstCode ?? 0) !== 0
}

function isTimeout(error: (Error & { code?: string }) | null | undefined): boolean {
  return error?.code === 'FST_ERR_HANDLER_TIMEOUT' || error?.code === 'ERR_HTTP_REQUEST_TIMEOUT'
}

/**
 * Whether this side cut the connection in the middle of an answer, as Fastify does when a stream fails in it, and not
 * the client, nor the closing server. Not to be told over HTTP/2.
 */
function wasCutHere({ raw: { socket }, request }: FastifyReply): boolean {
  if (!(socket instanceof Socket) || !request.server.server.listening) return false
  return socket.destroyed && !socket.readableEnded && !socket.errored
}

/** Fastify keeps `hijack()` under a symbol that it does not export. */
let hijacked: symbol | undefined

function isHijacked(reply: FastifyReply): boolean {
  const own = reply as unknown as Record<symbol, unknown>
  hijacked ??= Object.getOwnPropertySymbols(reply).find((s) => s.description === 'fastify.reply.hijacked')
  return hijacked !== undefined && own[hijacked] === true
}
