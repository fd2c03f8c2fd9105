import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { hotFunctions } from '../plugin/model/hot.ts'
import type { Selection } from '../plugin/model/wire/selection.ts'
import { calmly } from './calmly.ts'
import { namedBurn, originOf } from './ways.ts'
import { runInPool } from './ways-pool.ts'

/** A burn that knows how long it took in all. */
function burnOf(name: string, ms: number): (() => void) & { readonly name: string; ms(): number } {
  let total = 0
  const burn = namedBurn(`burn_${name}`, ms, (took) => {
    total += took
  })
  return Object.assign(burn, { ms: () => total })
}

/** Sums are at the mercy of a machine that does other things too; medians are not. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

async function recording(t: TestContext, routes: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 2 ** 26 })
  t.after(() => app.close())
  await app.register(profiler, { enabled: true, serverTiming: false })
  routes(app)
  await app.ready()
  return app
}

/** CPU of a route and the garbage collections in it, which a burn's own clock does not tell apart. */
function busyMs(app: FastifyInstance, route: string): number {
  const summary = app.profiler.routes().find((summary) => summary.route === route)
  return summary === undefined ? 0 : summary.own.totalMs + summary.gc.totalMs
}

/** Work of no request so far, and all garbage collections. */
async function nobodysMs(app: FastifyInstance): Promise<number> {
  await app.profiler.flush()
  const { otherMs, gcMs } = app.profiler.status().accounting
  return otherMs + gcMs
}

/** Own CPU of a request of the route, as a rule. */
function usualOwnMs(app: FastifyInstance, route: string): number {
  return median(app.profiler.requests({ route }).map(({ ownMs }) => ownMs))
}

async function textOf(app: FastifyInstance, path: string): Promise<string> {
  return (await fetch(originOf(app.server) + path)).text()
}

/** Names of the functions in the profile of a route, or of requests. */
function functions(app: FastifyInstance, selection: Selection = {}): Set<string> {
  const profile = app.profiler.profile(selection)
  return new Set(hotFunctions(profile).map(({ frame }) => profile.frames[frame].name))
}

/**
 * All of the burn is the route's. What is more than that is the rest of its work, and whatever else the machine does
 * meanwhile, so it says nothing; a route that is charged for another one's burn is found by its functions.
 */
function assertCharged(app: FastifyInstance, route: string, burn: { ms(): number }): void {
  const numbers = `${route}: ${busyMs(app, route).toFixed(1)} of ${burn.ms().toFixed(1)} ms`
  assert.ok(busyMs(app, route) > burn.ms() * 0.95, numbers)
}

describe('bodies', () => {
  const list = Array.from({ length: 100_000 }, (_, i) => ({ id: i, name: `name ${i}` }))
  const body = JSON.stringify(list)

  test('a large JSON body is charged for its parsing, not its neighbours', async (t) => {
    const app = await recording(t, (app) => {
      app.post('/import', async (request) => (request.body as unknown[]).length)
      app.get('/light', async () => 'ok')
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const post = async () => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${originOf(app.server)}/import`, { method: 'POST', headers, body })
      assert.equal(await response.text(), '100000')
    }
    const light = async () => (await fetch(`${originOf(app.server)}/light`)).text()
    let parsedMs = 0
    const { parse } = JSON
    t.mock.method(JSON, 'parse', (text: string, ...rest: []) => {
      const began = performance.now()
      const value = parse(text, ...rest)
      if (text.length === body.length) parsedMs += performance.now() - began
      return value
    })
    for (let i = 0; i < 5; i++) await Promise.all([post(), light(), light(), light()])
    await app.profiler.flush()
    const neighbour = usualOwnMs(app, 'GET /light')
    t.diagnostic(
      `${busyMs(app, 'POST /import').toFixed(0)} ms charged, ${parsedMs.toFixed(0)} ms of it parsing`,
    )
    assert.ok(parsedMs > 10)
    assertCharged(app, 'POST /import', { ms: () => parsedMs })
    assert.ok(neighbour < parsedMs / 5 / 2, `${neighbour} ms for a neighbour`)
  })
})

describe('one request in the midst of another', () => {
  /** The burn is this route's and no other's. */
  function assertOnly(
    app: FastifyInstance,
    route: string,
    burn: { readonly name: string; ms(): number },
  ): void {
    assertCharged(app, route, burn)
    for (const { route: other } of app.profiler.routes())
      assert.equal(
        functions(app, { route: other }).has(burn.name),
        other === route,
        `${burn.name} in ${other}`,
      )
  }

  test('a handler that injects one and goes on keeps the rest of its turn', async (t) => {
    const burn = burnOf('goesOn', 30)
    const app = await recording(t, (app) => {
      app.get('/inner', async () => 'ok')
      app.get('/outer', (_request, reply) => {
        app.inject('/inner', () => {})
        burn()
        reply.send('ok')
      })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    for (let i = 0; i < 3; i++) assert.equal(await textOf(app, '/outer'), 'ok')
    await app.profiler.flush()
    assertOnly(app, 'GET /outer', burn)
  })

  test('an application that hands one on to another keeps what it does then', async (t) => {
    const burn = burnOf('handedOn', 30)
    const mounted = await recording(t, (app) => {
      app.get('/mounted', (_request, reply) => reply.send('ok'))
    })
    const app = await recording(t, (app) => {
      app.get('/mounted', (request, reply) => {
        reply.hijack()
        mounted.routing(request.raw, reply.raw)
        burn()
      })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    for (let i = 0; i < 3; i++) assert.equal(await textOf(app, '/mounted'), 'ok')
    await app.profiler.flush()
    assertCharged(app, 'GET /mounted', burn)
    assert.ok(functions(app).has(burn.name))
    assert.ok(!functions(mounted).has(burn.name))
  })

  test('one that is not recorded, pipelined behind one that waits, is not charged to that', async (t) => {
    const burn = burnOf('ignored', 30)
    const app = fastify()
    t.after(() => app.close())
    await app.register(profiler, { enabled: true, serverTiming: false, ignore: '/ignored' })
    app.get('/slow', async () => sleep(100, 'slow'))
    app.get('/ignored', async () => {
      burn()
      return 'ignored'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const before = await nobodysMs(app)
    for (let i = 0; i < 3; i++) {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`
      socket.write(`${head('/slow')}\r\n${head('/ignored')}Connection: close\r\n\r\n`)
      assert.match(String(Buffer.concat(await socket.toArray())), /slow[\s\S]*ignored$/)
    }
    const ofNobody = (await nobodysMs(app)) - before
    assert.ok(burn.ms() > 80)
    assert.deepEqual([functions(app, { route: 'GET /slow' }).has(burn.name)], [false])
    assert.ok(ofNobody > burn.ms() * 0.95, `${ofNobody} of ${burn.ms()} ms`)
  })
})

describe('what one request opens for all', () => {
  async function asked(t: TestContext, ask: () => Promise<unknown>, burn: { ms(): number }) {
    const app = await recording(t, (app) => {
      app.get('/first', ask)
      app.get('/later', ask)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    await textOf(app, '/first')
    const ofFirst = burn.ms()
    const before = await nobodysMs(app)
    for (let i = 0; i < 5; i++) await textOf(app, '/later')
    const ofNobody = (await nobodysMs(app)) - before
    const ofLater = burn.ms() - ofFirst
    assert.ok(ofLater > 40)
    assert.ok(ofNobody > ofLater * 0.95, `${ofNobody} of ${ofLater} ms`)
    const later = app.profiler.requests({ route: 'GET /later' }).map(({ id }) => app.profiler.request(id)!)
    // Not 0: Node renews the header Date by a timer of the request that needed it first.
    const blamed = later.flatMap(({ blockedBy }) => blockedBy.filter(({ route }) => route === 'GET /first'))
    const blamedMs = blamed.reduce((sum, { ms }) => sum + ms, 0)
    assert.ok(blamedMs < ofLater * 0.05, `${blamedMs} of ${ofLater} ms`)
  }

  test('a worker thread: its messages are not the work of the request that started it, once that has ended', (t) =>
    calmly(async () => {
      const burn = burnOf('workerAnswer', 10)
      let worker: Worker | undefined
      const waiting: (() => void)[] = []
      t.after(() => worker?.terminate())
      const ask = () => {
        if (worker === undefined) {
          const code =
            "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage(0))"
          worker = new Worker(code, { eval: true })
          worker.on('message', () => {
            burn()
            waiting.shift()!()
          })
        }
        const answered = new Promise<void>((resolve) => waiting.push(resolve))
        worker.postMessage(0)
        return answered.then(() => 'ok')
      }
      await asked(t, ask, burn)
    }))

  test('a UDP socket: nor are its datagrams', (t) =>
    calmly(async () => {
      const burn = burnOf('datagram', 10)
      let socket: Socket | undefined
      const waiting: (() => void)[] = []
      t.after(() => socket?.close())
      const ask = async () => {
        if (socket === undefined) {
          socket = createSocket('udp4')
          socket.on('message', () => {
            burn()
            waiting.shift()!()
          })
          socket.bind(0, '127.0.0.1')
          await once(socket, 'listening')
        }
        const answered = new Promise<void>((resolve) => waiting.push(resolve))
        socket.send('x', socket.address().port, '127.0.0.1')
        await answered
        return 'ok'
      }
      await asked(t, ask, burn)
    }))
})

describe('work without a request', () => {
  test('of a pool made outside of any request that binds nothing stands apart and is never spread', async (t) => {
    const burn = burnOf('unbound', 10)
    const app = await recording(t, (app) => {
      app.get('/query', (_request, reply) => {
        runInPool(() => {
          burn()
          reply.send('ok')
        })
      })
    })
    const before = await nobodysMs(app)
    for (let i = 0; i < 5; i++) await app.inject('/query')
    const ofNobody = (await nobodysMs(app)) - before
    assert.ok(burn.ms() >= 50)
    assert.equal(functions(app).has('burn_unbound'), false)
    assert.ok(ofNobody > burn.ms() * 0.95, `${ofNobody} of ${burn.ms()} ms`)
  })

  test('of a timer started before the first request', async (t) => {
    const burn = burnOf('background', 3)
    const timer = setInterval(burn, 6)
    t.after(() => clearInterval(timer))
    const app = await recording(t, (app) => {
      app.get('/waits', () => sleep(100, 'ok'))
    })
    do await Promise.all(Array.from({ length: 5 }, () => app.inject('/waits')))
    while (burn.ms() <= 10)
    await app.profiler.flush()
    assert.equal(functions(app).has('burn_background'), false)
  })

  test('of a connection that a request made and later ones use is not charged to that one', (t) =>
    calmly(async () => {
      const body = Buffer.alloc(4 * 2 ** 20, 'x')
      const asked = new Map<string, Set<unknown>>([
        ['/small', new Set()],
        ['/large', new Set()],
      ])
      const upstream = createServer(({ url = '', socket }, response) => {
        asked.get(url)?.add(socket)
        response.end(url === '/large' ? body : 'ok')
      })
      upstream.listen(0, '127.0.0.1')
      await once(upstream, 'listening')
      t.after(() => {
        upstream.closeAllConnections()
        upstream.close()
      })
      const { port } = upstream.address() as AddressInfo
      const app = await recording(t, (app) => {
        for (const path of ['/small', '/large'])
          app.get(path, async () => (await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).length)
      })
      const costs = () => {
        const [small] = app.profiler.routes().filter(({ url }) => url === '/small')
        return [small.own.totalMs, small.causedMs]
      }
      await app.inject('/small')
      await app.profiler.flush()
      const before = costs()
      for (let i = 0; i < 5; i++) await app.inject('/large')
      await app.profiler.flush()
      const [ownMs, causedMs] = costs()
      assert.ok(ownMs - before[0] < 1, `${ownMs - before[0]} ms of CPU`)
      assert.ok(causedMs - before[1] < 1, `${causedMs - before[1]} ms of waiting`)
      const [small, large] = asked.values()
      assert.ok(
        [...small].some((socket) => large.has(socket)),
        'both were asked over one connection',
      )
    }))

  // A pool that is made by the first request and binds nothing looks like work that this request started, as it does
  // for AsyncLocalStorage. It is charged to that request: visible, and under no route that did not make the pool.
  test('of a pool made in a request that binds nothing is charged to the request that made it', async (t) => {
    const burn = burnOf('lazyPool', 10)
    const jobs: (() => void)[] = []
    let timer: NodeJS.Timeout | undefined
    t.after(() => clearInterval(timer))
    const query = (done: () => void) => {
      jobs.push(done)
      timer ??= setInterval(() => {
        for (const job of jobs.splice(0)) job()
      }, 2)
    }
    const app = await recording(t, (app) => {
      const answer = (_request: unknown, reply: { send(text: string): void }) =>
        query(() => {
          burn()
          reply.send('ok')
        })
      app.get('/first', answer)
      app.get('/later', answer)
    })
    await app.inject('/first')
    const ofFirst = burn.ms()
    for (let i = 0; i < 4; i++) await app.inject('/later')
    await app.profiler.flush()
    assertCharged(app, 'GET /first', burn)
    assert.equal(functions(app, { route: 'GET /later' }).has('burn_lazyPool'), false)
    const [first] = app.profiler.requests({ route: 'GET /first' })
    const { afterMs } = app.profiler.request(first.id)!
    const ofLater = burn.ms() - ofFirst
    const { gcMs } = app.profiler.status().accounting
    assert.ok(afterMs + gcMs > ofLater * 0.95, `${afterMs} and ${gcMs} of ${ofLater} ms after the response`)
  })
})

describe('whose work it is', () => {
  test('is a word where the application prints a promise or a timer, not all that is known of the request', async (t) => {
    const app = await recording(t, (app) => {
      app.get('/print/:what', async () => {
        const timer = setTimeout(() => {}, 1)
        const printed = inspect([new Promise(() => {}), timer], { depth: 5 })
        clearTimeout(timer)
        return printed
      })
    })
    const { payload } = await app.inject('/print/all')
    assert.match(payload, /GET \/print\/:what #\w+/)
    assert.doesNotMatch(payload, /startedAtMs|recorder/)
  })

  for (const [when, routesFirst] of [
    ['before the routes', false],
    ['after them', true],
  ] as const) {
    test(`a hook that goes on in a context older than the request gives it back, added ${when}`, async (t) => {
      const burn = burnOf('inHandler', 10)
      const check = burnOf('inHook', 5)
      const app = fastify()
      t.after(() => app.close())
      // As `@fastify/request-context` does, before and after the body is read.
      const contexts = new WeakMap<object, AsyncResource>()
      app.addHook('onRequest', (request, _reply, done) => {
        const context = new AsyncResource('context')
        contexts.set(request, context)
        context.runInAsyncScope(done)
      })
      app.addHook('preValidation', (request, _reply, done) => contexts.get(request)!.runInAsyncScope(done))
      const routes = () => {
        app.get('/handler', async () => {
          burn()
          await sleep(1)
          burn()
          return 'ok'
        })
        app.post('/hook', { preHandler: async () => check() }, async () => 'ok')
      }
      if (routesFirst) routes()
      await app.register(profiler, { enabled: true, serverTiming: false })
      if (!routesFirst) routes()
      await app.listen({ port: 0, host: '127.0.0.1' })
      const headers = { 'content-type': 'application/json' }
      for (let i = 0; i < 3; i++) {
        assert.equal(await textOf(app, '/handler'), 'ok')
        await fetch(`${originOf(app.server)}/hook`, { method: 'POST', headers, body: '{}' })
      }
      await app.profiler.flush()
      assertCharged(app, 'GET /handler', burn)
      assertCharged(app, 'POST /hook', check)
      const [{ id }] = app.profiler.requests({ route: 'GET /handler' })
      assert.ok(app.profiler.request(id)!.waits.some(({ target }) => target === '1 ms'))
    })
  }

  test('a hook that goes on from a pool that knows no request leaves what follows to its request', async (t) => {
    const burn = burnOf('afterPool', 10)
    const app = await recording(t, (app) => {
      app.addHook('preHandler', (_request, _reply, done) => runInPool(done))
      app.get('/session', async () => {
        burn()
        return 'ok'
      })
    })
    for (let i = 0; i < 3; i++) await app.inject('/session')
    await app.profiler.flush()
    assertCharged(app, 'GET /session', burn)
  })

  test('work after the response is the own CPU of the route, and no part of the wall time', (t) =>
    calmly(async () => {
      const burn = burnOf('late', 20)
      const app = await recording(t, (app) => {
        app.get('/late', async (_request, reply) => {
          reply.raw.once('finish', () => setTimeout(burn, 10))
          return 'ok'
        })
      })
      await app.inject('/late')
      await sleep(100)
      await app.profiler.flush()
      const [{ id, ownMs: withinMs, wallMs }] = app.profiler.requests()
      assert.ok(withinMs <= wallMs)
      assert.ok(app.profiler.request(id)!.afterMs > burn.ms() * 0.9)
      assertCharged(app, 'GET /late', burn)
      assert.ok(functions(app, { route: 'GET /late' }).has('burn_late'))
    }))

  test('an `onResponse` hook works after the response', (t) =>
    calmly(async () => {
      const burn = burnOf('told', 20)
      const app = await recording(t, (app) => {
        app.get('/told', { onResponse: async () => burn() }, async () => 'ok')
      })
      await app.inject('/told')
      await app.profiler.flush()
      const [{ id }] = app.profiler.requests()
      assert.ok(app.profiler.request(id)!.afterMs > burn.ms() * 0.9)
      assertCharged(app, 'GET /told', burn)
    }))

  test('a request that is made by another one in this process has its own account', async (t) => {
    const [inner, outer] = [burnOf('inner', 15), burnOf('outer', 15)]
    const app = await recording(t, (app) => {
      app.get('/inner', async () => {
        inner()
        await sleep(2)
        inner()
      })
      app.get('/outer', async () => {
        outer()
        await app.inject('/inner')
        outer()
        await sleep(1)
        outer()
      })
    })
    for (let i = 0; i < 5; i++) await app.inject('/outer')
    await app.profiler.flush()
    assertCharged(app, 'GET /inner', inner)
    assertCharged(app, 'GET /outer', outer)
    assert.equal(functions(app, { route: 'GET /inner' }).has('burn_outer'), false)
    assert.equal(functions(app, { route: 'GET /outer' }).has('burn_inner'), false)
  })

  test('two requests of one route at a time are told apart', async (t) => {
    const burns: Record<string, ReturnType<typeof burnOf>> = { a: burnOf('a', 4), b: burnOf('b', 12) }
    const app = await recording(t, (app) => {
      app.get('/burn/:name', async (request) => {
        for (let i = 0; i < 4; i++) {
          burns[(request.params as { name: string }).name]()
          await sleep(1)
        }
      })
    })
    for (let i = 0; i < 5; i++) await Promise.all([app.inject('/burn/a'), app.inject('/burn/b')])
    await app.profiler.flush()
    for (const [name, other] of ['ab', 'ba']) {
      const requests = app.profiler.requests().filter(({ url }) => url === `/burn/${name}`)
      const busy = requests.reduce((sum, { ownMs, gcMs }) => sum + ownMs + gcMs, 0)
      assert.ok(busy > burns[name].ms() * 0.95, `${busy} of ${burns[name].ms()} ms`)
      const ran = functions(app, { requests: requests.map(({ id }) => id) })
      assert.ok(ran.has(`burn_${name}`) && !ran.has(`burn_${other}`))
    }
  })

  test('own, blocked, collection and waiting add up to the wall time of each request', async (t) => {
    const burn = burnOf('shared', 5)
    const app = await recording(t, (app) => {
      app.get('/a', async () => {
        burn()
        await sleep(3)
        burn()
      })
    })
    await Promise.all(Array.from({ length: 10 }, () => app.inject('/a')))
    await app.profiler.flush()
    const requests = app.profiler.requests()
    assert.equal(requests.length, 10)
    for (const { wallMs, ownMs, gcMs } of requests) assert.ok(ownMs + gcMs <= wallMs * 1.01 + 0.1)
  })

  test('an exception that nobody catches does not derail what follows', async (t) => {
    const burn = burnOf('after', 10)
    const app = await recording(t, (app) => {
      app.get('/throws', (_request, reply) => {
        setTimeout(() => {
          setImmediate(() => reply.send('ok'))
          throw new Error('meant')
        }, 1)
      })
      app.get('/burns', async () => {
        await sleep(1)
        burn()
      })
    })
    const caught: Error[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => caught.push(error))
    for (let i = 0; i < 5; i++) await Promise.all([app.inject('/throws'), app.inject('/burns')])
    process.removeAllListeners('uncaughtException')
    for (const other of others) process.on('uncaughtException', other)
    await app.profiler.flush()
    assert.deepEqual(
      caught.map(({ message }) => message),
      Array.from({ length: 5 }, () => 'meant'),
    )
    assertCharged(app, 'GET /burns', burn)
    assert.equal(functions(app, { route: 'GET /throws' }).has('burn_after'), false)
  })
})
