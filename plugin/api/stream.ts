import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { secureRaw } from './headers.ts'

export interface StreamLimits {
  /** Bytes that may wait for a reader before it misses events. */
  readonly mostWaiting: number
  /** How long a reader may be behind before it is dropped, milliseconds. */
  readonly patienceMs: number
}

/** How long a reader may take to receive the end of its stream, milliseconds. */
const LAST_CALL_MS = 500

/** One reader of server-sent events. */
export interface EventStream {
  /** Sends an event, unless the reader is behind; returns whether it was sent. */
  send(event: string, data: string): boolean
  /** Ends the stream; a reader that does not receive the end in time is cut off. */
  end(): void
}

/** Begins the answer to a request as a stream of events. */
export function openStream(reply: FastifyReply, limits: StreamLimits): EventStream {
  const response = reply.raw
  let over = false
  let behindSinceMs: number | undefined
  response.on('error', () => {})
  response.once('close', () => {
    over = true
  })
  begin(response, reply.request.raw.httpVersionMajor)
  reply.hijack()

  return {
    send(event, data) {
      if (over || response.writableEnded) return false
      if (response.writableLength < limits.mostWaiting) {
        behindSinceMs = undefined
        response.write(`event: ${event}\ndata: ${data}\n\n`)
        return true
      }
      behindSinceMs ??= performance.now()
      if (performance.now() - behindSinceMs > limits.patienceMs) response.destroy()
      return false
    },
    end() {
      if (over || response.writableEnded) return
      response.end()
      const timer = setTimeout(() => response.destroy(), LAST_CALL_MS)
      response.once('close', () => clearTimeout(timer))
    },
  }
}

function begin(response: ServerResponse, httpVersion: number): void {
  secureRaw(response)
  response.setHeader('content-type', 'text/event-stream; charset=utf-8')
  // Proxies must not hold events back.
  response.setHeader('x-accel-buffering', 'no')
  // In HTTP/1 the connection ends with the stream, so that closing the application need not wait for it.
  if (httpVersion < 2) response.setHeader('connection', 'close')
  response.writeHead(200)
  // The application's timeout for idle connections is not meant for streams.
  response.setTimeout(0, () => {})
  response.write('retry: 1000\n\n')
}
