import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { Server as SecureServer } from 'node:tls'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { type Ask, notedIn, type Play, playCases, type Seen, withoutTimes } from './same-socket.ts'
import { selfSigned } from './self-signed.ts'
import { originOf } from './ways.ts'

/** What a client of HTTP/2 does, with a session of its own. */
export interface Http2Talk {
  readonly app: FastifyInstance
  readonly session: ClientHttp2Session
  /** Opens a stream with a request of this case; the body is left open when `ask.length` says that more is to come. */
  ask(ask: Ask): ClientHttp2Stream
  /** Resolves when the trace of this case has a line that begins so. */
  noted(line: string): Promise<void>
  /** Resolves when nothing more happens in this case. */
  quiet(): Promise<void>
  /** What came on all streams, in the order in which they were opened. */
  received(): string
}

/** Plays all cases over HTTP/2 without encryption, each in a session of its own. */
export const playHttp2: Play<Http2Talk> = (group, install) =>
  playSessions({ ...group, server: { ...group.server, http2: true } as FastifyServerOptions }, install)

/** The same over TLS, as browsers speak it. */
export const playSecureHttp2: Play<Http2Talk> = (group, install) => {
  const secure = { http2: true, https: { ...selfSigned(), allowHTTP1: true } }
  return playSessions({ ...group, server: { ...group.server, ...secure } as FastifyServerOptions }, install)
}

const playSessions: Play<Http2Talk> = (group, install = () => {}) =>
  playCases(group, install, async (app, name, seen) => {
    const what = group.cases[name]
    const talk = await talkTo(app, name, seen)
    if (typeof what === 'function') await what(talk)
    else {
      await closed(talk.ask(what))
    }
    talk.session.destroy()
    return withoutTimes(talk.received())
  })

async function talkTo(app: FastifyInstance, name: string, seen: Seen): Promise<Http2Talk> {
  const session = connect(authorityOf(app), { rejectUnauthorized: false }).on('error', () => {})
  await once(session, 'connect')
  const answers: string[] = []
  return {
    app,
    session,
    ask({ method = 'GET', path, headers, body, length = 0 }) {
      const all = { 'x-case': encodeURIComponent(name), ...allowed(headers) }
      const stream = session.request({ ':method': method, ':path': path, ...all }, { endStream: false })
      keep(stream, answers)
      if (length > 0) stream.write(body ?? '')
      else stream.end(body)
      return stream
    },
    noted: (line) => notedIn(seen.trace, line),
    async quiet() {
      const size = () => seen.trace.length + seen.log.length + answers.join('').length
      for (let still = 0, last = size(); still < 5; still = size() === last ? still + 1 : 0, last = size()) {
        await sleep(10)
      }
    },
    received: () => answers.join('\n'),
  }
}

/** Not by `once`, which a reset would make throw. */
export async function closed(stream: ClientHttp2Stream): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
}

function authorityOf({ server }: FastifyInstance): string {
  const origin = originOf(server)
  return server instanceof SecureServer ? origin.replace('http:', 'https:') : origin
}

/** HTTP/2 knows no headers of the connection, and calls the host by another name. */
function allowed({ host, connection: _, ...others }: Readonly<Record<string, string>> = {}) {
  return { ...others, ...(host !== undefined && { ':authority': host }) }
}

/** Writes down everything that comes on a stream. */
function keep(stream: ClientHttp2Stream, answers: string[]): void {
  const index = answers.push('') - 1
  const add = (text: string) => {
    answers[index] += text
  }
  const addHeaders = (headers: OutgoingHttpHeaders) => {
    for (const [name, value] of Object.entries(headers)) add(`${name}: ${value}\r\n`)
  }
  stream.on('headers', addHeaders).on('response', addHeaders).on('trailers', addHeaders)
  stream.setEncoding('latin1').on('data', add)
  stream.on('error', () => {})
  stream.on('close', () => add(`\r\nclosed with ${stream.rstCode}`))
}
