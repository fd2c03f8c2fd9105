import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/** Told how a response ends. Mostly of both, and has to bear being told again. */
export interface Ending {
  /** All of it was handed over. */
  finished(): void
  /** Nothing more can be sent. */
  closed(): void
}

/** Tells when responses end: no hook of Fastify runs for every ending, but every response closes. */
export interface ResponseEnds {
  /** Calls `closed` at once for a client that has left already, as while a hook before ours ran. */
  follow(reply: FastifyReply, ending: Ending): void
}

/**
 * A pipelined response that waits behind another one of its connection has no socket yet, so it never closes if the
 * client leaves: the connection's socket does, which is listened to once for all of them.
 */
export function createResponseEnds(): ResponseEnds {
  const queues = new WeakMap<Socket, Set<Ending>>()

  function queueOf(socket: Socket): Set<Ending> {
    let queue = queues.get(socket)
    if (queue === undefined) {
      const made = new Set<Ending>()
      queues.set(socket, made)
      socket.once('close', () => {
        for (const ending of made) ending.closed()
      })
      queue = made
    }
    return queue
  }

  return {
    follow({ raw, request }, ending) {
      const { socket } = request.raw
      const queue = raw.socket === null ? queueOf(socket) : undefined
      queue?.add(ending)
      // A closure for each: two applications, or two routes of one, may answer with the same response.
      raw.on('finish', () => ending.finished())
      raw.on('close', () => {
        queue?.delete(ending)
        ending.closed()
      })
      if (queue === undefined ? hasLeft(raw) : socket.destroyed) ending.closed()
    },
  }
}

/** Whether `close` has been, and will not come again. */
export function hasLeft(raw: FastifyReply['raw']): boolean {
  // A response of HTTP/2 does not say it of itself.
  const { stream } = raw as { stream?: { destroyed: boolean } }
  return stream === undefined ? raw.destroyed : stream.destroyed
}
