import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runChild } from './child.ts'

/** How an application whose last request is long gone is doing; see {@link idling}. */
interface Idling {
  readonly before: string
  readonly resting: string
  readonly busyMs: number
  readonly woken: { state: string; samples: number; busyMs: number; inFlight: number }
}

/** Serves a request, waits until the sampler rests, counts CPU for three seconds, and serves another request. */
async function idling(routes: string, more = ''): Promise<Idling> {
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    const app = fastify()
    await app.register(profiler, { serverTiming: false })
    app.get('/burn', async () => {
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < 100_000);
      return 'ok'
    })
    ${routes}
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const get = async (path) => (await fetch(origin + path)).text()
    await get('/burn')
    ${more}
    const state = () => app.profiler.status().sampler.state
    const before = state()
    for (let i = 0; i < 1200 && state() !== 'resting'; i++) await sleep(50)
    await sleep(500)
    const resting = state()
    // The least of some readings: collectors and compilers may be at work still.
    let busyMs = Infinity
    for (let i = 0; i < 3 && busyMs >= 30; i++) {
      const began = process.cpuUsage()
      await sleep(3000)
      const { user, system } = process.cpuUsage(began)
      busyMs = Math.min(busyMs, (user + system) / 1000)
    }
    app.profiler.clear()
    await get('/burn')
    await app.profiler.flush()
    const { own, gc, samples } = app.profiler.routes().find(({ url }) => url === '/burn')
    const woken = { state: state(), samples, busyMs: own.totalMs + gc.totalMs, inFlight: app.profiler.status().counts.inFlight }
    console.log(JSON.stringify({ before, resting, busyMs, woken }))
    process.exit()`
  const end = await runChild(program, { patienceMs: 150_000 })
  assert.equal(end.stderr, '')
  return JSON.parse(end.stdout)
}

function assertRests({ before, resting, busyMs, woken }: Idling, openRequests: number): void {
  assert.equal(before, 'running')
  assert.equal(resting, 'resting')
  assert.ok(busyMs < 30, `${busyMs} ms of CPU in three seconds`)
  assert.ok(woken.busyMs >= 50, `${woken.busyMs} ms`)
  assert.ok(woken.samples > 0, 'no samples')
  assert.deepEqual([woken.state, woken.inFlight], ['running', openRequests])
}

describe('an idle server rests, and the next request is recorded with samples', { concurrency: 3 }, () => {
  test('when nobody is there', async (t) => {
    const found = await idling('')
    t.diagnostic(`${found.busyMs.toFixed(1)} ms of CPU in three seconds`)
    assertRests(found, 0)
  })

  test('with a silent stream of events open', async (t) => {
    const found = await idling(
      `app.get('/events', (_request, reply) => {
        reply.hijack()
        reply.raw.writeHead(200)
        reply.raw.write('data: 1\\n\\n')
      })`,
      "globalThis.kept = await fetch(origin + '/events')",
    )
    t.diagnostic(`${found.busyMs.toFixed(1)} ms of CPU in three seconds`)
    assertRests(found, 1)
  })

  test('with a timer running that a request started', async (t) => {
    const found = await idling(
      `let timer
      app.get('/starts', async () => {
        timer ??= setInterval(() => {}, 200)
        return 'ok'
      })`,
      "await get('/starts')",
    )
    t.diagnostic(`${found.busyMs.toFixed(1)} ms of CPU in three seconds`)
    assertRests(found, 0)
  })
})
