import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { nextTurn } from '../plugin/timers.ts'
import { namedBurn, originOf } from './ways.ts'

const burn = namedBurn('burn', 40, () => {})

async function listening(t: TestContext, routes: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = fastify()
  t.after(() => app.close())
  await app.register(profiler, { enabled: true })
  routes(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

/** The slices tell all of the wall time, and the same of it as the sums. No route may have had two requests. */
function assertSlicesAddUp(app: FastifyInstance): void {
  for (const { id } of app.profiler.requests()) {
    const detail = app.profiler.request(id)!
    const sums = { own: detail.ownMs, blocked: detail.blockedMs, gc: detail.gcMs, waiting: detail.waitingMs }
    const told = { own: 0, blocked: 0, gc: 0, waiting: 0 }
    for (const { kind, startUs, endUs } of detail.slices) told[kind] += (endUs - startUs) / 1000
    for (const kind of ['own', 'blocked', 'gc', 'waiting'] as const) {
      const off = Math.abs(told[kind] - sums[kind])
      assert.ok(
        off < 0.02 * detail.wallMs + 0.1,
        `${kind} of ${JSON.stringify({ route: detail.route, sums, told })}`,
      )
    }
    assert.ok(
      detail.blockedBy.every(({ route }) => route !== detail.route),
      `${detail.route} blocked itself: ${JSON.stringify(detail.blockedBy)}`,
    )
  }
}

describe('recording that stops in the midst of requests', () => {
  test('what came after it stands for waiting, in the slices as in the sums, and no header tells of it', async (t) => {
    const app = await listening(t, (app) => {
      app.get('/stops', async () => {
        burn()
        app.profiler.stop()
        await sleep(60)
        return 'ok'
      })
      app.get('/waits', async () => sleep(80, 'ok'))
    })
    const waits = fetch(`${originOf(app.server)}/waits`)
    while (app.profiler.status().counts.inFlight === 0) await sleep(1)
    const stops = await fetch(`${originOf(app.server)}/stops`)
    await (await waits).text()
    assert.equal(await stops.text(), 'ok')
    assert.equal(stops.headers.get('server-timing'), null)
    await app.profiler.flush()
    assert.equal(app.profiler.requests().length, 2)
    assertSlicesAddUp(app)
    const [request] = app.profiler.requests({ route: 'GET /stops' })
    // On a busy machine the burn can be interrupted by a collection that takes most of its time.
    assert.ok(request.waitingMs > 30 && request.ownMs + request.gcMs > 20, JSON.stringify(request))
  })

  test('and starts again at once, breaks no split', async (t) => {
    const burns = async () => {
      await sleep(10)
      burn()
      return 'ok'
    }
    const waits = async () => {
      for (let i = 0; i < 6; i++) await sleep(12)
      return 'ok'
    }
    // Each request has a route of its own, as one can have work left when the next round runs: Node renews the header
    // Date by a timer of the request that needed it first.
    const app = await listening(t, (app) => {
      for (let round = 0; round < 4; round++) {
        app.get(`/burns/${round}`, burns)
        app.get(`/waits/${round}`, waits)
        app.get(`/burns-too/${round}`, burns)
      }
    })
    const get = async (path: string) => (await fetch(originOf(app.server) + path)).text()
    for (let round = 0; round < 4; round++) {
      const all = Promise.all([get(`/burns/${round}`), get(`/waits/${round}`), get(`/burns-too/${round}`)])
      await sleep(round * 20)
      app.profiler.stop()
      app.profiler.start()
      await all
      app.profiler.stop()
      app.profiler.start()
    }
    await app.profiler.flush()
    assert.equal(app.profiler.requests().length, 12)
    assertSlicesAddUp(app)
  })

  test('just when what came before is about to be read, breaks no split', async (t) => {
    const app = await listening(t, (app) => {
      app.get('/first', async () => burn())
      app.get('/', (_, reply) => {
        reply.raw.once('finish', () => app.profiler.stop())
        void whileFlushed(app).then(() => reply.send('ok'))
      })
    })
    for (const path of ['/first', '/']) await (await fetch(originOf(app.server) + path)).text()
    await app.profiler.flush()
    assert.equal(app.profiler.requests().length, 2)
    assertSlicesAddUp(app)
  })

  test('while another application records, breaks no split', async (t) => {
    const other = await listening(t, () => {})
    const app = await listening(t, (app) => {
      app.get('/first', async () => burn())
      app.get('/', async () => {
        app.profiler.stop()
        await whileFlushed(app)
        return 'ok'
      })
    })
    for (const path of ['/first', '/']) await (await fetch(originOf(app.server) + path)).text()
    assert.ok(other.profiler.recording)
    await app.profiler.flush()
    assert.equal(app.profiler.requests().length, 2)
    assertSlicesAddUp(app)
  })
})

/** Begins to flush, and burns and returns when what was recorded until then is being attributed. */
async function whileFlushed(app: FastifyInstance): Promise<void> {
  void app.profiler.flush()
  for (let turn = 0; turn < 3; turn++) await nextTurn()
  burn()
}
