import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import profiler from '../plugin/index.ts'
import { calmly } from './calmly.ts'
import { endings, endingsApp } from './endings-app.ts'
import { type RawClient, rawClient, requestText } from './raw-client.ts'
import { originOf } from './ways.ts'

const json = { 'content-type': 'application/json' }

describe('a request that is answered', () => {
  let app: FastifyInstance
  before(async () => {
    app = await endingsApp()
  })
  beforeEach(() => app.profiler.clear())
  after(() => app.close())

  const cases: Record<string, string> = {
    'GET /ok': 'GET /ok 200 completed',
    'GET /nothing': 'GET /nothing 204 completed',
    'HEAD /ok': 'HEAD /ok 200 completed',
    'GET /raw': 'GET /raw 200 completed',
    'GET /stream': 'GET /stream 200 completed',
    'GET /onResponse': 'GET /onResponse 200 completed',
    'GET /not-allowed': 'GET /not-allowed 405 completed',
    'GET /missing': '(not found) 404 completed',
    'GET /mine/missing': '(not found) 404 completed',
    'DELETE /ok': '(not found) 404 completed',
    'OPTIONS /ok': '(not found) 404 completed',
    'GET /throws404': 'GET /throws404 404 completed',
    'GET /throws405': 'GET /throws405 405 completed',
    'GET /throws': 'GET /throws 500 errored',
    'GET /sendsError': 'GET /sendsError 500 errored',
    'GET /hookThrows': 'GET /hookThrows 500 errored',
    'GET /onSendThrows': 'GET /onSendThrows 500 errored',
    'GET /handled': 'GET /handled 200 errored',
    'GET /handlerThrows': 'GET /handlerThrows 500 errored',
    'GET /streamFailsAtOnce': 'GET /streamFailsAtOnce 500 errored',
    'POST /echo {"a":1}': 'POST /echo 200 completed',
    'POST /echo {"a"': 'POST /echo 400 errored',
    'POST /valid {"b":1}': 'POST /valid 400 errored',
    'POST /small {"a":"0123456789"}': 'POST /small 413 errored',
    'GET /hijacked': 'GET /hijacked 200 hijacked',
  }
  for (const [sent, ending] of Object.entries(cases)) {
    const [method, path, body] = sent.split(' ')
    test(`${sent} → ${ending}`, async () => {
      const client = await rawClient(app)
      const headers = { connection: 'close', ...(body && json) }
      client.send(requestText(method, path, { headers, body }))
      await client.closed()
      assert.match(client.received(), /^HTTP\/1\.1 \d/)
      assert.deepEqual(await endings(app), [ending])
    })

    test(`${sent} → ${ending}, injected`, async () => {
      await app.inject({ method: method as 'GET', url: path, payload: body, headers: body ? json : {} })
      assert.deepEqual(await endings(app), [ending])
    })
  }
})

describe('a request that is not answered', () => {
  let app: FastifyInstance
  let client: RawClient
  before(async () => {
    app = await endingsApp()
  })
  beforeEach(async () => {
    app.profiler.clear()
    client = await rawClient(app)
  })
  afterEach(() => client.leave())
  after(() => app.close())

  const inFlight = async () => {
    while (app.profiler.status().counts.inFlight === 0) await sleep(5)
  }

  test('the client leaves before the body', async () => {
    client.send(requestText('POST', '/echo', { headers: json, length: 1000 }))
    await inFlight()
    client.leave()
    assert.deepEqual(await endings(app), ['POST /echo 0 aborted'])
  })

  test('the client leaves in the body', async () => {
    client.send(requestText('POST', '/echo', { headers: json, body: '{"a":', length: 1000 }))
    await inFlight()
    client.leave()
    assert.deepEqual(await endings(app), ['POST /echo 0 aborted'])
  })

  for (const [how, leave] of Object.entries({
    leaves: () => client.leave(),
    'says that it has said all': () => client.socket.end(),
    'resets the connection': () => client.socket.resetAndDestroy(),
  })) {
    test(`the client ${how} while the handler waits`, async () => {
      client.send(requestText('GET', '/slow'))
      await inFlight()
      leave()
      assert.deepEqual(await endings(app), ['GET /slow 0 aborted'])
    })
  }

  test('the client leaves a handler that never answers', async () => {
    client.send(requestText('GET', '/never'))
    await inFlight()
    client.leave()
    assert.deepEqual(await endings(app), ['GET /never 0 aborted'])
  })

  test('the client leaves in the stream', async () => {
    client.send(requestText('GET', '/endless'))
    await client.got('xxx')
    client.leave()
    assert.deepEqual(await endings(app), ['GET /endless 200 aborted'])
  })

  test('the stream fails midway', async () => {
    client.send(requestText('GET', '/streamFails'))
    await client.closed()
    assert.deepEqual(await endings(app), ['GET /streamFails 200 errored'])
  })

  test('the web stream fails midway', async () => {
    client.send(requestText('GET', '/webStreamFails'))
    await client.closed()
    assert.deepEqual(await endings(app), ['GET /webStreamFails 200 errored'])
  })

  test('a stream of events is open until the client leaves', async () => {
    client.send(requestText('GET', '/events'))
    await client.got('data: 1')
    assert.equal(app.profiler.status().counts.inFlight, 1)
    client.leave()
    assert.deepEqual(await endings(app), ['GET /events 200 aborted'])
  })

  test('a hijacked reply that never ends', async () => {
    client.send(requestText('GET', '/hijackedForGood'))
    await inFlight()
    client.leave()
    assert.deepEqual(await endings(app), ['GET /hijackedForGood 0 hijacked'])
  })

  test('a hijacked stream of events', async () => {
    client.send(requestText('GET', '/hijackedEvents'))
    await client.got('data: 1')
    client.leave()
    assert.deepEqual(await endings(app), ['GET /hijackedEvents 200 hijacked'])
  })

  test('an injected request that is aborted', async () => {
    const abort = new AbortController()
    const injected = app.inject({ url: '/never', signal: abort.signal })
    injected.catch(() => {})
    await inFlight()
    abort.abort()
    await assert.rejects(injected)
    assert.deepEqual(await endings(app), ['GET /never 0 aborted'])
  })
})

describe('timeouts', () => {
  const answered = async (app: FastifyInstance, text: string) => {
    const client = await rawClient(app)
    client.send(text)
    await client.closed()
    const list = await endings(app)
    await app.close()
    return list
  }

  test('connectionTimeout', async () => {
    const app = await endingsApp({ connectionTimeout: 500 })
    assert.deepEqual(await answered(app, requestText('GET', '/never')), ['GET /never 0 timedOut'])
  })

  test('of the socket, that the application bears', async () => {
    const app = await endingsApp()
    const text = requestText('GET', '/bearsTimeout', { headers: { connection: 'close' } })
    assert.deepEqual(await answered(app, text), ['GET /bearsTimeout 200 completed'])
  })

  test('of a stream of HTTP/2, that the application answers', async (t) => {
    const app = await endingsApp({ http2: true } as FastifyServerOptions)
    const session = sessionOf(t, app)
    const [headers] = await once(session.request({ ':path': '/answersTimeout' }), 'response')
    assert.equal(headers[':status'], 503)
    assert.deepEqual(await endings(app), ['GET /answersTimeout 503 completed'])
  })

  test('handlerTimeout', async () => {
    const app = await endingsApp({ handlerTimeout: 50 })
    const text = requestText('GET', '/never', { headers: { connection: 'close' } })
    assert.deepEqual(await answered(app, text), ['GET /never 503 timedOut'])
  })

  test('handlerTimeout in a stream', async () => {
    const app = await endingsApp({ handlerTimeout: 50 })
    assert.deepEqual(await answered(app, requestText('GET', '/events')), ['GET /events 200 timedOut'])
  })

  test('requestTimeout in the body', async () => {
    const app = await endingsApp({
      requestTimeout: 500,
      http: { connectionsCheckingInterval: 50, headersTimeout: 400 },
    } as FastifyServerOptions)
    const text = requestText('POST', '/echo', { headers: json, length: 100 })
    assert.deepEqual(await answered(app, text), ['POST /echo 0 timedOut'])
  })
})

test('the first turn counts for a request whatever Fastify calls its functions, minified too', async () => {
  const app = fastify()
  const { addHook } = app
  // Hands on a function without a name, as a minified Fastify would.
  const nameless = (hook: (...args: unknown[]) => { then(fulfilled: () => void): void }) => {
    return (request: unknown, reply: unknown, done: unknown) => ({
      // biome-ignore lint/suspicious/noThenProperty: it takes the place of what is one.
      then: (fulfilled: () => void) => hook(request, reply, done).then(() => fulfilled()),
    })
  }
  app.addHook = ((name: 'onRequest', hook: never) =>
    addHook.call(app, name, name === 'onRequest' ? (nameless(hook) as never) : hook)) as typeof app.addHook
  await app.register(profiler, { enabled: true })
  app.get('/', () => {
    for (const end = performance.now() + 20; performance.now() < end; );
    return 'ok'
  })
  await app.inject('/')
  await app.profiler.flush()
  const [{ ownMs, gcMs }] = app.profiler.requests()
  assert.ok(ownMs + gcMs >= 20, `${ownMs} ms`)
  await app.close()
})

describe('a client that left before the profiler knew', () => {
  /** An application in which a hook ahead of the profiler's waits until the client has left, if it means to. */
  const slowApp = async (options: FastifyServerOptions = {}) => {
    const app = fastify(options)
    app.addHook('onRequest', async (request) => {
      const { stream, socket } = request.raw as IncomingMessage & { stream?: ClientHttp2Stream }
      if (request.url === '/left') await once(stream ?? socket, 'close')
    })
    await app.register(profiler, { enabled: true, callCounts: true })
    app.get('/left', async () => 'ok')
    app.get('/ok', async () => 'ok')
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app
  }
  const settledTo = async (app: FastifyInstance, count: number) => {
    while (app.profiler.status().counts.requests < count) {
      await sleep(5)
      await app.profiler.flush()
    }
    assert.equal(app.profiler.status().counts.inFlight, 0)
    const list = await endings(app)
    await app.inject('/ok')
    await app.profiler.flush()
    const { calls } = app.profiler.profile({ route: 'GET /ok' })
    assert.deepEqual([calls?.requests, calls?.overlapped], [1, 0])
    return list
  }

  // Calls are not counted for a while where counting took long, since the process was stopped in it.
  for (const count of [1, 3]) {
    test(`over HTTP/1, ${count} at once`, () =>
      calmly(async () => {
        const app = await slowApp()
        try {
          const client = await rawClient(app)
          client.send(requestText('GET', '/left').repeat(count))
          await once(app.server, 'request')
          await sleep(20)
          client.leave()
          assert.deepEqual(await settledTo(app, count), Array(count).fill('GET /left 0 aborted'))
        } finally {
          await app.close()
        }
      }))
  }

  test('over HTTP/2', (t) =>
    calmly(async () => {
      const app = await slowApp({ http2: true } as FastifyServerOptions)
      const session = sessionOf(t, app)
      try {
        const stream = session.request({ ':path': '/left' }).on('error', () => {})
        await once(app.server, 'request')
        stream.close(constants.NGHTTP2_CANCEL)
        assert.deepEqual(await settledTo(app, 1), ['GET /left 0 aborted'])
      } finally {
        session.destroy()
        await app.close()
      }
    }))
})

describe('a response of two requests', () => {
  test('that another application gives, ends those of both, each in its own', async (t) => {
    const [outer, inner] = [fastify(), fastify()]
    for (const app of [outer, inner]) {
      t.after(() => app.close())
      await app.register(profiler, { enabled: true, maxRequestsPerRoute: 2 })
    }
    inner.get('/x', async () => {
      const until = performance.now() + 3
      while (performance.now() < until);
      return 'inner'
    })
    await inner.ready()
    outer.get('/x', (request, reply) => {
      reply.hijack()
      inner.routing(request.raw, reply.raw)
    })
    const origin = await outer.listen({ port: 0, host: '127.0.0.1' })
    for (let i = 0; i < 20; i++) assert.equal(await (await fetch(`${origin}/x`)).text(), 'inner')
    for (const [app, outcome] of [
      [outer, 'hijacked'],
      [inner, 'completed'],
    ] as const) {
      await app.profiler.flush()
      const { requests, inFlight } = app.profiler.status().counts
      assert.deepEqual([requests, inFlight], [20, 0])
      assert.ok(app.profiler.requests().every((request) => request.outcome === outcome))
      assert.ok(app.profiler.profile().requests > 0)
    }
  })

  test('that another route gives, ends both', async (t) => {
    const app = fastify()
    t.after(() => app.close())
    await app.register(profiler, { enabled: true })
    app.get('/old', (request, reply) => {
      reply.hijack()
      request.raw.url = '/new'
      app.routing(request.raw, reply.raw)
    })
    app.get('/new', async () => 'new')
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    assert.equal(await (await fetch(`${origin}/old`)).text(), 'new')
    assert.deepEqual((await endings(app)).sort(), ['GET /new 200 completed', 'GET /old 200 hijacked'])
    assert.equal(app.profiler.status().counts.inFlight, 0)
  })
})

describe('closing with a request in flight', () => {
  for (const forceCloseConnections of [false, 'idle', true] as const) {
    test(`forceCloseConnections: ${forceCloseConnections}`, async () => {
      const app = await endingsApp({ forceCloseConnections })
      const [busy, idle] = [await rawClient(app), await rawClient(app)]
      idle.send(requestText('GET', '/ok', { headers: { connection: 'keep-alive' } }))
      await idle.got('ok')
      busy.send(requestText('GET', '/slow', { headers: { connection: 'keep-alive' } }))
      while (app.profiler.status().counts.inFlight === 0) await sleep(5)
      const closing = app.close()
      if (forceCloseConnections !== true) {
        idle.leave()
        await busy.got('slow')
        busy.leave()
      }
      await closing
      const slow = forceCloseConnections === true ? 'GET /slow 0 aborted' : 'GET /slow 200 completed'
      assert.deepEqual(await endings(app), ['GET /ok 200 completed', slow])
      assert.equal(app.profiler.recording, false)
      await busy.closed()
    })
  }
})

test('has its status where a plugin has hidden whether headers were sent, as @fastify/express does', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  await app.register(profiler, { enabled: true })
  app.addHook('onRequest', async (_request, { raw }) => {
    Object.defineProperty(raw, 'headersSent', { get: () => false })
  })
  app.get('/busy', async (_request, reply) => reply.code(503).send({}))
  await app.inject('/busy')
  assert.deepEqual(await endings(app), ['GET /busy 503 completed'])
})

test('a thousand requests over one connection leave no listeners behind', async (t) => {
  const warnings: Error[] = []
  const warned = (warning: Error) => warnings.push(warning)
  process.on('warning', warned)
  t.after(() => process.off('warning', warned))
  const app = await endingsApp()
  t.after(() => app.close())
  let socket: import('node:net').Socket | undefined
  app.server.on('connection', (opened) => {
    socket = opened
  })
  const client = await rawClient(app)
  let counts: string | undefined
  for (let i = 1; i <= 1000; i++) {
    client.send(requestText('GET', '/ok'))
    while (client.received().split('HTTP/1.1 200').length <= i) await once(client.socket, 'data')
    const names = socket!.eventNames()
    const now = names.map((name) => `${String(name)} ${socket!.listenerCount(name)}`).join(', ')
    if (i === 10) counts = now
    if (i === 1000) assert.equal(now, counts)
  }
  client.leave()
  const list = await endings(app)
  assert.equal(app.profiler.status().counts.requests, 1000)
  assert.ok(list.every((ending) => ending === 'GET /ok 200 completed'))
  await sleep(0)
  assert.deepEqual(warnings, [])
})

test('a request that cannot be recorded goes on; recording stops with a word, and nothing is left open', async () => {
  const words: string[] = []
  const app = fastify({ logger: { level: 'warn', stream: { write: (line) => void words.push(line) } } })
  app.addHook('onRequest', (request, _reply, done) => {
    const above = Object.getPrototypeOf(request.raw)
    const sealed = Object.create(above, { emit: { value: above.emit } })
    if (request.url === '/sealed') Object.setPrototypeOf(request.raw, sealed)
    done()
  })
  await app.register(profiler, { enabled: true })
  for (const url of ['/', '/sealed']) app.get(url, async () => 'ok')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  try {
    const get = async () => assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'ok')
    await get()
    // Without a parser of a connection it is by its events that a request is followed.
    assert.equal((await app.inject('/sealed')).body, 'ok')
    await get()
    assert.equal(app.profiler.recording, false)
    assert.equal(words.filter((line) => line.includes('could not be recorded')).length, 1)
    await app.profiler.flush()
    assert.equal(app.profiler.status().counts.inFlight, 0)
  } finally {
    await app.close()
  }
})

/** A session of HTTP/2, which ends before the application closes: that waits for it. */
function sessionOf(t: TestContext, app: FastifyInstance): ClientHttp2Session {
  const session = connect(originOf(app.server))
  t.after(() => {
    session.destroy()
    return app.close()
  })
  return session
}
