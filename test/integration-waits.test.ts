import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { randomBytes, subtle } from 'node:crypto'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { lookup } from 'node:dns'
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, createServer, get, request } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { gzip } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { parseAstAsync } from 'vite'
import profiler from '../plugin/index.ts'
import type { Wait, WaitingAnswer } from '../plugin/model/wire/waits.ts'
import { calmly } from './calmly.ts'
import { runChild } from './child.ts'
import { originOf } from './ways.ts'

const secret = 'hunter2'
const upstream = createServer(({ url }, response) => {
  if (url === '/rows') response.write('o')
  setTimeout(() => response.end('k'), 30)
})
/** Its second request waits until the first has been answered. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const signals = new EventEmitter()
let refusing = ''
const channels = [
  'http.client.request.created',
  'http.client.request.start',
  'http.client.response.finish',
  'undici:request:create',
  'undici:request:trailers',
  'tracing:mysql2:query:start',
  'tracing:mysql2:query:error',
  'tracing:ioredis:command:start',
]
/** Messages that nobody should publish. */
const odd = [undefined, null, 7, 'text', {}, [], { request: 7 }, { request: null }, { request: 'text' }]
/** A lock, to be run where `Promise` is another one. */
const lockSource = `
  let lock = (async () => {})()
  async (use) => {
    const before = lock
    let release
    lock = new Promise((resolve) => {
      release = resolve
    })
    await before
    await use()
    release()
    return 'x'
  }`
let app: FastifyInstance
let database: Awaited<ReturnType<typeof openDatabase>>
let worker: Worker

before(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const origin = originOf(upstream)
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  refusing = originOf(closed)
  closed.close()
  app = fastify()
  await app.register(profiler, { enabled: true })
  app.get('/timer', () => sleep(20, 'x'))
  app.get('/jitter', () => sleep(20.83132882356122, 'x'))
  app.get('/file', () => readFile(new URL(import.meta.url), 'utf8'))
  app.get('/dns', (_request, reply) => {
    lookup('localhost', () => reply.send('x'))
  })
  app.get('/fetch', async () => (await fetch(`${origin}/prices/eur?key=${secret}`)).text())
  app.get('/http', (_request, reply) => {
    get(`${origin}/prices/usd?key=${secret}`, { auth: `me:${secret}` }, (response) => {
      response.resume().on('end', () => reply.send('x'))
    })
  })
  app.get('/rows', (_request, reply) => {
    get(`${origin}/rows`, (response) => response.resume().on('end', () => reply.send('x')))
  })
  app.get('/queued', (_request, reply) => {
    get(origin, { agent }, (response) => response.resume().on('end', () => reply.send('x')))
  })
  app.get('/renamed', (_request, reply) => {
    const asked = request(`${origin}/before`, (response) =>
      response.resume().on('end', () => reply.send('x')),
    )
    asked.setHeader('host', 'prices')
    asked.path = '/after'
    asked.end()
  })
  app.get('/refused', async () => fetch(refusing).catch(() => 'refused'))
  app.get('/query', () => query(`SELECT * FROM users WHERE name = '${secret}' AND age > 42`))
  app.get('/none', async () => 'x')
  app.get('/zip', async () => (await promisify(gzip)('x'.repeat(1e6))).length)
  app.get('/zip-noise', async () => (await promisify(gzip)(randomBytes(3e6))).length)
  app.get('/encrypt', async () => {
    const key = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt'])
    const iv = Buffer.alloc(12)
    return (await subtle.encrypt({ name: 'AES-GCM', iv }, key, Buffer.alloc(1e6))).byteLength
  })
  app.get('/unwaited', async () => {
    setTimeout(() => {}, 5).unref()
    return sleep(15, 'x')
  })
  app.get('/ticks', (_request, reply) => {
    let left = 4
    const timer = setInterval(() => {
      if (--left > 0) return
      clearInterval(timer)
      reply.send('x')
    }, 8)
  })
  app.get('/row', async () => {
    for (let i = 0; i < 5; i++) await sleep(4)
    return 'x'
  })
  database = await openDatabase()
  app.get<{ Querystring: { n: string } }>('/answers', async ({ query: { n } }) => {
    for (let i = 0; i < Number(n); i++) await database.ask()
    return 'x'
  })
  let lock = Promise.resolve()
  app.get('/locked', async () => {
    const before = lock
    let release = () => {}
    lock = new Promise((resolve) => {
      release = resolve
    })
    await before
    await database.ask()
    release()
    return 'x'
  })
  let tail: Promise<unknown> = Promise.resolve()
  app.get('/locked-fetch', async () => {
    tail = tail.then(async () => (await fetch(`${origin}/prices`)).text())
    return tail
  })
  const lockElsewhere = runInNewContext(lockSource) as (use: () => Promise<unknown>) => Promise<string>
  app.get('/locked-elsewhere', () => lockElsewhere(() => sleep(20)))
  worker = new Worker(
    `const { parentPort } = require('worker_threads')
    parentPort.on('message', () => setTimeout(() => parentPort.postMessage('x'), 10))`,
    { eval: true },
  )
  await once(worker, 'online')
  app.get('/worker', async () => {
    worker.postMessage('')
    return (await once(worker, 'message'))[0]
  })
  app.get('/addon', async () => (await parseAstAsync('let a = 1;'.repeat(10_000))).type)
  app.post('/body', async () => 'x')
  app.get('/signal', async () => (await once(signals, 'signal'))[0])
  app.post('/told', async () => (await once(signals, 'signal'))[0])
  app.get('/called', (_request, reply) => {
    const send = () => reply.send('x')
    signals.once('signal', AsyncResource.bind(send))
  })
  app.get('/signals', async () => signals.emit('signal', 'x'))
  app.post('/signals', async () => 'x')
  app.addContentTypeParser('application/x-signal', (_request, payload, done) => {
    payload.on('data', (part) => signals.emit('signal', String(part))).on('end', () => done(null, undefined))
  })
  app.get('/odd', async () => {
    for (const name of channels) for (const message of odd) channel(name).publish(message)
    return 'x'
  })
})

after(async () => {
  await app.close()
  agent.destroy()
  upstream.close()
  database.close()
  await worker.terminate()
})

test('a timer is named with its length', async () => {
  const timer = (await waitsOf('/timer')).find(({ kind }) => kind === 'timer')
  assert.equal(timer?.target, '20 ms')
  assert.ok(timer.endUs - timer.startUs > 18_000, JSON.stringify(timer))
})

test('a timer of a random length, as before another try, is named with what Node makes of it', async () => {
  assert.deepEqual(
    (await waitsOf('/jitter')).map(({ target }) => target),
    ['20 ms'],
  )
})

test('a timer that repeats is waited for each time', async () => {
  const ticks = await waitsOf('/ticks')
  assert.deepEqual(
    ticks.map(({ target }) => target),
    ['8 ms', '8 ms', '8 ms', '8 ms'],
  )
  for (const [i, { startUs }] of ticks.entries()) if (i > 0) assert.ok(startUs >= ticks[i - 1].endUs - 1)
})

test('a timer that lets the process end is not told: nobody waits for it', async () => {
  assert.deepEqual(
    (await waitsOf('/unwaited')).map(({ target }) => target),
    ['15 ms'],
  )
})

test('what an aborted request waited for is named once that ends, and counts up to its end', async (t) => {
  const own = fastify()
  t.after(() => own.close())
  await own.register(profiler, { enabled: true })
  own.get('/long', () => sleep(2000, 'x'))
  own.get('/answered', (_request, reply) => {
    void reply.send('x')
    return sleep(50)
  })
  const origin = await own.listen({ port: 0, host: '127.0.0.1' })
  const inFlight = () => own.profiler.status().counts.inFlight
  const leaving = new AbortController()
  const long = fetch(`${origin}/long`, { signal: leaving.signal })
  while (inFlight() === 0) await sleep(5)
  leaving.abort()
  await assert.rejects(long)
  while (inFlight() > 0) await sleep(5)
  await fetch(`${origin}/answered`).then((response) => response.text())
  const told = (route: string) => {
    const [{ id }] = own.profiler.requests({ route })
    const { outcome, waits, wallMs } = own.profiler.request(id)!
    return { outcome, waits, wallUs: Math.round(wallMs * 1000) }
  }
  await own.profiler.flush()
  const { outcome, waits } = told('GET /long')
  assert.deepEqual([outcome, waits], ['aborted', []])
  do {
    await sleep(50)
    await own.profiler.flush()
  } while (told('GET /long').waits.length === 0)
  const later = told('GET /long')
  assert.deepEqual(
    later.waits.map(({ kind, target, endUs }) => [kind, target, endUs]),
    [['timer', '2000 ms', later.wallUs]],
  )
  // An answered one has waited for nothing.
  assert.deepEqual(told('GET /answered').waits, [])
})

test('compression is told as what the thread pool does', async () => {
  assert.ok((await waitsOf('/zip')).some(({ kind }) => kind === 'compute'))
})

test('so is all of it, in however many parts it is done', () =>
  calmly(async () => {
    const { requests } = await app.profiler.collect(() => app.inject('/zip-noise'))
    const { waits, waitingMs } = app.profiler.request(requests[0].id)!
    const computeMs = waits.reduce(
      (sum, { kind, startUs, endUs }) => (kind === 'compute' ? sum + (endUs - startUs) / 1000 : sum),
      0,
    )
    assert.ok(computeMs > waitingMs * 0.9, `${computeMs} of ${waitingMs} ms waiting`)
    assert.ok(waits.length < 50, `${waits.length} waits`)
  }))

test('encryption is told as what the thread pool does', async () => {
  const kinds = (await waitsOf('/encrypt')).map(({ kind }) => kind)
  assert.deepEqual(
    kinds.filter((kind) => kind !== 'compute'),
    [],
  )
  assert.ok(kinds.length > 0)
})

test('what a route waits for is added up over its requests', async () => {
  for (let i = 0; i < 3; i++) await waitsOf('/row')
  const ask = (query: string) =>
    app.inject({ url: `/__profile/api/waiting${query}`, headers: { host: 'localhost' } })
  const answer: WaitingAnswer = (await ask('?route=GET%20/row')).json()
  assert.deepEqual([answer.route, answer.requests, answer.waits.length], ['GET /row', 3, 1])
  const [{ kind, target, count, requests, ms, waitingMs, sumMs }] = answer.waits
  assert.deepEqual([kind, target, count, requests], ['timer', '4 ms', 15, 3])
  // Node's timers may be a millisecond early.
  assert.ok(
    ms >= 15 * 3 && ms <= answer.wallMs && waitingMs <= ms && waitingMs <= answer.waitingMs + 0.1,
    `${ms}`,
  )
  assert.ok(Math.abs(sumMs - ms) < 1, 'one after another')
  assert.deepEqual(
    answer.kinds.map((sum) => [sum.kind, sum.target, sum.count]),
    [['timer', '', 15]],
  )
  assert.equal((await ask('?route=GET%20/row&minMs=1000000')).json().requests, 0)
  for (const [query, code] of [
    ['', 'FST_PROFILER_BAD_PARAMETER'],
    ['?route=GET%20/row&minMs=x', 'FST_PROFILER_BAD_PARAMETER'],
    ['?route=GET%20/row&other=1', 'FST_PROFILER_BAD_PARAMETER'],
    ['?route=GET%20/nothing', 'FST_PROFILER_NOT_FOUND'],
  ]) {
    assert.equal((await ask(query)).json().code, code, query)
  }
})

test('files are told', async () => {
  assert.ok((await waitsOf('/file')).some(({ kind }) => kind === 'file'))
})

test('name look-ups are told with the name', async () => {
  const waits = await waitsOf('/dns')
  assert.deepEqual(
    waits.map(({ kind, target }) => `${kind} ${target}`),
    ['dns localhost'],
  )
})

for (const [path, currency] of [
  ['/fetch', 'eur'],
  ['/http', 'usd'],
]) {
  test(`an outgoing request by ${path} is told with its target, without values`, async () => {
    const waits = await waitsOf(path)
    const http = waits.find(({ kind }) => kind === 'http')
    assert.equal(http?.target, `GET ${originOf(upstream)}/prices/${currency}?key=`)
    assert.ok(http.endUs - http.startUs > 25_000, JSON.stringify(http))
    assert.ok(!JSON.stringify(waits).includes(secret))
  })
}

test('an outgoing request lasts until all of the answer has come, whoever sends it', async () => {
  const http = (await waitsOf('/rows')).filter(({ kind }) => kind === 'http')
  assert.equal(http.length, 1)
  assert.ok(http[0].endUs - http[0].startUs > 25_000, JSON.stringify(http))
})

test('an outgoing request includes its wait for a socket of the agent, as far as Node tells', () =>
  calmly(async () => {
    const took = await Promise.all(
      ['/queued', '/queued'].map(async (path) => {
        const waits = await waitsOf(path)
        assert.ok(
          waits.every(({ kind }) => kind !== 'request'),
          JSON.stringify(waits),
        )
        const { startUs, endUs } = waits.find(({ kind }) => kind === 'http')!
        return (endUs - startUs) / 1000
      }),
    )
    const [first, second] = took.sort((a, b) => a - b)
    assert.ok(first > 25, `${took}`)
    if (Number.parseInt(process.versions.node, 10) >= 22) assert.ok(second > first + 20, `${took}`)
  }))

test('an outgoing request is told as it was sent, not as it was made', async () => {
  const http = (await waitsOf('/renamed')).find(({ kind }) => kind === 'http')
  assert.equal(http?.target, 'GET http://prices/after')
})

test('an outgoing request that fails ends too', async () => {
  const http = (await waitsOf('/refused')).find(({ kind }) => kind === 'http')
  assert.equal(http?.target, `GET ${refusing}/`)
})

test('a query that a driver publishes is told without its literals', async () => {
  const query = (await waitsOf('/query')).find(({ kind }) => kind === 'database')
  assert.equal(query?.target, 'SELECT * FROM users WHERE name = ? AND age > ?')
  assert.ok(query.endUs - query.startUs > 8_000)
})

test('messages that make no sense are left out, and harm nobody', async () => {
  const told: string[] = []
  const tell = (error: Error) => told.push(error.message)
  // What a subscriber throws, Node throws again where nobody can catch it.
  process.on('uncaughtException', tell)
  assert.ok((await waitsOf('/odd')).every(({ kind }) => kind === 'database'))
  await sleep(1)
  process.off('uncaughtException', tell)
  assert.deepEqual(told, [])
})

test('an answer over a connection of a pool is told with its address, though no driver announces it', async () => {
  for (const [path, times] of [
    ['/answers?n=1', 1],
    ['/answers?n=5', 5],
  ] as const) {
    const waits = await waitsOf(path)
    assert.deepEqual(
      waits.map(({ kind, target }) => `${kind} ${target}`),
      new Array(times).fill(`connection localhost:${database.port()}`),
    )
    for (const { startUs, endUs } of waits) assert.ok(endUs - startUs > 3_000, JSON.stringify(waits))
  }
})

test('what arrives for an operation that is known is not told twice', async () => {
  for (const path of ['/fetch', '/http', '/query'])
    assert.ok(
      (await waitsOf(path)).every(({ kind }) => kind !== 'connection'),
      path,
    )
})

test('a request that another one lets go on has not waited for what that one waited for', async () => {
  const [first, second] = await Promise.all(['/locked', '/locked'].map((path) => waitsOf(path)))
  const told = [first, second].map((waits) => waits.map(({ kind, target }) => `${kind} ${target}`))
  const answer = `connection localhost:${database.port()}`
  assert.deepEqual(told, [[answer], ['request GET /locked', answer]])
})

test('so it is where promises are those of another realm', () =>
  calmly(async () => {
    const paths = ['/locked-elsewhere', '/locked-elsewhere']
    const [first, second] = await Promise.all(paths.map((path) => waitsOf(path)))
    const told = [first, second].map((waits) => waits.map(({ kind, target }) => `${kind} ${target}`))
    assert.deepEqual(told, [['timer 20 ms'], ['request GET /locked-elsewhere', 'timer 20 ms']])
  }))

// As it is published too: a bundler may leave out what looks as if it did nothing.
for (const path of ['./plugin/index.ts', './dist/plugin/index.js']) {
  test(`and where the application has put a class of its own in the place of \`Promise\`, ${path}`, () =>
    calmly(() => lockWithPromiseReplaced(path)))
}

async function lockWithPromiseReplaced(path: string): Promise<void> {
  const { stdout, stderr } = await runChild(`
    const { default: profiled } = await import('${path}')
    const { connect, createServer } = await import('node:net')
    const server = createServer((socket) => socket.on('data', (data) => setTimeout(() => socket.write(data), 10)))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = connect(server.address().port, '127.0.0.1')
    const asked = []
    socket.on('data', () => asked.shift()())
    const Native = Promise
    const ask = () => new Native((resolve) => {
      asked.push(resolve)
      socket.write('x')
    })
    globalThis.Promise = class {
      static resolve = (value) => new this((resolve) => resolve(value))
      #promise
      constructor(executor) {
        this.#promise = new Native(executor)
      }
      then(...given) {
        return new this.constructor((resolve, reject) => this.#promise.then(...given).then(resolve, reject))
      }
      catch(failed) {
        return this.then(undefined, failed)
      }
    }
    const app = fastify()
    await app.register(profiled, { persist: false })
    const lock = eval(${JSON.stringify(lockSource)})
    app.get('/locked', () => lock(ask))
    await Native.all([app.inject('/locked'), app.inject('/locked')])
    await app.profiler.flush()
    const waits = app.profiler.requests().map(({ id }) => app.profiler.request(id).waits)
    console.log(JSON.stringify(waits.map((some) => some.map(({ kind }) => kind))))
    await app.close()
    socket.destroy()
    server.close()`)
  assert.equal(stdout, '[["request","connection"],["connection"]]\n', stderr)
}

test('a request whose exception the application survives is not taken for what runs before its ticks do', async () => {
  const { stdout, stderr } = await runChild(`
    const { AsyncResource } = await import('node:async_hooks')
    process.on('uncaughtException', ({ message }) => console.log(message))
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const app = fastify()
    await app.register(profiler, { enabled: true, persist: false })
    let fail
    let open
    app.get('/failing', async () => {
      fail = AsyncResource.bind(() => setImmediate(() => {
        process.nextTick(() => {})
        throw new Error('survived')
      }))
      await sleep(30)
      return 'x'
    })
    app.get('/waiting', () => new Promise((resolve) => (open = () => resolve('x'))))
    const { requests } = await app.profiler.collect(async () => {
      const answers = ['/waiting', '/failing'].map((path) => app.inject(path))
      await sleep(5)
      fail()
      setImmediate(open)
      await Promise.all(answers)
    })
    const { id } = requests.find(({ route }) => route === 'GET /waiting')
    console.log(JSON.stringify(app.profiler.request(id).waits))
    await app.close()
  `)
  assert.equal(stdout, 'survived\n[]\n', stderr)
})

test('a request that has waited for a lock around a call by fetch says so', () =>
  calmly(async () => {
    const told = await Promise.all(['/locked-fetch', '/locked-fetch'].map((path) => waitsOf(path)))
    const [first, second] = told.map((waits) =>
      waits.map(({ kind }) => kind).filter((kind) => kind !== 'connect'),
    )
    assert.deepEqual(first, ['http'])
    assert.deepEqual(second, ['request', 'http'])
  }))

test('who has a lock makes those wait who are behind it in the queue, not only the next', () =>
  calmly(queueForLock))

async function queueForLock(): Promise<void> {
  let tail: Promise<unknown> = Promise.resolve()
  const app = fastify()
  await app.register(profiler, { enabled: true })
  const hold = (ms: number) => {
    const held = tail.then(() => sleep(ms, 'x'))
    tail = held
    return held
  }
  // The lock is asked for in a turn of its own: the wait begins where that ends.
  app.get('/long', async () => hold(100))
  app.get('/short', async () => hold(5))
  const { requests } = await app.profiler.collect(async () => {
    const answers = ['/long', '/short', '/short', '/short'].map((path) => app.inject(path))
    await Promise.all(answers)
  })
  const routes = new Map(app.profiler.routes().map((route) => [route.route, route]))
  const [long, short] = [routes.get('GET /long')!, routes.get('GET /short')!]
  const holder = requests.find(({ route }) => route === 'GET /long')!.id
  assert.ok(long.awaitedMs > 250 && long.awaitedMs < 3 * long.latency.maxMs, `${long.awaitedMs} ms`)
  assert.equal(long.longestAwaited?.requestId, holder)
  assert.ok(short.awaitedMs < long.awaitedMs / 3, `${short.awaitedMs} ms`)
  const text = String(await app.profiler.export({ route: 'GET /long' }, 'markdown'))
  assert.match(text, /requests waited \d+(\.\d+)? ms in all, \d+(\.\d+)? ms at the longest, until one of its/)
  app.profiler.clear()
  await app.profiler.collect(() => app.inject('/long'))
  assert.ok(
    app.profiler
      .routes()
      .every(({ awaitedMs, longestAwaited }) => awaitedMs === 0 && longestAwaited === null),
  )
  await app.close()
}

test('of a lock that two applications share, each names those of its own and of the other, but none that it cannot know', async () => {
  let tail: Promise<unknown> = Promise.resolve()
  const holding = async (names: readonly string[]) => {
    const app = fastify()
    await app.register(profiler, { enabled: true })
    for (const name of names)
      app.get(name, async () => {
        const held = tail.then(() => sleep(name === '/long' ? 60 : 5, 'x'))
        tail = held
        return held
      })
    return app
  }
  const [one, two] = [await holding(['/short']), await holding(['/long', '/last'])]
  await Promise.all([one.ready(), two.ready()])
  await Promise.all([two.inject('/long'), one.inject('/short'), two.inject('/last')])
  const told = async (app: FastifyInstance, route: string) => {
    await app.profiler.flush()
    const { id } = app.profiler.requests({ route })[0]
    const { waits } = app.profiler.request(id)!
    return waits.filter(({ kind }) => kind === 'request').map(({ target }) => target)
  }
  assert.deepEqual(await told(one, 'GET /short'), ['GET /long (another application)'])
  assert.deepEqual(await told(two, 'GET /last'), ['GET /short (another application)'])
  const routes = [...one.profiler.routes(), ...two.profiler.routes()]
  assert.ok(routes.every(({ awaitedMs }) => awaitedMs === 0))
  await one.close()
  await two.close()
})

test('a request that another one lets go on as it arrives, or by a part of its body, has waited for that one', async () => {
  const origin = await listening()
  const waitFor = async (path: string, send: () => Promise<unknown>) => {
    const { requests } = await app.profiler.collect(async () => {
      const waiting = fetch(origin + path)
      await heard()
      await send()
      assert.equal((await waiting).status, 200)
    })
    const waited = requests.find(({ route }) => route === `GET ${path}`)!
    const other = requests.find((request) => request !== waited)!
    return app.profiler.request(waited.id)!.waits.map(({ kind, target, requestId }) => {
      assert.equal(requestId, other.id)
      return `${kind} ${target}`
    })
  }
  const slowly = async () => {
    const headers = { 'content-type': 'application/x-signal' }
    const sending = request(`${origin}/signals`, { method: 'POST', headers })
    const arrived = once(app.server, 'request')
    sending.flushHeaders()
    await arrived
    await sleep(20)
    sending.end('part')
    const [response] = await once(sending, 'response')
    await once(response.resume(), 'end')
  }
  for (const path of ['/signal', '/called']) {
    assert.deepEqual(await waitFor(path, () => fetch(`${origin}/signals`)), ['request GET /signals'], path)
    assert.deepEqual(await waitFor(path, slowly), ['request POST /signals'], path)
  }
})

test('of two requests that arrive at once, one does not pass for the other', async () => {
  const origin = await listening()
  const { requests } = await app.profiler.collect(async () => {
    const waiting = fetch(`${origin}/signal`)
    await heard()
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write(
      ['/none', '/signals'].map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''),
    )
    assert.equal((await waiting).status, 200)
    while (app.profiler.status().counts.inFlight > 0) await sleep(1)
    socket.destroy()
  })
  assert.equal(requests.length, 3)
  const { id } = requests.find(({ route }) => route === 'GET /signal')!
  // Where both came in one callback it is not known which of them it was.
  const names = app.profiler.request(id)!.waits.map(({ kind, target }) => `${kind} ${target}`)
  assert.ok(names.length === 0 || names.join() === 'request GET /signals', names.join())
})

test('a request that is not recorded lets others go on without a name', async () => {
  const other = createServer((_request, response) => {
    signals.emit('signal', 'x')
    response.end()
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { requests } = await app.profiler.collect(async () => {
    const waiting = [1, 2].map(() => app.inject({ method: 'POST', url: '/told' }))
    await heard(2)
    await (await fetch(originOf(other))).text()
    await Promise.all(waiting)
  })
  other.close()
  assert.equal(requests.length, 2)
  for (const { id } of requests) assert.deepEqual(app.profiler.request(id)!.waits, [])
})

test('a job of a native addon that answers with a promise is told where Node tells it apart', async () => {
  const kinds = (await waitsOf('/addon')).map(({ kind }) => kind)
  assert.deepEqual(kinds, Number.parseInt(process.versions.node, 10) >= 24 ? ['addon'] : [])
})

test('a message of a worker thread is told', async () => {
  assert.deepEqual(
    (await waitsOf('/worker')).map(({ kind }) => kind),
    ['message'],
  )
})

test('a body that comes slowly is told, and the address of the client is not', async () => {
  const origin = await listening()
  let sentMs = 0
  const { requests } = await app.profiler.collect(async () => {
    const sending = request(`${origin}/body`, { method: 'POST', headers: { 'content-type': 'text/plain' } })
    const arrived = once(app.server, 'request')
    sending.write('first')
    await arrived
    await sleep(1)
    const began = performance.now()
    for (const part of ['second', 'third']) {
      sending.write(part)
      await sleep(10)
    }
    sentMs = performance.now() - began
    sending.end('last')
    const [response] = await once(sending, 'response')
    await once(response.resume(), 'end')
  })
  const { waits } = app.profiler.request(requests[0].id)!
  assert.deepEqual([...new Set(waits.map(({ kind, target }) => `${kind} ${target}`))], ['body '])
  assert.ok(
    waits.some(({ startUs, endUs }) => (endUs - startUs) / 1000 > sentMs * 0.95),
    `${sentMs} ms: ${JSON.stringify(waits)}`,
  )
})

test('a request that waits for nothing has no waits', async () => {
  assert.deepEqual(await waitsOf('/none'), [])
})

/** Resolves when so many requests wait for the signal, and have done so for a moment. */
async function heard(by = 1): Promise<void> {
  while (signals.listenerCount('signal') < by) await sleep(1)
  await sleep(20)
}

async function listening(): Promise<string> {
  return app.server.listening ? originOf(app.server) : app.listen({ port: 0, host: '127.0.0.1' })
}

/** A database with a driver that announces nothing: one connection, opened before any request, answers in turn. */
async function openDatabase() {
  const server = createTcpServer((socket) =>
    socket.on('data', () => setTimeout(() => socket.write('rows'), 5)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = () => (server.address() as AddressInfo).port
  const socket = connect({ port: port(), host: 'localhost' })
  await once(socket, 'connect')
  const asked: (() => void)[] = []
  socket.on('data', () => asked.shift()?.())
  return {
    port,
    ask: () =>
      new Promise<void>((resolve) => {
        asked.push(resolve)
        socket.write('question')
      }),
    close() {
      socket.destroy()
      server.close()
    },
  }
}

/** A database driver as far as diagnostics channels go. */
function query(sql: string): Promise<string> {
  return tracingChannel('mysql2:query').tracePromise(() => sleep(10, 'rows'), { query: sql })
}

async function waitsOf(path: string): Promise<readonly Wait[]> {
  const { requests } = await app.profiler.collect(async () => {
    const response = await app.inject(path)
    assert.equal(response.statusCode, 200, response.body)
  })
  const detail = app.profiler.request(requests[0].id)!
  for (const wait of detail.waits) {
    assert.ok(wait.startUs >= 0 && wait.endUs > wait.startUs && wait.endUs <= detail.wallMs * 1000 + 1)
  }
  return detail.waits
}
