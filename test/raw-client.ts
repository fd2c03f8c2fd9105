import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { originOf } from './ways.ts'

/** A client without manners: what it sends, and when it leaves, is up to the test. */
export interface RawClient {
  readonly socket: Socket
  /** All that came so far. */
  received(): string
  send(text: string): void
  /** Resolves when `text` has come. */
  got(text: string): Promise<void>
  /** Resolves when the other side or this one has closed. */
  closed(): Promise<void>
  /** Leaves at once, with a FIN. */
  leave(): void
}

export async function rawClient(app: FastifyInstance): Promise<RawClient> {
  const socket = connect(Number(new URL(originOf(app.server)).port), '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  let over = false
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    over = true
  })
  return {
    socket,
    received: () => text,
    send: (more) => socket.write(more),
    async got(wanted) {
      while (!text.includes(wanted)) {
        if (over) throw new Error(`closed before ${JSON.stringify(wanted)}; got ${JSON.stringify(text)}`)
        await Promise.race([once(socket, 'data'), once(socket, 'close')])
      }
    },
    async closed() {
      // Not by `once`, which a reset would make throw.
      if (!over) await new Promise((resolve) => socket.once('close', resolve))
    },
    leave: () => socket.destroy(),
  }
}

/** A request as text; a body gets its length unless `length` says otherwise. */
export function requestText(
  method: string,
  path: string,
  { headers = {}, body = '', length = Buffer.byteLength(body) }: RequestParts = {},
): string {
  const all = { host: 'localhost', ...(length > 0 && { 'content-length': String(length) }), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly length?: number
}
