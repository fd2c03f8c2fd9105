import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { calmly } from './calmly.ts'
import { runChild } from './child.ts'

/** How an application whose last request is long gone is doing; see {@link idling}. */
interface Idling {
  readonly before: string
  readonly resting: string
  /** How often a thread of the process woke up in a second while the sampler ran, and while it rested. */
  readonly wakeUps: { running: number; resting: number }
  readonly woken: { state: string; samples: number; busyMs: number; inFlight: number }
}

/**
 * Serves a request, waits until the sampler rests, counts how often threads wake up, and serves another request.
 * CPU is not measured: other work on the machine makes each wake-up more expensive, but does not add any.
 */
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
    const wakeUps = async (ms) => {
      const count = () => process.resourceUsage().voluntaryContextSwitches
      const began = [count(), performance.now()]
      await sleep(ms)
      return ((count() - began[0]) * 1000) / (performance.now() - began[1])
    }
    const running = await wakeUps(1000)
    for (let i = 0; i < 1200 && state() !== 'resting'; i++) await sleep(50)
    await sleep(500)
    const resting = state()
    // The least of some readings: collectors and compilers may be at work still.
    const readings = []
    for (let i = 0; i < 3; i++) readings.push(await wakeUps(2000))
    const wakes = { running, resting: Math.min(...readings) }
    app.profiler.clear()
    await get('/burn')
    await app.profiler.flush()
    const { own, gc, samples } = app.profiler.routes().find(({ url }) => url === '/burn')
    const woken = { state: state(), samples, busyMs: own.totalMs + gc.totalMs, inFlight: app.profiler.status().counts.inFlight }
    console.log(JSON.stringify({ before, resting, wakeUps: wakes, woken }))
    process.exit()`
  const end = await runChild(program, { patienceMs: 150_000 })
  assert.equal(end.stderr, '')
  return JSON.parse(end.stdout)
}

function assertRests({ before, resting, wakeUps, woken }: Idling, openRequests: number): void {
  assert.equal(before, 'running')
  assert.equal(resting, 'resting')
  // Windows does not count them.
  if (process.platform !== 'win32') {
    assert.ok(wakeUps.running > 100, `${wakeUps.running} wake-ups a second while it runs`)
    const said = `${wakeUps.resting} wake-ups a second at rest, ${wakeUps.running} before`
    assert.ok(wakeUps.resting < wakeUps.running / 10, said)
  }
  assert.ok(woken.busyMs >= 50, `${woken.busyMs} ms`)
  assert.ok(woken.samples > 0, 'no samples')
  assert.deepEqual([woken.state, woken.inFlight], ['running', openRequests])
}

describe('an idle server rests, and the next request is recorded with samples', { concurrency: 3 }, () => {
  test('when nobody is there', () =>
    calmly(async () => {
      const found = await idling('')
      assertRests(found, 0)
    }))

  test('with a silent stream of events open', () =>
    calmly(async () => {
      const found = await idling(
        `app.get('/events', (_request, reply) => {
        reply.hijack()
        reply.raw.writeHead(200)
        reply.raw.write('data: 1\\n\\n')
      })`,
        "globalThis.kept = await fetch(origin + '/events')",
      )
      assertRests(found, 1)
    }))

  test('with a timer running that a request started', () =>
    calmly(async () => {
      const found = await idling(
        `let timer
      app.get('/starts', async () => {
        timer ??= setInterval(() => {}, 200)
        return 'ok'
      })`,
        "await get('/starts')",
      )
      assertRests(found, 0)
    }))
})

test('a request that goes on after a long wait wakes the sampler, and its time is that of its functions', () =>
  calmly(async () => {
    const { stdout, stderr } = await runChild(
      `
    const app = fastify()
    await app.register(profiler)
    const burn = (ms) => {
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < ms * 1000);
    }
    function before() { burn(20) }
    function after() { burn(200) }
    let goOn
    app.get('/waits', async () => {
      before()
      await new Promise((resolve) => { goOn = resolve })
      after()
      return 'ok'
    })
    await app.ready()
    const look = setInterval(() => {
      if (app.profiler.status().sampler.state === 'resting') goOn()
    }, 100)
    await app.inject('/waits')
    clearInterval(look)
    await app.profiler.flush()
    const { frames, tree, ownUs } = app.profiler.profile({ route: 'GET /waits' })
    const isIn = (node) => node >= 0 && (frames[tree.frame[node]].name === 'after' || isIn(tree.parent[node]))
    const afterUs = tree.selfUs.reduce((us, self, node) => us + (isIn(node) ? self : 0), 0)
    console.log(JSON.stringify({ share: afterUs / ownUs, state: app.profiler.status().sampler.state }))
    process.exit()`,
      { patienceMs: 150_000 },
    )
    assert.equal(stderr, '')
    const { share, state } = JSON.parse(stdout)
    assert.equal(state, 'running')
    assert.ok(share > 0.6, `${share} of the own time`)
  }))
