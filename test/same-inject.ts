import { Readable } from 'node:stream'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import {
  type Group,
  type Note,
  notedIn,
  noteHooks,
  type Play,
  playCases,
  withoutTimes,
} from './same-socket.ts'

/** What a test of an application does that opens no socket. */
export interface InjectTalk {
  readonly app: FastifyInstance
  /** The header by which the request is known to be of this case. */
  readonly headers: Readonly<Record<string, string>>
  /** Resolves when the trace of this case has a line that begins so. */
  noted(line: string): Promise<void>
  /** What is compared, besides hooks and log. */
  tell(text: string): void
}

/** Plays all cases by `app.inject()`. */
export const playInjected: Play<InjectTalk> = (group, install = () => {}) =>
  playCases(group, install, async (app, name, { trace }) => {
    const what = group.cases[name]
    const headers = { 'x-case': encodeURIComponent(name) }
    let told = ''
    const tell = (text: string) => {
      told += `${text}\n`
    }
    if (typeof what === 'function') await what({ app, headers, tell, noted: (line) => notedIn(trace, line) })
    else {
      const { method = 'GET', path, body } = what
      const options = { method, url: path, headers: { ...headers, ...what.headers }, payload: body }
      tell(await answerTo(app.inject(options as InjectOptions)))
    }
    return withoutTimes(told)
  })

/** An answer as text, or why there is none. */
async function answerTo(asked: Promise<LightMyRequestResponse>): Promise<string> {
  try {
    const { statusCode, statusMessage, headers, trailers, rawPayload } = await asked
    const lines = Object.entries({ ...headers, ...trailers }).map(([name, value]) => `${name}: ${value}\r\n`)
    return `${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n${rawPayload.toString('latin1')}`
  } catch (error) {
    return String(error)
  }
}

function build(app: FastifyInstance, note: Note): void {
  noteHooks(app, 'app', note, true)
  app.get('/query', async (request) => ({ query: request.query, cookie: request.headers.cookie ?? '' }))
  app.post('/echo', async (request) => ({ body: request.body }))
  app.get('/address', async (request) => [request.ip, request.host, request.protocol])
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['one', 'two'])))
  app.get('/never', async (request) => {
    note(request, 'handler')
    await new Promise(() => {})
  })
  app.get('/nested', async (request) => {
    const headers = { 'x-case': `${request.headers['x-case']}` }
    const { statusCode, body } = await app.inject({ url: '/query?inner=1', headers })
    return { statusCode, body }
  })
}

const json = { 'content-type': 'application/json' }
/** Typed as if all had to be said. */
const simulated = (what: 'split' | 'error') => ({ [what]: true }) as never as InjectOptions['simulate']
const options: Record<string, InjectOptions> = {
  'with a query': { url: '/query', query: { a: '1', b: ['2', '3'] } },
  'with cookies': { url: '/query', cookies: { a: '1' } },
  'with an address of its own': { url: '/address', remoteAddress: '192.0.2.1' },
  'with a host of its own': { url: '/address', authority: 'a.example:81' },
  'with an address as URL': { url: 'http://b.example/address' },
  'with an object': { method: 'POST', url: '/echo', payload: { a: 1 } },
  'with a stream': { method: 'POST', url: '/echo', headers: json, payload: Readable.from(['{"a"', ':1}']) },
  'with a buffer': { method: 'POST', url: '/echo', headers: json, payload: Buffer.from('{"a":1}') },
  'with a body in pieces': { method: 'POST', url: '/echo', payload: { a: 1 }, simulate: simulated('split') },
  'whose body fails': { method: 'POST', url: '/echo', payload: { a: 1 }, simulate: simulated('error') },
  'for HEAD': { method: 'HEAD', url: '/query' },
  'for no route': { url: '/nowhere' },
  'from a handler': { url: '/nested' },
}

export const injectGroup: Group<InjectTalk> = {
  name: 'a request',
  mayMiss: true,
  build,
  cases: {
    ...Object.fromEntries(
      Object.entries(options).map(([name, asked]) => [
        name,
        async ({ app, headers, tell }: InjectTalk) => {
          // A stream can be read once, and each case is played twice.
          const payload = asked.payload instanceof Readable ? Readable.from(['{"a"', ':1}']) : asked.payload
          tell(await answerTo(app.inject({ ...asked, payload, headers: { ...headers, ...asked.headers } })))
        },
      ]),
    ),
    'by callback': async ({ app, headers, tell }) => {
      await new Promise<void>((resolve) =>
        app.inject({ url: '/query', headers }, (error, response) => {
          tell(`${error} ${response?.body}`)
          resolve()
        }),
      )
    },
    'put together by a chain': async ({ app, headers, tell }) =>
      tell(await answerTo(app.inject().post('/echo').headers(headers).payload({ a: 1 }).end() as never)),
    'whose answer is read as a stream': async ({ app, headers, tell }) => {
      const response = await app.inject({ url: '/stream', headers, payloadAsStream: true })
      tell((await response.stream().setEncoding('utf8').toArray()).join())
    },
    'that is aborted': async ({ app, headers, tell, noted }) => {
      const abort = new AbortController()
      const answer = answerTo(app.inject({ url: '/never', headers, signal: abort.signal }))
      await noted('handler')
      abort.abort()
      tell(await answer)
    },
    'among others at once': async ({ app, headers, tell }) => {
      const asked = Array.from({ length: 10 }, (_, i) =>
        answerTo(app.inject({ url: `/query?n=${i}`, headers: { ...headers, 'x-case': `others ${i}` } })),
      )
      tell((await Promise.all(asked)).join('\n'))
    },
  },
}
