import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import type { RequestDetail, RequestSummary } from '../plugin/model/wire/requests.ts'
import type { Culprit } from '../plugin/model/wire/routes.ts'
import type { WaitingAnswer } from '../plugin/model/wire/waits.ts'
import { calmly } from './calmly.ts'
import { newGate } from './gate.ts'
import { rawClient, requestText } from './raw-client.ts'
import { namedBurn, originOf } from './ways.ts'

const burnOutside = namedBurn('burnOutside', 100, () => {})
const burnBriefly = namedBurn('burnBriefly', 8, () => {})
const burnBehind = namedBurn('burnBehind', 60, () => {})
/** Holds `/heavy` back until `/victim` has begun to wait, so that the order does not depend on the machine. */
let gate = newGate()
let heavyWaits = newGate()
const lines: { msg: string }[] = []
/** When the handler of `/burns` had done its work. */
let burntAt = 0
let app: FastifyInstance
let origin: string

before(async () => {
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) }
  app = fastify({ logger: { level: 'warn', stream } })
  await app.register(profiler, { enabled: true, warnBlockedMs: 50 })
  app.get('/quick', async () => 'quick')
  app.get('/timer/:ms', async (request) => {
    await sleep(Number((request.params as { ms: string }).ms))
    return 'timer'
  })
  app.get('/victim', async () => {
    const timer = sleep(5)
    gate.open()
    await timer
    return 'victim'
  })
  app.get('/heavy', async () => {
    heavyWaits.open()
    await gate.opened
    burnHeavy()
    return 'heavy'
  })
  app.get('/alloc', async () => {
    let kept: object[] = []
    for (let i = 0; i < 600_000; i++) {
      kept.push({ i, text: `number ${i}` })
      if (i % 100_000 === 0) kept = []
    }
    return String(kept.length)
  })
  app.get('/stream', (_request, reply) => reply.send(new Response('streamed').body))
  app.get('/own-timing', (_request, reply) => reply.header('server-timing', 'db;dur=5').send('x'))
  app.get('/behind', async () => 'behind')
  app.get('/burns', async () => {
    burnBehind()
    burntAt = performance.now()
    return 'burnt'
  })
  // More than the buffers of a connection take.
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(32 * 2 ** 20)))
  app.get('/when', async () => `at ${performance.now()}`)
  app.server.on('request', ({ url }) => {
    if (url === '/behind') burnBehind()
  })
  // Room for a thousand connections that a busy machine accepts late; others would be reset.
  await app.listen({ port: 0, host: '127.0.0.1', backlog: 2048 })
  origin = originOf(app.server)
  await get('/quick')
})

after(() => app.close())

test('what runs behind Fastify in the callback that began a request is its own time, and blocks it by nothing', () =>
  calmly(async () => {
    const [detail] = await record(() => get('/behind'), 'GET /behind')
    holds(detail)
    assert.ok(detail.ownMs >= 50, `${detail.ownMs} ms own`)
    assert.ok(detail.blockedMs < 10, `${detail.blockedMs} ms blocked`)
  }))

test('a 5 ms timer behind a 150 ms burn of another route is blocked by that route', () =>
  calmly(async () => {
    // The longest block of the try before would stay the longest.
    app.profiler.clear()
    const light = await victim()
    const { blockedBy, blockedMs } = light
    assert.equal(blockedBy[0].route, 'GET /heavy')
    assert.ok(blockedBy[0].ms > 120 && blockedMs > 120, `blocked ${blockedMs}: ${JSON.stringify(blockedBy)}`)
    assert.ok(light.waitingMs < 30 && light.ownMs < 30, JSON.stringify(light))
    const heavy = app.profiler.routes().find(({ route }) => route === 'GET /heavy')
    assert.ok(heavy !== undefined && heavy.causedMs > 120 && heavy.longestBlockMs > 120)
    assert.ok(
      heavy.longestBlock?.stack.some(({ name }) => name === 'burnHeavy'),
      'the longest block has its function',
    )
  }))

test('the log says who was blocked, how long, by whom, in which function, and where to look', async () => {
  const told =
    /GET \/victim was blocked for \d+ of its \d+ ms, \d+ ms by one turn of GET \/heavy, in burnHeavy.*\/__profile\/\?request=\w+/
  const isTold = () => lines.some(({ msg }) => told.test(msg))
  // Another request may have had the line of this second, or a machine that is busy no sample of the function.
  for (let again = 20; again > 0 && !isTold(); again--) await victim()
  assert.ok(isTold(), JSON.stringify(lines))
})

test('foreign work in the middle of a long timer, with idle time after it, blocks nothing', () =>
  calmly(async () => {
    const [timer] = await record(async () => {
      const done = get('/timer/300')
      await sleep(100)
      burnOutside()
      await done
    }, 'GET /timer/:ms')
    assert.ok(timer.blockedMs < 40, `blocked ${timer.blockedMs}`)
    assert.ok(timer.waitingMs > 250, `waiting ${timer.waitingMs}`)
  }))

test('a timer that was due waited for what held the event loop, though the loop slept a moment before it saw that', () =>
  calmly(async () => {
    for (let i = 0; i < 8; i++) {
      const [timer] = await record(async () => {
        // Due a moment before the request's timer: on Node 20 and 22 libuv then goes by the time before the burn.
        setTimeout(burnOutside, 20)
        await get('/timer/20')
      }, 'GET /timer/:ms')
      holds(timer)
      assert.ok(timer.blockedMs > 60, `blocked ${timer.blockedMs} in round ${i}`)
    }
  }))

test('work of no request that delays a request is named as such', () =>
  calmly(async () => {
    const interval = setInterval(burnOutside, 5)
    const [timer] = await record(async () => {
      await get('/timer/20')
      clearInterval(interval)
    }, 'GET /timer/:ms')
    assert.equal(timer.blockedBy[0].route, '(no request)')
    assert.ok(timer.blockedMs > 50, `blocked ${timer.blockedMs}`)
  }))

test('work of no request is named though it holds the event loop only briefly', () =>
  calmly(async () => {
    const app = fastify()
    await app.register(profiler, { enabled: true })
    app.get('/timer', () => sleep(40, 'timer'))
    for (let i = 0; i < 5; i++) {
      // Due just before the request's own timer: it is not left to chance whether one falls on the other.
      setTimeout(burnBriefly, 40)
      await app.inject('/timer')
    }
    await app.profiler.flush()
    const answer = await app.inject({ url: '/__profile/api/routes', headers: { host: 'localhost' } })
    await app.close()
    const { longestBlock }: Culprit = answer.json().noRequest
    assert.ok(
      longestBlock?.stack.some(({ name }) => name === 'burnBriefly'),
      JSON.stringify(longestBlock),
    )
  }))

test('queueing before onRequest is told as an upper bound, and is no part of the wall time', () =>
  calmly(async () => {
    const client = await rawClient(app)
    const [quick] = await record(async () => {
      client.send(requestText('GET', '/quick'))
      burnOutside()
      await client.got('quick')
    }, 'GET /quick')
    client.leave()
    assert.ok(quick.queuedMs > 60, `queued ${quick.queuedMs}`)
    assert.ok(quick.blockedMs < 40, `blocked ${quick.blockedMs}`)
  }))

test('who held the loop while a request queued is named, with the function, and charged with that apart', () =>
  calmly(async () => {
    app.profiler.clear()
    const [busy, client] = [await rawClient(app), await rawClient(app)]
    // Till both are accepted, and the loop sleeps.
    await sleep(20)
    const [quick] = await record(async () => {
      busy.send(requestText('GET', '/burns'))
      client.send(requestText('GET', '/quick'))
      await client.got('quick')
    }, 'GET /quick')
    busy.leave()
    client.leave()
    const [behind] = quick.queuedBehind
    assert.equal(behind?.route, 'GET /burns')
    assert.ok(behind.ms > 40 && behind.ms <= quick.queuedMs, `${behind.ms} of ${quick.queuedMs} ms`)
    const burns = app.profiler.routes().find(({ route }) => route === 'GET /burns')
    const { causedMs, queuedMs, longestQueued } = burns!
    assert.ok(queuedMs >= behind.ms, `${queuedMs} ms`)
    assert.equal(causedMs, 0)
    assert.ok(
      longestQueued?.stack.some(({ name }) => name === 'burnBehind'),
      JSON.stringify(longestQueued),
    )
    const url = '/__profile/api/waiting?route=GET%20/quick'
    const waiting = await app.inject({ url, headers: { host: 'localhost' } })
    assert.deepEqual(waiting.json().queuedBehind[0], { ...behind, requests: 1 })
  }))

test('a request has queued no longer than since the last answer on its connection, however busy the loop was', () =>
  calmly(async () => {
    const client = await rawClient(app)
    // Without a sleep the busy stretch reaches back to before the first request.
    let isAwake = true
    const stayAwake = () => isAwake && setImmediate(stayAwake)
    stayAwake()
    const [when] = await record(async () => {
      client.send(requestText('GET', '/burns'))
      await client.got('burnt')
      client.send(requestText('GET', '/when'))
      await client.got('at ')
    }, 'GET /when')
    isAwake = false
    client.leave()
    const sinceMs = Number(/at ([\d.]+)/.exec(client.received())![1]) - burntAt
    assert.ok(when.queuedMs > 0 && when.queuedMs <= sinceMs, `queued ${when.queuedMs} of ${sinceMs} ms`)
  }))

test('a request has queued no longer than the application listens', async () => {
  const late = fastify()
  await late.register(profiler, { enabled: true, record: 'manual' })
  late.get('/quick', async () => 'quick')
  await late.ready()
  // Without a sleep the busy stretch reaches back to before it listens.
  let isAwake = true
  let tookMs = 0
  const stayAwake = () => isAwake && setImmediate(stayAwake)
  stayAwake()
  const { requests } = await late.profiler.collect(async () => {
    burnOutside()
    const began = performance.now()
    await late.listen({ port: 0, host: '127.0.0.1' })
    await (await fetch(`${originOf(late.server)}/quick`)).text()
    tookMs = performance.now() - began
  })
  isAwake = false
  const { queuedMs } = late.profiler.request(requests[0].id)!
  await late.close()
  assert.ok(queuedMs <= tookMs, `${queuedMs} of ${tookMs} ms`)
})

test('a request that was injected has not queued', async () => {
  const [quick] = await record(async () => {
    burnOutside()
    await app.inject('/quick')
  }, 'GET /quick')
  assert.deepEqual([quick.queuedMs, quick.queuedBehind], [0, []])
})

test('of a client that does not await its answers nothing is known but how busy the loop was', () =>
  calmly(async () => {
    const client = await rawClient(app)
    const [quick] = await record(async () => {
      client.send(requestText('GET', '/behind') + requestText('GET', '/quick'))
      await client.got('quick')
    }, 'GET /quick')
    client.leave()
    assert.ok(quick.queuedMs > 50, `queued ${quick.queuedMs}`)
  }))

test('heavy allocation shows as collection', async () => {
  const [alloc] = await record(() => get('/alloc'), 'GET /alloc')
  assert.ok(alloc.gcMs > 1, `gc ${alloc.gcMs}`)
  assert.ok(alloc.slices.some(({ kind }) => kind === 'gc'))
})

test('the time in which a client takes its response is told apart, of the requests of a route too', () =>
  calmly(async () => {
    app.profiler.clear()
    await record(async () => {
      const [response] = (await once(request(`${origin}/large`).end(), 'response')) as [IncomingMessage]
      await sleep(150)
      await once(response.resume(), 'end')
    }, 'GET /large')
    const url = '/__profile/api/waiting?route=GET%20/large'
    const answer = await app.inject({ url, headers: { host: 'localhost' } })
    const { sendingMs, waitingMs }: WaitingAnswer = answer.json()
    assert.ok(sendingMs > 100 && sendingMs <= waitingMs, `${sendingMs} of ${waitingMs} ms`)
  }))

test('a thousand concurrent requests: every sum holds, every slice follows the one before', async () => {
  const paths = ['/quick', '/timer/10', '/timer/40', '/quick', '/timer/1']
  const details = await record(async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, i) => get(paths[i % paths.length])))
  })
  assert.ok(details.length > 150, `${details.length} kept`)
  for (const detail of details) holds(detail)
  const [caused, blocked] = [totalCaused(), totalBlocked()]
  assert.ok(Math.abs(caused - blocked) < blocked * 0.001 + 1, `caused ${caused}, blocked ${blocked}`)
})

test('a chart shows what ran when: in the own slices of the request, and nowhere else', () =>
  calmly(async () => {
    gate = newGate()
    gate.open()
    const [heavy] = await record(() => get('/heavy'), 'GET /heavy')
    const chart = app.profiler.chart(heavy.id)!
    const { spans, tree, frames } = chart
    const names = (node: number): string[] =>
      node < 0 ? [] : [frames[tree.frame[node]].name, ...names(tree.parent[node])]
    let [allUs, knownUs] = [0, 0]
    spans.node.forEach((node, i) => {
      const us = spans.endUs[i] - spans.startUs[i]
      allUs += us
      if (node === 0 || names(node).includes('burnHeavy')) knownUs += us
    })
    near(allUs / 1000, heavy.ownMs, heavy)
    assert.ok(knownUs > allUs * 0.8, `${knownUs} of ${allUs} µs in burnHeavy, or not sampled`)
    const burnt = spans.node.reduce(
      (n, node, i) => n + (names(node).includes('burnHeavy') ? spans.samples[i] : 0),
      0,
    )
    assert.ok(burnt > heavy.samples / 2, `${burnt} of ${heavy.samples} samples`)
    assert.equal(app.profiler.chart('none'), undefined)
  }))

test('Server-Timing tells the split of the response, after what the application set', async () => {
  const heavy = await fetch(`${origin}/heavy`)
  const timing = heavy.headers.get('server-timing') ?? ''
  assert.match(
    timing,
    /^own;dur=\d{3}(\.\d+)?, blocked;dur=[\d.]+(;desc="[^"]+")?, gc;dur=[\d.]+, wait;dur=[\d.]+, profile;desc="[^"]+"$/,
  )
  const id = /profile;desc="\/__profile\/\?request=(\w+)"/.exec(timing)?.[1] ?? ''
  await app.profiler.flush()
  assert.equal(app.profiler.request(id)?.route, 'GET /heavy')
  const own = await fetch(`${origin}/own-timing`)
  assert.match(own.headers.get('server-timing') ?? '', /^db;dur=5, own;dur=/)
})

test('Server-Timing is told once, of the answer that goes out', async (t) => {
  const twice = fastify()
  t.after(() => twice.close())
  await twice.register(profiler, { enabled: true })
  twice.get('/fails', { onSend: () => Promise.reject(new Error('meant')) }, async () => 'x')
  twice.get('/', (_request, reply) => {
    reply.header('server-timing', 'db;dur=5').send('a')
    reply.send('b')
  })
  for (const url of ['/fails', '/']) {
    const { headers } = await twice.inject(url)
    assert.equal(String(headers['server-timing']).split('own;dur=').length, 2, `${headers['server-timing']}`)
  }
})

test('Server-Timing leads to the page behind any prefix', async (t) => {
  for (const prefix of ['/日本', '/café', '/api/', '/a"b']) {
    const app = fastify()
    t.after(() => app.close())
    await app.register(
      async (scope) => {
        await scope.register(profiler, { enabled: true })
        scope.get('/x', async () => 'ok')
      },
      { prefix },
    )
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(origin + encodeURI(`${prefix.replace(/\/$/, '')}/x`))
    assert.equal(await answer.text(), 'ok', prefix)
    const [, page] = /profile;desc="([^"]*)"/.exec(answer.headers.get('server-timing') ?? '') ?? []
    assert.equal((await fetch(origin + page)).status, 200, page)
  }
})

test('streams are left alone', async () => {
  const response = await fetch(`${origin}/stream`)
  assert.equal(await response.text(), 'streamed')
  assert.equal(response.headers.get('server-timing'), null)
})

test('serverTiming: false adds nothing', async () => {
  const silent = fastify()
  await silent.register(profiler, { enabled: true, serverTiming: false })
  silent.get('/', async () => 'x')
  const { headers } = await silent.inject('/')
  assert.equal(headers['server-timing'], undefined)
  assert.equal(headers.link, undefined)
  await silent.close()
})

function burnHeavy(): void {
  const began = performance.now()
  while (performance.now() - began < 150);
}

async function get(path: string): Promise<string> {
  const response = await fetch(origin + path)
  return response.text()
}

/** A request to `/victim`, whose timer rings while `/heavy` burns. */
async function victim(): Promise<RequestDetail> {
  gate = newGate()
  heavyWaits = newGate()
  const [detail] = await record(async () => {
    const heavy = get('/heavy')
    await heavyWaits.opened
    await Promise.all([heavy, get('/victim')])
  }, 'GET /victim')
  return detail
}

/** Details of the kept requests of a route that began in `fn`, oldest first. */
async function record(fn: () => Promise<unknown>, route?: string): Promise<RequestDetail[]> {
  await app.profiler.flush()
  const { requests } = await app.profiler.collect(fn)
  return requests
    .filter((request: RequestSummary) => route === undefined || request.route === route)
    .flatMap(({ id }) => app.profiler.request(id) ?? [])
}

function holds(detail: RequestDetail): void {
  const { wallMs, ownMs, blockedMs, gcMs, waitingMs, blockedBy, slices } = detail
  near(ownMs + blockedMs + gcMs + waitingMs, wallMs, detail)
  near(
    blockedBy.reduce((sum, { ms }) => sum + ms, 0),
    blockedMs,
    detail,
  )
  near((slices.at(-1)?.endUs ?? 0) / 1000, wallMs, detail)
  slices.forEach((slice, i) => {
    assert.equal(slice.startUs, slices[i - 1]?.endUs ?? 0)
  })
  const { spans } = app.profiler.chart(detail.id)!
  const own = slices.filter(({ kind }) => kind === 'own')
  spans.node.forEach((_, i) => {
    const [startUs, endUs] = [spans.startUs[i], spans.endUs[i]]
    assert.ok(startUs < endUs && startUs >= (spans.endUs[i - 1] ?? 0))
    assert.ok(own.some((slice) => slice.startUs <= startUs && endUs <= slice.endUs))
  })
  const us = spans.endUs.reduce((sum, endUs, i) => sum + endUs - spans.startUs[i], 0)
  assert.ok(Math.abs(us - ownMs * 1000) <= 0.01 * us + own.length + 1, `${us} µs of ${ownMs} ms`)
}

function near(actual: number, expected: number, detail: RequestDetail): void {
  assert.ok(
    Math.abs(actual - expected) <= 0.01 * expected + 0.01,
    `${actual} is not ${expected}: ${JSON.stringify(detail)}`,
  )
}

function totalCaused(): number {
  const backend = app.profiler as unknown as { noRequest(): { causedMs: number } }
  return app.profiler.routes().reduce((sum, { causedMs }) => sum + causedMs, backend.noRequest().causedMs)
}

function totalBlocked(): number {
  return app.profiler.routes().reduce((sum, { blocked }) => sum + blocked.totalMs, 0)
}
