import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { baselineRoutes } from '../plugin/api/baselines.ts'
import { batchOf } from '../plugin/api/batch.ts'
import { EventReaders, eventRoutes } from '../plugin/api/events.ts'
import { conflict } from '../plugin/errors.ts'
import { apiApp } from './api-app.ts'
import { detail, type HandMade, handMade } from './api-backend.ts'
import { calmly } from './calmly.ts'

interface SentEvent {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire is what the test is about
  readonly data: any
}

async function* eventsOf(stream: AsyncIterable<Buffer | string>): AsyncGenerator<SentEvent, undefined> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
      if (name !== undefined) yield { name, data: JSON.parse(data) }
    }
  }
  return undefined
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port

async function listening(t: TestContext, fastify: object = {}) {
  const { app, backend } = await apiApp(t, { fastify })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const open = async (): Promise<IncomingMessage> => {
    const [response] = await once(
      get({ port: portOf(app), host: '127.0.0.1', path: '/__profile/api/events' }),
      'response',
    )
    response.on('error', () => {})
    return response
  }
  return { app, backend, open }
}

/** The next event of a name; what else comes is passed over. */
async function next(events: AsyncGenerator<SentEvent, undefined>, name: string): Promise<SentEvent['data']> {
  for (;;) {
    const { value, done } = await events.next()
    assert.ok(!done, 'the stream ended')
    if (value.name === name) return value.data
  }
}

/** Waits for a promise, for longer than it could reasonably take: fails with `message` instead of hanging. */
async function inTime(promise: Promise<unknown>, message: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message)), 60_000)
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const ended = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => detail(`e${from + i}`, 'GET /users/:id'))

test('the first event is the status, and it comes at once', async (t) => {
  const { backend, open } = await listening(t)
  const response = await open()
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.headers['x-accel-buffering'], 'no')
  let text = ''
  for await (const chunk of response) {
    text += chunk
    if (text.endsWith('\n\n') && text.includes('event:')) break
  }
  assert.equal(text, `retry: 1000\n\nevent: status\ndata: ${JSON.stringify(backend.status())}\n\n`)
})

test('requests that end together come together, newest last', async (t) => {
  const { backend, open } = await listening(t)
  const response = await open()
  const events = eventsOf(response)
  await next(events, 'status')
  backend.end(...ended(2))
  backend.end(...ended(1, 2))
  const batch = await next(events, 'requests')
  assert.deepEqual(batch, { requests: ended(3), missed: 0 })
  backend.end(...ended(1, 3))
  assert.deepEqual((await next(events, 'requests')).requests, ended(1, 3))
  response.destroy()
})

// What has ended is told after a moment, which a stop of the process lets pass.
test('requests that were cleared meanwhile do not come', (t) =>
  calmly(async () => {
    const { app, backend, open } = await listening(t)
    const response = await open()
    const events = eventsOf(response)
    await next(events, 'status')
    backend.end(...ended(2))
    await app.inject({ method: 'DELETE', url: '/__profile/api/requests' })
    backend.end(...ended(1, 2))
    assert.deepEqual(await next(events, 'requests'), { requests: ended(1, 2), missed: 0 })
    response.destroy()
  }))

test('of a flood the newest come, with the number of the others', async (t) => {
  const { backend, open } = await listening(t)
  const response = await open()
  const events = eventsOf(response)
  await next(events, 'status')
  for (let i = 0; i < 1000; i += 10) backend.end(...ended(10, i))
  assert.deepEqual(await next(events, 'requests'), { requests: ended(200, 800), missed: 800 })
  backend.end(...ended(700))
  assert.deepEqual(await next(events, 'requests'), { requests: ended(200, 500), missed: 500 })
  response.destroy()
})

test('a batch keeps the newest, however they arrive', () => {
  const batch = batchOf(3)
  assert.equal(batch.take(), undefined)
  batch.add(ended(2))
  batch.add(ended(2, 2))
  assert.deepEqual(batch.take(), { requests: ended(3, 1), missed: 1 })
  assert.equal(batch.take(), undefined)
  batch.add([])
  assert.equal(batch.take(), undefined)
  batch.add(ended(9))
  assert.deepEqual(batch.take(), { requests: ended(3, 6), missed: 6 })
})

test('a change of the recording is told to all readers', async (t) => {
  const { app, open } = await listening(t)
  const readers = await Promise.all([open(), open()])
  const streams = readers.map(eventsOf)
  for (const stream of streams) assert.equal((await next(stream, 'status')).recording, true)
  await app.inject({ method: 'POST', url: '/__profile/api/recording', payload: { recording: false } })
  for (const stream of streams) assert.equal((await next(stream, 'status')).recording, false)
  for (const reader of readers) reader.destroy()
})

test('a status comes when it changed, and now and then when it did not', async (t) => {
  const { app, backend } = await eventsAlone(t, { lookMs: 20 })
  let looks = 0
  let changes = 0
  const { status } = backend
  backend.status = () => {
    looks++
    const counts = { ...status().counts, requests: changes }
    // Time runs on, which is no change.
    return {
      ...status(),
      counts,
      accounting: { requestsMs: looks, otherMs: 0, gcMs: 0, idleMs: 0, recordedMs: looks },
    }
  }
  const [response] = await once(
    get({ port: portOf(app), host: '127.0.0.1', path: '/api/events' }),
    'response',
  )
  const events = eventsOf(response)
  const seen = []
  for (let i = 0; i < 4; i++) seen.push((await next(events, 'status')).accounting.recordedMs)
  assert.deepEqual(seen, [1, 6, 11, 16])
  changes++
  const changed = await next(events, 'status')
  assert.equal(changed.counts.requests, 1)
  assert.ok(changed.accounting.recordedMs < 21)
  response.destroy()
})

test('a seventeenth reader is refused until another leaves', async (t) => {
  const { app, backend, open } = await listening(t)
  const readers = await Promise.all(Array.from({ length: 16 }, open))
  assert.ok(readers.every((reader) => reader.statusCode === 200))
  const refused = await app.inject('/__profile/api/events')
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'FST_PROFILER_TOO_MANY_STREAMS'])
  assert.equal(backend.listeners, 1)
  readers.pop()!.destroy()
  let again = await open()
  while (again.statusCode !== 200) {
    again.resume()
    again = await open()
  }
  for (const reader of [...readers, again]) reader.destroy()
})

test('who has left before the stream could begin is no reader', async (t) => {
  for (const http2 of [false, true]) {
    const arrived: Promise<unknown>[] = []
    let left = () => {}
    const before = (app: FastifyInstance) => {
      app.addHook('preHandler', async (_request, reply) => {
        arrived.push(once(reply.raw, 'close'))
        left()
        await arrived.at(-1)
      })
    }
    const fastify: object = http2 ? { http2 } : {}
    const { app, backend } = await apiApp(t, { fastify, before })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const origin = `http://127.0.0.1:${portOf(app)}`
    const path = '/__profile/api/events'
    const session = http2 ? connectHttp2(origin) : undefined
    for (let i = 0; i < 17; i++) {
      const here = new Promise<void>((resolve) => {
        left = resolve
      })
      const request = session?.request({ ':path': path }) ?? get(`${origin}${path}`)
      request.on('error', () => {})
      await here
      request.destroy()
      await arrived.at(-1)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(arrived.length, 17)
    assert.equal(backend.listeners, 0)
    session?.destroy()
  }
})

test('without a reader nothing is listened to and nothing is looked at', async (t) => {
  const { backend, open } = await listening(t)
  const response = await open()
  await once(response, 'data')
  assert.equal(backend.listeners, 1)
  response.destroy()
  await until(() => backend.listeners === 0)
  const { status } = backend
  let looks = 0
  backend.status = () => {
    looks++
    return status()
  }
  backend.end(...ended(3))
  await new Promise((resolve) => setTimeout(resolve, 1300))
  assert.equal(looks, 0)
  const later = await open()
  await next(eventsOf(later), 'status')
  later.destroy()
})

test('closing the application ends the streams, and waits for none', async (t) => {
  const { app, backend, open } = await listening(t)
  const readers = await Promise.all([open(), open()])
  const ends = readers.map(async (reader) => {
    const names = []
    for await (const { name } of eventsOf(reader)) names.push(name)
    return names
  })
  await until(() => backend.listeners === 1)
  await app.close()
  for (const names of await Promise.all(ends)) assert.deepEqual(names, ['status'])
  assert.equal(backend.listeners, 0)
})

/** A connection that asks for events and reads none. */
async function deaf(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await once(socket, 'connect')
  return socket
}

/** Events alone, with limits of a test's own. */
async function eventsAlone(
  t: TestContext,
  limits: Partial<{ mostWaiting: number; patienceMs: number; lookMs: number }> = {},
) {
  const backend: HandMade = handMade()
  const app = Fastify()
  const readers = new EventReaders(backend, app.log, {
    mostWaiting: 1e6,
    patienceMs: 60_000,
    lookMs: 1000,
    ...limits,
  })
  app.addHook('preClose', async () => readers.close())
  eventRoutes(app, readers)
  t.after(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, backend }
}

test('a change of the baselines is told at the next look', async (t) => {
  const { app, backend } = await eventsAlone(t, { lookMs: 20 })
  const [response] = await once(
    get({ port: portOf(app), host: '127.0.0.1', path: '/api/events' }),
    'response',
  )
  response.on('error', () => {})
  const events = eventsOf(response)
  const before = await next(events, 'status')
  let looks = 0
  backend.status = () => ({ ...before, baselines: { count: 0, bytes: 0, ignored: ++looks, problem: '' } })
  const lookOf = async () => (await next(events, 'status')).baselines?.ignored ?? 0
  let first = 0
  while (first === 0) first = await lookOf()
  assert.deepEqual([await lookOf(), await lookOf()], [first + 1, first + 2])
})

test('a baseline that could not be saved or deleted changes the status all the same', async (t) => {
  const backend = handMade()
  const app = Fastify()
  let told = 0
  baselineRoutes(app, backend, { statusChanged: () => told++ } as unknown as EventReaders)
  t.after(() => app.close())
  const fails = async () => Promise.reject(conflict('FST_PROFILER_NOT_PERSISTED', 'the disk is full'))
  Object.assign(backend, { saveBaseline: fails, deleteBaseline: fails })
  for (const method of ['PUT', 'DELETE'] as const) {
    assert.equal((await app.inject({ method, url: '/api/baselines/one' })).statusCode, 409)
  }
  assert.equal(told, 2)
})

const bulky = (count: number) => ended(count).map((one) => ({ ...one, url: `/${'x'.repeat(50_000)}` }))

test('a reader that reads nothing does not hold up close', async (t) => {
  const { app, backend } = await eventsAlone(t, { mostWaiting: 1e9, patienceMs: 1e9 })
  const socket = await deaf(portOf(app), '/api/events')
  await until(() => backend.listeners === 1)
  backend.end(...bulky(200))
  // Until it was told, with more than all buffers between the two ends hold.
  await new Promise((resolve) => setTimeout(resolve, 400))
  try {
    await inTime(app.close(), 'close() waits for a reader that reads nothing')
    await until(() => backend.listeners === 0)
  } finally {
    // Else the close() after the test would wait for it too.
    socket.destroy()
  }
})

test('a slow reader is told what it missed', async (t) => {
  const { app, backend } = await eventsAlone(t, { mostWaiting: 100_000, patienceMs: 60_000 })
  const socket = await deaf(portOf(app), '/api/events')
  await until(() => backend.listeners === 1)
  let sent = 0
  for (let i = 0; i < 6; i++) {
    backend.end(...bulky(200))
    sent += 200
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  const response = dechunk(socket)
  const events = eventsOf(response)
  let told = 0
  const first = await next(events, 'requests')
  told += first.requests.length + first.missed
  // It is behind until it has read what waits; then an event tells the rest.
  let missed = 0
  while (told < sent) {
    backend.end(detail('last', 'GET /users/:id'))
    sent++
    const batch = await next(events, 'requests')
    told += batch.requests.length + batch.missed
    missed += batch.missed
  }
  assert.ok(missed > 0, 'nothing was left out, so the test proves nothing')
  assert.equal(told, sent)
  socket.destroy()
})

test('they come to a test that injects its requests, too', async (t) => {
  const { app } = await apiApp(t)
  const answer = await app.inject({ url: '/__profile/api/events', payloadAsStream: true })
  const stream = answer.stream()
  const first = await eventsOf(stream).next()
  assert.equal(first.value?.name, 'status')
  stream.destroy()
})

test('a reader that stays behind is dropped', async (t) => {
  const { app, backend } = await eventsAlone(t, { mostWaiting: 1000, patienceMs: 50 })
  const socket = await deaf(portOf(app), '/api/events')
  await until(() => backend.listeners === 1)
  const feeding = setInterval(() => backend.end(...bulky(200)), 100)
  await until(() => backend.listeners === 0)
  clearInterval(feeding)
  socket.destroy()
})

test('a status that cannot be had is logged, and the stream goes on', async (t) => {
  const lines: string[] = []
  const logger = { level: 'error', stream: { write: (line: string) => lines.push(line) } }
  const { app, backend, open } = await listening(t, { logger })
  const response = await open()
  const events = eventsOf(response)
  await next(events, 'status')
  backend.fails = true
  await until(() => lines.length > 0)
  assert.match(lines[0], /could not send an event/)
  const failed = await app.inject('/__profile/api/events')
  assert.deepEqual([failed.statusCode, failed.json().code], [500, 'FST_PROFILER_FAILED'])
  backend.fails = false
  backend.end(...ended(1))
  assert.deepEqual((await next(events, 'requests')).requests, ended(1))
  response.destroy()
})

test('time limits of the application are not for streams', async (t) => {
  const { backend, open } = await listening(t, { connectionTimeout: 600, handlerTimeout: 600 })
  const response = await open()
  const events = eventsOf(response)
  await next(events, 'status')
  const { status } = backend
  const still = status()
  backend.status = () => still
  await new Promise((resolve) => setTimeout(resolve, 1500))
  backend.end(...ended(1))
  assert.deepEqual((await next(events, 'requests')).requests, ended(1))
  response.destroy()
})

test('over HTTP/2 it is the same, and closing ends it', async (t) => {
  const { app, backend } = await listening(t, { http2: true })
  const session = connectHttp2(`http://127.0.0.1:${portOf(app)}`)
  const stream = session.request({ ':path': '/__profile/api/events' })
  const [headers] = await once(stream, 'response')
  assert.equal(headers[':status'], 200)
  assert.equal(headers['x-frame-options'], 'DENY')
  const events = eventsOf(stream)
  await next(events, 'status')
  backend.end(...ended(2))
  assert.deepEqual((await next(events, 'requests')).requests, ended(2))
  stream.close()
  await until(() => backend.listeners === 0)

  const second = session.request({ ':path': '/__profile/api/events' })
  await next(eventsOf(second), 'status')
  const closing = app.close()
  if (!second.closed) await once(second, 'close')
  session.close()
  await closing
})

/** The body of a chunked answer on a raw socket. */
async function* dechunk(socket: Socket): AsyncGenerator<string> {
  let text = ''
  let inBody = false
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk
    if (!inBody) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) continue
      text = text.slice(end + 4)
      inBody = true
    }
    for (;;) {
      const line = text.indexOf('\r\n')
      if (line < 0) break
      const size = Number.parseInt(text.slice(0, line), 16)
      if (text.length < line + 4 + size) break
      yield text.slice(line + 2, line + 2 + size)
      text = text.slice(line + 4 + size)
    }
  }
}
