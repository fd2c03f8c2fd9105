import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fastify from 'fastify'
import profiler from '../plugin/index.ts'
import { runChild } from './child.ts'

/** Sends injected requests of many kinds, in turns of a few at a time. */
const mixed = `
  const app = fastify({ routerOptions: { maxParamLength: 1000 } })
  let body = 0
  async function setUp(options) {
    await app.register(profiler, options)
    app.get('/hello', async () => ({ hello: 'world' }))
    app.get('/users/:id', async (request) => request.params)
    app.post('/echo', async (request) => request.body)
    app.get('/waits', async () => { await new Promise(setImmediate); return 'ok' })
    app.get('/throws', async () => { throw new Error('meant') })
    for (let i = 0; i < 20; i++) app.get('/route' + i, async () => i)
    await app.ready()
  }
  const kinds = [
    () => ({ url: '/hello' }),
    (i) => ({ url: '/users/' + i + 'x'.repeat(i % 300) + '?secret=' + i }),
    (i) => ({ method: 'POST', url: '/echo', payload: { i } }),
    () => ({ url: '/waits' }),
    (i) => ({ url: '/route' + (i % 20) }),
    (i) => ({ url: '/missing/' + i }),
    () => ({ url: '/throws' }),
    () => ({ method: 'HEAD', url: '/hello' }),
  ]
  async function send(count) {
    for (let i = 0; i < count; i += 8) {
      await Promise.all(kinds.map((kind, j) => app.inject(kind(i + j))))
    }
    await app.profiler.flush()
  }
  // They are soon over: the profiler has an immediate now and then, and what loads modules reads files.
  const passing = ['Immediate', 'FSReqCallback', 'FSReqPromise']
  function openResources() {
    return process.getActiveResourcesInfo().filter((type) => !passing.includes(type))
  }
  function heapBytes() {
    for (let i = 0; i < 3; i++) gc()
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  }`

describe('50,000 requests later', () => {
  test('memory is within its limit and a constant, and nothing is open', async (t) => {
    const end = await runChild(
      `${mixed}
      await setUp({ maxBytes: 2 * 2 ** 20 })
      await send(4000)
      const before = { heap: heapBytes(), resources: openResources() }
      let most = 0
      for (let i = 0; i < 10; i++) {
        await send(5000)
        most = Math.max(most, app.profiler.status().memory.bytes)
      }
      const { memory, counts, problem } = app.profiler.status()
      const after = { heap: heapBytes(), resources: openResources() }
      console.log(JSON.stringify({ memory, counts, problem, most, before, after }))
      await app.close()`,
      { nodeArgs: ['--expose-gc'], patienceMs: 200_000 },
    )
    assert.deepEqual([end.code, end.stderr], [0, ''])
    const { memory, counts, problem, most, before, after } = JSON.parse(end.stdout)
    const grownBytes = after.heap - before.heap
    t.diagnostic(`kept ${memory.bytes} of ${memory.limit} bytes, heap grew by ${grownBytes} bytes`)
    assert.equal(problem, '')
    assert.deepEqual([counts.requests, counts.inFlight], [54_000, 0])
    assert.ok(counts.evicted > 40_000)
    assert.ok(most <= memory.limit, `${most} bytes at some time`)
    assert.ok(grownBytes < memory.limit + 2 ** 22, `the heap grew by ${grownBytes} bytes`)
    assert.deepEqual(after.resources, before.resources)
  })

  test('what it says it keeps is what it keeps', async (t) => {
    const end = await runChild(
      `${mixed}
      await setUp({ maxRequestsPerRoute: 1000000 })
      await send(2000)
      app.profiler.clear()
      const before = { heap: heapBytes(), said: app.profiler.status().memory.bytes }
      await send(8000)
      const after = { heap: heapBytes(), said: app.profiler.status().memory.bytes }
      app.profiler.clear()
      const cleared = { heap: heapBytes(), said: app.profiler.status().memory.bytes }
      console.log(JSON.stringify({ before, after, cleared }))
      await app.close()`,
      { nodeArgs: ['--expose-gc'], patienceMs: 200_000 },
    )
    assert.deepEqual([end.code, end.stderr], [0, ''])
    const { before, after, cleared } = JSON.parse(end.stdout)
    const [said, held] = [after.said - cleared.said, after.heap - cleared.heap]
    t.diagnostic(`says ${said} bytes, the heap says ${held}`)
    assert.ok(said > held * 0.7 && said < held * 1.5, `says ${said} bytes, the heap says ${held}`)
    assert.ok(cleared.heap - before.heap < 2 ** 21, `${cleared.heap - before.heap} bytes stay after clear()`)
  })
})

test('the cap holds with many routes, requests are kept under it, and a clear gives back what they took', async (t) => {
  const maxBytes = 2 ** 20
  const app = fastify()
  t.after(() => app.close())
  await app.register(profiler, { enabled: true, persist: false, maxBytes })
  for (let i = 0; i < 200; i++) app.get(`/r${i}`, async () => 'ok')
  for (let round = 0; round < 3; round++) for (let i = 0; i < 200; i++) await app.inject(`/r${i}`)
  await app.profiler.flush()
  const { memory, counts } = app.profiler.status()
  assert.ok(memory.bytes <= maxBytes, `${memory.bytes}`)
  assert.equal(counts.requests, 600)
  assert.ok(app.profiler.requests({ limit: 1000 }).length > 100)
  app.profiler.clear({ pinned: true })
  assert.ok(app.profiler.status().memory.bytes < memory.bytes - 200 * 400)
})

test('a pinned request that a clear leaves stays in the numbers of its route', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  await app.register(profiler, { enabled: true, persist: false })
  for (const path of ['/a', '/b']) app.get(path, async () => path)
  for (const path of ['/a', '/a', '/a', '/b']) await app.inject(path)
  await app.profiler.flush()
  const [{ id }] = app.profiler.requests({ route: 'GET /a' })
  assert.equal(
    (await app.inject({ method: 'PUT', url: `/__profile/api/requests/${id}/pin` })).statusCode,
    200,
  )
  await app.profiler.flush()
  const { ownMs, afterMs } = app.profiler.request(id)!
  app.profiler.clear()
  const [route, ...others] = app.profiler.routes()
  assert.deepEqual([route.route, route.count, others.length], ['GET /a', 1, 0])
  assert.ok(
    Math.abs(route.own.totalMs - ownMs - afterMs) < 0.001,
    JSON.stringify([route.own, ownMs, afterMs]),
  )
  app.profiler.clear({ pinned: true })
  assert.deepEqual(app.profiler.routes(), [])
})
