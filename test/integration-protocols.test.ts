import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, ServerResponse } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type { Socket } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import profiler from '../plugin/index.ts'
import { endings, endingsApp } from './endings-app.ts'
import { rawClient, requestText } from './raw-client.ts'
import { namedBurn, originOf } from './ways.ts'

describe('HTTP/2', () => {
  let app: FastifyInstance
  let session: ClientHttp2Session
  before(async () => {
    app = await endingsApp({ http2: true } as FastifyServerOptions)
    session = connect(originOf(app.server))
  })
  beforeEach(() => app.profiler.clear())
  after(async () => {
    session.destroy()
    await app.close()
  })

  const send = (path: string, body?: string, headers: object = {}): ClientHttp2Stream => {
    const method = body === undefined ? 'GET' : 'POST'
    const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: false })
    stream.on('error', () => {}).resume()
    if (body === undefined || body !== '') stream.end(body)
    return stream
  }
  const closed = async (stream: ClientHttp2Stream) => {
    if (!stream.closed) await once(stream, 'close')
  }
  const inFlight = async () => {
    while (app.profiler.status().counts.inFlight === 0) await sleep(5)
  }

  for (const [path, ending] of Object.entries({
    '/ok': 'GET /ok 200 completed',
    '/nothing': 'GET /nothing 204 completed',
    '/stream': 'GET /stream 200 completed',
    '/missing': '(not found) 404 completed',
    '/throws': 'GET /throws 500 errored',
    '/hijacked': 'GET /hijacked 200 hijacked',
  })) {
    test(`GET ${path}`, async () => {
      await closed(send(path))
      assert.deepEqual(await endings(app), [ending])
    })
  }

  test('many streams of one session at a time', async () => {
    const streams = Array.from({ length: 20 }, (_, i) => send(i % 2 ? '/slow' : '/ok'))
    await Promise.all(streams.map(closed))
    const list = await endings(app)
    assert.equal(list.filter((ending) => ending === 'GET /slow 200 completed').length, 10)
    assert.equal(list.filter((ending) => ending === 'GET /ok 200 completed').length, 10)
  })

  test('a body', async () => {
    await closed(send('/echo', '{"a":1}', { 'content-type': 'application/json' }))
    assert.deepEqual(await endings(app), ['POST /echo 200 completed'])
  })

  test('a stream that is reset while the handler waits', async () => {
    const stream = send('/slow')
    await inFlight()
    stream.close(8)
    assert.deepEqual(await endings(app), ['GET /slow 0 aborted'])
  })

  test('a stream that is reset in the body', async () => {
    const stream = send('/echo', '', { 'content-type': 'application/json' })
    stream.write('{"a":')
    await inFlight()
    stream.close(8)
    const [ending, ...others] = await endings(app)
    // Fastify may have written an answer for nobody before it learned of the reset.
    assert.match(ending, /^POST \/echo (0|400) aborted$/)
    assert.deepEqual(others, [])
  })

  test('a stream that is reset in the answer', async () => {
    const stream = send('/endless')
    await once(stream, 'data')
    stream.close(8)
    assert.deepEqual(await endings(app), ['GET /endless 200 aborted'])
  })

  test('a session that is cut off', async () => {
    const other = connect(originOf(app.server)).on('error', () => {})
    other.request({ ':path': '/never' }).on('error', () => {})
    await inFlight()
    other.destroy()
    assert.deepEqual(await endings(app), ['GET /never 0 aborted'])
  })
})

describe('HTTP/1 on one connection', () => {
  let app: FastifyInstance
  before(async () => {
    app = await endingsApp()
  })
  beforeEach(() => app.profiler.clear())
  after(() => app.close())

  test('pipelined requests, bodies and all', async () => {
    const client = await rawClient(app)
    const headers = { 'content-type': 'application/json' }
    const posts = ['1', '2', '3'].map((body) => requestText('POST', '/echo', { headers, body }))
    const last = requestText('GET', '/ok', { headers: { connection: 'close' } })
    client.send([...posts, requestText('GET', '/slow'), last].join(''))
    await client.closed()
    const posted = Array.from({ length: 3 }, () => 'POST /echo 200 completed')
    assert.deepEqual(await endings(app), [...posted, 'GET /slow 200 completed', 'GET /ok 200 completed'])
  })

  test('a client that leaves a pipeline: each of its requests ends', async () => {
    const client = await rawClient(app)
    client.send(requestText('GET', '/never') + requestText('GET', '/ok') + requestText('GET', '/never'))
    while (app.profiler.status().counts.inFlight < 3) await sleep(5)
    client.leave()
    const list = await endings(app)
    assert.equal(list.length, 3)
    assert.ok(
      list.every((ending) => ending.endsWith('aborted')),
      list.join(),
    )
  })

  test('expect: 100-continue', async () => {
    const client = await rawClient(app)
    const headers = { expect: '100-continue', 'content-type': 'application/json', connection: 'close' }
    client.send(requestText('POST', '/echo', { headers, length: 7 }))
    await client.got('100 Continue')
    client.send('{"a":1}')
    await client.closed()
    assert.deepEqual(await endings(app), ['POST /echo 200 completed'])
  })

  test('what is no request leaves no record', async () => {
    const client = await rawClient(app)
    client.send('nonsense\r\n\r\n')
    await client.closed()
    assert.match(client.received(), / 400 /)
    assert.deepEqual(await endings(app), [])
  })
})

describe('upgrades', () => {
  const upgrade = requestText('GET', '/socket', { headers: { connection: 'upgrade', upgrade: 'websocket' } })

  test('that never reach Fastify leave no record', async (t) => {
    const app = await endingsApp()
    t.after(() => app.close())
    app.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
    const client = await rawClient(app)
    client.send(upgrade)
    await client.closed()
    assert.match(client.received(), / 101 /)
    assert.deepEqual(await endings(app), [])
  })

  test('through a route: work on the socket belongs to it, and its record ends with the socket', async (t) => {
    let burnedMs = 0
    const burn = namedBurn('burn_message', 10, (ms) => {
      burnedMs += ms
    })
    const app = await socketApp((socket) => {
      socket.on('data', () => {
        burn()
        socket.write('answer')
      })
    })
    t.after(() => app.close())
    const client = await rawClient(app)
    client.send(upgrade)
    await client.got('101')
    client.send('message')
    await client.got('answer')
    assert.equal(app.profiler.status().counts.inFlight, 1)
    client.leave()
    assert.deepEqual(await endings(app), ['GET /socket 0 hijacked'])
    const [{ ownMs, gcMs }] = app.profiler.requests()
    assert.ok(ownMs + gcMs >= burnedMs, `${ownMs} and ${gcMs} of ${burnedMs} ms`)
    assert.ok(burnedMs >= 10)
  })
})

/** What `@fastify/websocket` does: the upgraded request goes through the router, whose route takes the socket. */
async function socketApp(open: (socket: Socket) => void): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(profiler, { enabled: true })
  const sockets = new WeakMap<IncomingMessage, Socket>()
  app.get('/socket', (request, reply) => {
    reply.hijack()
    const socket = sockets.get(request.raw)!
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    open(socket)
  })
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    sockets.set(request, socket)
    socket.on('end', () => socket.end())
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    app.routing(request, response)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}
