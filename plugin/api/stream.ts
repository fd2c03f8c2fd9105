import type { ServerResponse } from 'node:http'
import { secureRaw } from './headers.ts'

export interface StreamLimits {
  /** Bytes that may wait for a reader before events are left out for it. */
  readonly mostWaiting: number
  /** How long a reader may be behind before it is dropped, milliseconds. */
  readonly patienceMs: number
}

/** How long a reader may take for the end of its stream, milliseconds. */
const lastCallMs = 500

/** One reader of server-sent events. */
export interface EventStream {
  /** Events are left out for a reader that is behind. Answers whether this one was sent. */
  send(event: string, data: string): boolean
  /** Ends it; a reader that does not take the end is cut off. */
  end(): void
}

/** Begins the answer and calls `gone` once when it is over, whoever ended it. */
export function openStream(response: ServerResponse, limits: StreamLimits, gone: () => void): EventStream {
  let over = false
  let behindSince: number | undefined
  response.on('error', () => {})
  response.once('close', () => {
    over = true
    gone()
  })
  begin(response)

  return {
    send(event, data) {
      if (over || response.writableEnded) return false
      if (response.writableLength < limits.mostWaiting) {
        behindSince = undefined
        response.write(`event: ${event}\ndata: ${data}\n\n`)
        return true
      }
      behindSince ??= performance.now()
      if (performance.now() - behindSince > limits.patienceMs) response.destroy()
      return false
    },
    end() {
      if (over || response.writableEnded) return
      response.end()
      const timer = setTimeout(() => response.destroy(), lastCallMs)
      response.once('close', () => clearTimeout(timer))
    },
  }
}

function begin(response: ServerResponse): void {
  secureRaw(response)
  response.setHeader('content-type', 'text/event-stream; charset=utf-8')
  // Proxies must not hold events back.
  response.setHeader('x-accel-buffering', 'no')
  // HTTP/1: the connection ends with the stream, so that closing the application need not wait for it.
  if (response.req.httpVersionMajor < 2) response.setHeader('connection', 'close')
  response.writeHead(200)
  // The application's timeout for idle connections is not meant for streams.
  response.setTimeout(0)
  response.write('retry: 1000\n\n')
}
