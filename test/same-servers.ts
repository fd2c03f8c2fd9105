import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
import { requestText } from './raw-client.ts'
import { type Ask, type Group, type Note, noteHooks, type Talk } from './same-socket.ts'

const json = { 'content-type': 'application/json' }

/** Kinds of the application's own, as a framework around Fastify may have them. */
class OwnRequest extends IncomingMessage {
  own = 'request'
}
class OwnResponse extends ServerResponse<OwnRequest> {
  override end(...args: never[]): this {
    if (!this.headersSent) this.setHeader('x-own', 'response')
    return super.end(...(args as []))
  }
  override emit(event: string, ...values: unknown[]): boolean {
    if (event === 'finish') (this.req as unknown as { finished?: string }).finished = 'seen'
    return super.emit(event, ...values)
  }
}

function build(app: FastifyInstance, note: Note): void {
  noteHooks(app, 'app', note, true)
  app.decorateRequest('user', null)
  app.get('/ok', async (request) => ({ id: request.id, url: request.url, original: request.originalUrl }))
  app.get('/users/:id', async (request) => request.params)
  app.get('/later', async (request) => {
    note(request, 'handler')
    await sleep(20)
    return 'later'
  })
  app.post('/echo', async (request) => request.body)
  app.get('/fails', async () => Promise.reject(new Error('meant')))
  app.get('/head', { exposeHeadRoute: true }, async () => 'head')
  app.get('/raw', async ({ raw }) => {
    const { own = 'none' } = raw as { own?: string }
    return { kind: raw.constructor.name, own, keys: Object.keys(raw).sort() }
  })
  app.get('/proxy', {
    preHandler: async (request) => {
      Object.assign(request, { user: new Proxy({}, { get: (_, name) => `user's ${String(name)}` }) })
      Object.freeze(request.params)
    },
    handler: async (request) => ({
      name: (request as FastifyRequest & { user: { name: string } }).user.name,
    }),
  })
  app.get('/replaced', async (request, reply) => {
    const { raw } = request
    request.raw = new Proxy(raw, {})
    reply.raw.once('finish', () => note({ headers: raw.headers }, 'finished'))
    return { method: request.raw.method }
  })
  app.get('/replaced-reply', async (_request, reply) => {
    const { raw } = reply
    const bound = (value: unknown) => (typeof value === 'function' ? value.bind(raw) : value)
    reply.raw = new Proxy(raw, { get: (target, name) => bound(Reflect.get(target, name, target)) })
    return 'by a proxy'
  })
}

const paths = [
  ...['/ok', '/users/7', '/later', '/fails', '/head', '/raw', '/proxy', '/replaced', '/replaced-reply'],
  ...['/nowhere', '/%zz'],
]
const gets = paths.map((path): [string, Ask] => [`GET ${path}`, { path }])
const heads = paths.map((path): [string, Ask] => [`HEAD ${path}`, { method: 'HEAD', path }])
const cases: Record<string, Ask> = {
  ...Object.fromEntries([...gets, ...heads]),
  'POST /echo': { method: 'POST', path: '/echo', headers: json, body: '{"a":1}' },
}

const servers: Record<string, { server: FastifyServerOptions; cases?: Group['cases'] }> = {
  rewriteUrl: {
    server: { rewriteUrl: (request) => String(request.url).replace(/^\/v1(?=\/)/, '') },
    cases: { ...cases, 'GET /v1/users/7': { path: '/v1/users/7' }, 'GET /v1/ok': { path: '/v1/ok?a=1' } },
  },
  'a server of its own': {
    server: {
      serverFactory: (handler, options) =>
        createServer(
          {
            ...(options.http as object),
            IncomingMessage: OwnRequest,
            ServerResponse: OwnResponse as never,
          } as object,
          (request: IncomingMessage, response: ServerResponse) => {
            response.setHeader('x-server', 'own')
            handler(request, response)
          },
        ),
    },
  },
  'exposeHeadRoutes: false': { server: { exposeHeadRoutes: false } },
  disableRequestLogging: { server: { disableRequestLogging: true } },
  'no log': { server: { logger: false } },
  'child loggers of its own': {
    server: {
      childLoggerFactory: (logger, bindings, options, raw) =>
        logger.child({ ...bindings, agent: raw.headers['user-agent'] ?? 'none' }, options ?? {}),
    },
  },
  'ids from a header': {
    server: { requestIdHeader: 'x-case', requestIdLogLabel: 'reqId' },
  },
  maxRequestsPerSocket: {
    server: { maxRequestsPerSocket: 2 },
    cases: {
      'three on one connection': async ({ send, got }: Talk) => {
        const ask = (id: string) => send(requestText('GET', '/ok', { headers: { 'x-case': id } }))
        ask('first')
        await got('"id":"first"')
        ask('second')
        await got('"id":"second"')
        ask('third')
        await got('\r\n0\r\n\r\n')
      },
    },
  },
  frameworkErrors: {
    server: {
      frameworkErrors: (error, _request, reply) =>
        void reply.code(400 as never).send({ own: error.code } as never),
    },
  },
  clientErrorHandler: {
    server: {
      clientErrorHandler(error, socket) {
        socket.end(`HTTP/1.1 400 Bad\r\nconnection: close\r\n\r\n${(error as { code?: string }).code}`)
      },
    },
    cases: {
      'that says nonsense': async ({ send, closed }: Talk) => {
        send('nonsense\r\n\r\n')
        await closed()
      },
      'GET /ok': { path: '/ok' },
    },
  },
  'onProtoPoisoning: remove': {
    server: { onProtoPoisoning: 'remove', onConstructorPoisoning: 'remove' },
    cases: {
      'a poisoned body': {
        method: 'POST',
        path: '/echo',
        headers: json,
        body: '{"a":1,"__proto__":{"b":2},"constructor":{"prototype":{"c":3}}}',
      },
    },
  },
  'a listener for Expect': {
    server: {
      serverFactory(handler, options) {
        const server = createServer(options.http as object, handler)
        server.on('checkContinue', (request, response) => {
          if (request.headers['x-refused'] === undefined) response.writeContinue()
          else response.setHeader('x-continued', 'no')
          handler(request, response)
        })
        return server
      },
    },
    cases: {
      'that lets go on': async ({ ask, send, got, closed }: Talk) => {
        ask({ method: 'POST', path: '/echo', headers: { ...json, expect: '100-continue' }, length: 7 })
        await got('100 Continue')
        send('{"a":1}')
        await closed()
      },
      'that does not': async ({ ask, send, noted, closed }: Talk) => {
        const headers = { ...json, expect: '100-continue', 'x-refused': '1' }
        ask({ method: 'POST', path: '/echo', headers, length: 7 })
        await noted('app preParsing')
        send('{"a":1}')
        await closed()
      },
    },
  },
}

/** Applications whose servers are set up in other ways. */
export const serverGroups: readonly Group[] = Object.entries(servers).map(([name, group]) => ({
  name: `with ${name}:`,
  mayMiss: true,
  build,
  cases,
  ...group,
}))

/** Closing does not go on before it is let. */
class Gate {
  #begin = () => {}
  pass = () => {}
  readonly begun = new Promise<void>((resolve) => {
    this.#begin = resolve
  })
  readonly #passed = new Promise<void>((resolve) => {
    this.pass = resolve
  })
  wait(): Promise<void> {
    this.#begin()
    return this.#passed
  }
}

/** A kept connection that asks once more while the application closes: answered with 503, or as ever. */
export const closing503Groups: readonly Group[] = [true, false].map((return503OnClosing) => ({
  name: `closing with a connection kept, return503OnClosing ${return503OnClosing}: one`,
  server: { return503OnClosing, forceCloseConnections: false },
  build(app, note) {
    build(app, note)
    const gate = new Gate()
    app.decorate('gate', gate)
    app.addHook('preClose', () => gate.wait())
  },
  cases: {
    'that asks again': async ({ app, send, got, closed }: Talk) => {
      const { gate } = app as FastifyInstance & { gate: Gate }
      const ask = (id: string, connection: string) =>
        send(requestText('GET', '/ok', { headers: { 'x-case': id, connection } }))
      ask('before', 'keep-alive')
      await got('"id":"before"')
      const closing = app.close()
      await gate.begun
      ask('meanwhile', 'close')
      await closed()
      gate.pass()
      await closing
    },
  },
}))
