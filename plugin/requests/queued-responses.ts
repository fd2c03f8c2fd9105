import type { Socket } from 'node:net'

/**
 * Pipelined responses that wait behind another one of their connection. Such a response has no socket yet, so it never
 * closes if the client leaves: the connection's socket does, which is listened to once for all of them.
 */
export interface QueuedResponses<T> {
  add(socket: Socket, response: T): void
  /** It has ended in another way. */
  delete(socket: Socket, response: T): void
}

/** `left` is called for each response whose client has left. */
export function createQueuedResponses<T>(left: (response: T) => void): QueuedResponses<T> {
  const queues = new WeakMap<Socket, Set<T>>()
  return {
    add(socket, response) {
      let queue = queues.get(socket)
      if (queue === undefined) {
        queue = new Set()
        queues.set(socket, queue)
        socket.once('close', () => {
          for (const one of queues.get(socket)!) left(one)
        })
      }
      queue.add(response)
    },
    delete: (socket, response) => void queues.get(socket)?.delete(response),
  }
}
