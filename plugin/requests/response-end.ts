import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/** Follows a response to its end. Mostly both methods are called, and repeated calls must do no harm. */
export interface Ending {
  /** The whole response was handed over. */
  finished(): void
  /** The response has closed: nothing more can be sent. */
  closed(): void
  /** Next follower of the response, which two applications or two routes may share. Set by this module only. */
  also?: Ending | undefined
}

/** Tells when responses end: no Fastify hook runs for every ending, but every response closes. */
export interface ResponseEnds {
  /** Follows a response. Calls `closed` at once if the client has left already, while a hook before ours ran, say. */
  follow(reply: FastifyReply, ending: Ending): void
}

/** Key on the response, for listeners that all share: a closure for each would cost as much as all else here. */
const ENDING = Symbol('fastify-profiler.ending')
type Followed = FastifyReply['raw'] & { [ENDING]?: Ending }

function finished(this: Followed): void {
  for (let ending = this[ENDING]; ending !== undefined; ending = ending.also) ending.finished()
}

function closed(this: Followed): void {
  for (let ending = this[ENDING]; ending !== undefined; ending = ending.also) ending.closed()
}

/**
 * A pipelined response that waits behind another one of its connection has no socket yet, so it never closes if the
 * client leaves. The connection's socket does close, and has one listener for all such responses.
 */
export function createResponseEnds(): ResponseEnds {
  const queues = new WeakMap<Socket, Set<Ending>>()

  function queue(raw: Followed, socket: Socket, ending: Ending): void {
    let queued = queues.get(socket)
    if (queued === undefined) {
      const made = new Set<Ending>()
      queues.set(socket, made)
      socket.once('close', () => {
        for (const one of made) one.closed()
      })
      queued = made
    }
    queued.add(ending)
    raw.once('close', () => queued.delete(ending))
  }

  return {
    follow(reply, ending) {
      const raw: Followed = reply.raw
      const { socket } = reply.request.raw
      ending.also = raw[ENDING]
      raw[ENDING] = ending
      if (ending.also === undefined) {
        // Before Fastify's own, which runs the `onResponse` hooks: their CPU comes after the response.
        raw.prependListener('finish', finished)
        raw.on('close', closed)
      }
      const isQueued = raw.socket === null
      if (isQueued) queue(raw, socket, ending)
      if (isQueued ? socket.destroyed : hasLeft(raw)) ending.closed()
    },
  }
}

/**
 * Whether headers were sent. Node's own property is asked: `@fastify/express` gives each response another one of this
 * name, which says whether Express has sent them.
 */
export function hasSentHeaders(raw: { readonly headersSent: boolean }): boolean {
  return Reflect.get(Object.getPrototypeOf(raw), 'headersSent', raw)
}

/** Whether `close` was emitted already, and will not be again. */
export function hasLeft(raw: FastifyReply['raw']): boolean {
  // For an HTTP/2 response only the stream knows.
  const { stream } = raw as { stream?: { destroyed: boolean } }
  return stream === undefined ? raw.destroyed : stream.destroyed
}
