import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/** Told how a response ends. Mostly of both, and has to bear being told again. */
export interface Ending {
  /** All of it was handed over. */
  finished(): void
  /** Nothing more can be sent. */
  closed(): void
  /** Who else follows the same response: two applications may answer with one, or two routes. Ours to set. */
  also?: Ending | undefined
}

/** Tells when responses end: no hook of Fastify runs for every ending, but every response closes. */
export interface ResponseEnds {
  /** Calls `closed` at once for a client that has left already, as while a hook before ours ran. */
  follow(reply: FastifyReply, ending: Ending): void
}

/** On the response itself, and listeners that all share: a closure for each would cost as much as all else here. */
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
 * client leaves: the connection's socket does, which is listened to once for all of them.
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
        raw.on('finish', finished)
        raw.on('close', closed)
      }
      const isQueued = raw.socket === null
      if (isQueued) queue(raw, socket, ending)
      if (isQueued ? socket.destroyed : hasLeft(raw)) ending.closed()
    },
  }
}

/** Whether `close` has been, and will not come again. */
export function hasLeft(raw: FastifyReply['raw']): boolean {
  // A response of HTTP/2 does not say it of itself.
  const { stream } = raw as { stream?: { destroyed: boolean } }
  return stream === undefined ? raw.destroyed : stream.destroyed
}
