import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { requestText } from './raw-client.ts'
import { type Group, type Note, noteHooks, type Talk } from './same-socket.ts'

const json = { 'content-type': 'application/json' }

/** A stream that goes on for good. */
const endless = () =>
  Readable.from(
    (async function* () {
      for (;;) {
        yield 'x'.repeat(100)
        await sleep(1)
      }
    })(),
  )

/** Routes that do something while their client leaves. */
export function buildEndings(app: FastifyInstance, note: Note): void {
  noteHooks(app, 'app', note, true)
  app.get('/ok', async () => 'ok')
  app.get('/later', async (request, reply) => {
    note(request, 'handler')
    // A client that leaves has left by then, however busy the machine is.
    if (request.headers['x-leaves'] !== undefined) await new Promise((gone) => reply.raw.once('close', gone))
    else await sleep(300)
    note(request, 'handler goes on')
    return 'later'
  })
  app.get('/never', (request) => {
    note(request, 'handler')
  })
  app.get(
    '/hook',
    {
      async preHandler(request, reply) {
        note(request, 'hook')
        await new Promise((gone) => reply.raw.once('close', gone))
      },
    },
    async (request) => {
      note(request, 'handler')
      return 'a'
    },
  )
  app.get('/stream', (request, reply) => {
    note(request, 'handler')
    return reply.send(endless().once('close', () => note(request, 'stream closed')))
  })
  app.get('/web', (request, reply) => {
    note(request, 'handler')
    return reply.send(Readable.toWeb(endless().once('close', () => note(request, 'stream closed'))))
  })
  app.get('/hijacked', (request, reply) => {
    reply.hijack()
    reply.raw.once('close', () => note(request, 'response closed'))
    note(request, 'handler')
  })
  app.get('/events', (request, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: 1\n\n')
    reply.raw.once('close', () => note(request, 'response closed'))
  })
  app.get('/destroy', (request, reply) => {
    note(request, 'handler')
    reply.raw.destroy()
  })
  app.get('/signal', async (request) => {
    note(request, 'handler')
    await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
    note(request, 'aborted by its signal')
  })
  app.post('/echo', async (request) => request.body)
}

const leaves: Record<string, (talk: Talk) => void> = {
  leaves: ({ leave }) => leave(),
  'resets the connection': ({ socket }) => void socket.resetAndDestroy(),
  'says that it has said all': ({ socket }) => void socket.end(),
}

/** Every way to leave, at every moment. */
function leaving(): Group['cases'] {
  const moments: Record<string, (talk: Talk) => Promise<void>> = {
    'before the body': async ({ ask, noted }) => {
      ask({ method: 'POST', path: '/echo', headers: json, length: 1000 })
      await noted('app preParsing')
    },
    'in the body': async ({ ask, noted }) => {
      ask({ method: 'POST', path: '/echo', headers: json, body: '{"a":', length: 1000 })
      await noted('app preParsing')
    },
    ...Object.fromEntries(
      ['/later', '/never', '/hijacked', '/signal'].map((path) => [
        `while ${path} works`,
        async ({ ask, noted }: Talk) => {
          ask({ path, headers: { 'x-leaves': '1' } })
          await noted('handler')
        },
      ]),
    ),
    'while a hook works': async ({ ask, noted }) => {
      ask({ path: '/hook' })
      await noted('hook')
    },
  }
  return Object.fromEntries(
    Object.entries(moments).flatMap(([moment, begin]) =>
      Object.entries(leaves).map(([how, leave]) => [
        `that ${how} ${moment}`,
        async (talk: Talk) => {
          await begin(talk)
          leave(talk)
          await talk.closed()
          await sleep(50)
        },
      ]),
    ),
  )
}

/** Streams of unknown length: what the client got by then is a matter of chance, so it is not compared. */
const inStreams: Group['cases'] = Object.fromEntries(
  ['/stream', '/web', '/events'].map((path) => [
    `that leaves ${path}`,
    async (talk: Talk) => {
      talk.ask({ path })
      await talk.got(path === '/events' ? 'data' : 'xxx')
      talk.leave()
      await talk.noted(path === '/events' ? 'response closed' : 'stream closed')
      talk.received = () => ''
    },
  ]),
)

export const leavingGroup: Group = {
  name: 'a client',
  mayMiss: true,
  build: buildEndings,
  cases: {
    ...leaving(),
    ...inStreams,
    'whose connection is cut': { path: '/destroy' },
    'that keeps its connection': async ({ send, received }) => {
      for (const i of [1, 2, 3]) {
        send(requestText('GET', '/later', { headers: { 'x-case': `kept ${i}` } }))
        while (received().split('later').length <= i) await sleep(2)
      }
    },
    'that asks for several things at once': async ({ send, closed }) => {
      const ask = (path: string, i: number) =>
        requestText('GET', path, {
          headers: { 'x-case': `piped ${i}`, ...(i === 4 && { connection: 'close' }) },
        })
      send(['/later', '/ok', '/nowhere', '/later', '/ok'].map(ask).join(''))
      await closed()
    },
    'that asks for several things at once and leaves': async ({ send, leave, noted, ask }) => {
      ask({ path: '/later', headers: { connection: 'keep-alive', 'x-leaves': '1' } })
      send(requestText('GET', '/never', { headers: { 'x-case': 'piped after' } }))
      await noted('handler')
      leave()
      await sleep(60)
    },
    'of HTTP/1.0': async ({ send, closed }) => {
      send('GET /ok HTTP/1.0\r\nx-case: old\r\n\r\n')
      await closed()
    },
    'of HTTP/1.0 that would stay': async ({ send, got }) => {
      send('GET /ok HTTP/1.0\r\nx-case: old, kept\r\nconnection: keep-alive\r\n\r\n')
      await got('ok')
    },
    ...Object.fromEntries(
      Object.entries({
        'that says nonsense': 'nonsense\r\n\r\n',
        'without a host': 'GET /ok HTTP/1.1\r\n\r\n',
        'with a header that is none': 'GET /ok HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n',
        'with headers too long': `GET /ok HTTP/1.1\r\nhost: a\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
        'with two lengths':
          'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
        'with a method that is none': 'BREW /ok HTTP/1.1\r\nhost: a\r\n\r\n',
        'that wants to upgrade':
          'GET /ok HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
      }).map(([name, text]) => [
        name,
        async ({ send, closed }: Talk) => {
          send(text)
          await closed()
        },
      ]),
    ),
  },
}

/** Applications with a time limit, and what runs into it. */
const limits: Record<string, { server: FastifyServerOptions; cases: Group['cases'] }> = {
  connectionTimeout: {
    server: { connectionTimeout: 1000 },
    cases: { 'that never answers': { path: '/never' }, 'of a hijacked reply': { path: '/hijacked' } },
  },
  handlerTimeout: {
    server: { handlerTimeout: 500 },
    cases: {
      'that never answers': { path: '/never' },
      'that listens to its signal': { path: '/signal' },
      'that answers in time': { path: '/ok' },
    },
  },
  requestTimeout: {
    server: {
      requestTimeout: 1000,
      http: { connectionsCheckingInterval: 20, headersTimeout: 800 },
    } as FastifyServerOptions,
    cases: {
      'whose body does not come': async ({ ask, closed }) => {
        ask({ method: 'POST', path: '/echo', headers: json, body: '{', length: 100 })
        await closed()
      },
      'whose headers do not come': async ({ send, closed }) => {
        send('GET /ok HTTP/1.1\r\nhost: a\r\n')
        await closed()
      },
    },
  },
  keepAliveTimeout: {
    server: { keepAliveTimeout: 1 },
    cases: {
      'whose connection is idle': async ({ ask, closed }) => {
        ask({ path: '/ok', headers: { connection: 'keep-alive' } })
        await closed()
      },
    },
  },
}

export const limitGroups: readonly Group[] = Object.entries(limits).map(([name, { server, cases }]) => ({
  name: `${name}, a request`,
  server,
  build: buildEndings,
  cases,
}))

/** Closing while there is work; each closes its application, so each has one of its own. */
const closings: Record<string, (talk: Talk, cut: Readonly<Record<string, string>>) => Promise<void>> = {
  'with a request at work': async ({ ask, noted, app, closed }, cut) => {
    ask({ path: '/later', headers: cut })
    await noted('handler')
    await Promise.all([app.close(), closed()])
  },
  'with a request at work on a connection that stays': async ({ ask, noted, app, closed }, cut) => {
    ask({ path: '/later', headers: { connection: 'keep-alive', ...cut } })
    await noted('handler')
    await Promise.all([app.close(), closed()])
  },
  'and asking for more': async ({ ask, send, noted, app, closed }, cut) => {
    ask({ path: '/later', headers: { connection: 'keep-alive', ...cut } })
    await noted('handler')
    const closing = app.close()
    send(requestText('GET', '/ok', { headers: { 'x-case': 'more' } }))
    await Promise.all([closing, closed()])
  },
  'with an idle connection': async ({ ask, got, app, closed }) => {
    ask({ path: '/ok', headers: { connection: 'keep-alive' } })
    await got('ok')
    await Promise.all([app.close(), closed()])
  },
}

export const closingGroups: readonly Group[] = [false, true, 'idle' as const].flatMap((force) =>
  Object.entries(closings).map(([name, close]) => ({
    name: `closing (forceCloseConnections: ${force})`,
    // Else the connection that stays would keep the server open.
    server: { forceCloseConnections: force, keepAliveTimeout: 50 },
    build(app: FastifyInstance, note: Note) {
      buildEndings(app, note)
      const closing = { headers: { 'x-case': 'the application' } }
      app.addHook('preClose', async () => note(closing, 'preClose'))
      app.addHook('onClose', async () => note(closing, 'onClose'))
    },
    // A connection that is cut is so before the handler goes on, however busy the machine is.
    cases: { [name]: (talk: Talk) => close(talk, force === true ? { 'x-leaves': '1' } : {}) },
  })),
)
