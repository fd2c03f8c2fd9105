import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import profiler, { type ProfilerOptions } from '../plugin/index.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { type SamplerName, samplerNames } from '../plugin/model/wire/status.ts'
import { calmly } from './calmly.ts'
import { runChild } from './child.ts'
import { newGate } from './gate.ts'
import { readPprof } from './read-pprof.ts'
import { trySampler } from './sampler-work.ts'
import { namedBurn } from './ways.ts'

const on: ProfilerOptions = { enabled: true, serverTiming: false }

function appOf(t: TestContext): FastifyInstance {
  const app = fastify()
  t.after(() => app.close())
  return app
}

async function recorded(app: { profiler: FastifyInstance['profiler'] }): Promise<string[]> {
  await app.profiler.flush()
  return app.profiler.requests({ sort: 'oldest' }).map(({ route, statusCode }) => `${route} ${statusCode}`)
}

describe('routes', () => {
  test('are methods and patterns: parameters and queries make no routes of their own', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    app.get('/users/:id', async () => 'user')
    app.post('/users/:id', async () => 'user')
    app.get('/files/*', async () => 'file')
    const requests = ['/users/1', '/users/2?a=secret', '/files/a/b', '/files/c']
    for (const url of requests) await app.inject(url)
    await app.inject({ method: 'HEAD', url: '/users/3' })
    await app.inject({ method: 'POST', url: '/users/3' })
    assert.deepEqual(await recorded(app), [
      'GET /users/:id 200',
      'GET /users/:id 200',
      'GET /files/* 200',
      'GET /files/* 200',
      'HEAD /users/:id 200',
      'POST /users/:id 200',
    ])
    const counts = app.profiler.routes().map(({ route, count }) => `${route} ${count}`)
    assert.deepEqual(counts.sort(), [
      'GET /files/* 2',
      'GET /users/:id 2',
      'HEAD /users/:id 1',
      'POST /users/:id 1',
    ])
    assert.equal(JSON.stringify(app.profiler.requests()).includes('secret'), false)
  })

  test('that match nothing are one', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    for (const url of ['/a', '/b?c=d', '/%zz']) await app.inject(url)
    await app.inject({ method: 'PATCH', url: '/a' })
    const [only, ...others] = await recorded(app).then(() => app.profiler.routes())
    assert.deepEqual([only.route, only.url, only.method, others], ['(not found)', '(not found)', '', []])
  })

  test('carry the prefix of their scope, and are one over their versions and constraints', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    app.register(
      async (scope) => {
        for (const version of ['1.0.0', '2.0.0']) {
          scope.get('/thing', { constraints: { version } }, async () => version)
        }
        scope.get('/hosted', { constraints: { host: 'a.example' } }, async () => 'a')
      },
      { prefix: '/api' },
    )
    for (const version of ['1.x', '2.x', '3.x']) {
      await app.inject({ url: '/api/thing', headers: { 'accept-version': version } })
    }
    await app.inject({ url: '/api/hosted', headers: { host: 'a.example' } })
    assert.deepEqual(await recorded(app), [
      'GET /api/thing 200',
      'GET /api/thing 200',
      '(not found) 404',
      'GET /api/hosted 200',
    ])
  })

  test('of the dashboard are never recorded, whatever they answer', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    app.get('/mine', async () => 'mine')
    for (const url of ['/__profile', '/__profile/', '/__profile/api/status', '/__profile/none', '/mine']) {
      await app.inject(url)
    }
    await app.inject({ method: 'POST', url: '/__profile/api/recording', payload: { recording: true } })
    assert.deepEqual(await recorded(app), ['GET /mine 200'])
    assert.equal(app.profiler.status().counts.requests, 1)
  })

  test('are kept without the values of a query that begins with a semicolon, where the application has it so', async (t) => {
    const top = fastify({ useSemicolonDelimiter: true })
    const router = fastify({ routerOptions: { useSemicolonDelimiter: true } } as object)
    for (const [app, kept] of [
      [top, '/a?token='],
      [router, '/a?token='],
      [fastify(), '/a;token=secret'],
    ] as const) {
      t.after(() => app.close())
      await app.register(profiler, on)
      app.get('/a', async () => 'ok')
      await app.inject('/a;token=secret')
      await app.profiler.flush()
      assert.deepEqual(
        app.profiler.requests().map(({ url }) => url),
        [kept],
      )
    }
  })

  test('that are ignored are never recorded', async (t) => {
    const app = appOf(t)
    await app.register(profiler, { ...on, ignore: ['/assets', /^\/health/] })
    for (const url of ['/assets/a.js', '/healthz', '/other']) app.get(url, async () => 'ok')
    for (const url of ['/assets/a.js', '/healthz', '/other', '/assets/none']) await app.inject(url)
    assert.deepEqual(await recorded(app), ['GET /other 200'])
  })

  test('added before the profiler are recorded too; those answered before its hook are not', async (t) => {
    const app = appOf(t)
    app.get('/before', async () => 'ok')
    app.addHook('onRequest', async (request, reply) => {
      if (request.url === '/early') return reply.send('early')
    })
    await app.register(profiler, on)
    app.get('/early', async () => 'late')
    assert.equal((await app.inject('/early')).body, 'early')
    await app.inject('/before')
    assert.deepEqual(await recorded(app), ['GET /before 200'])
    assert.equal(app.profiler.status().counts.inFlight, 0)
  })
})

describe('registered', () => {
  const already = { code: 'FST_PROFILER_ALREADY_REGISTERED' }

  test('twice: an error', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    await assert.rejects(async () => app.register(profiler, on), already)
  })

  test('again below: an error', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    await assert.rejects(
      async () => app.register(async (child) => void (await child.register(profiler, on))),
      already,
    )
  })

  test('again above: an error, because the child would be recorded twice', async (t) => {
    const app = appOf(t)
    await app.register(async (child) => void (await child.register(profiler, on)), { prefix: '/child' })
    await assert.rejects(async () => app.register(profiler, on), already)
  })

  test('where something else is called app.profiler: an error that says so', async (t) => {
    for (const enabled of [true, false]) {
      const app = appOf(t)
      app.decorate('profiler', null as never)
      await assert.rejects(async () => app.register(profiler, { enabled }), {
        code: 'FST_PROFILER_NAME_TAKEN',
      })
    }
  })

  test('in a child: records the child alone, with its dashboard below the prefix of the child', async (t) => {
    const app = appOf(t)
    let inner: FastifyInstance | undefined
    app.register(
      async (child) => {
        await child.register(profiler, on)
        child.get('/in', async () => 'in')
        inner = child
      },
      { prefix: '/child' },
    )
    app.get('/out', async () => 'out')
    for (const url of ['/child/in', '/out', '/child/none']) await app.inject(url)
    assert.deepEqual(await recorded(inner!), ['GET /child/in 200'])
    assert.equal(app.hasDecorator('profiler'), false)
    assert.equal((await app.inject('/child/__profile/api/status')).statusCode, 200)
    assert.equal((await app.inject('/__profile/api/status')).statusCode, 404)
  })

  test('in two siblings: each records its own', async (t) => {
    const app = appOf(t)
    const children: FastifyInstance[] = []
    for (const name of ['a', 'b']) {
      app.register(
        async (child) => {
          await child.register(profiler, on)
          child.get('/x', async () => 'x')
          children.push(child)
        },
        { prefix: `/${name}` },
      )
    }
    for (const url of ['/a/x', '/b/x', '/b/x']) await app.inject(url)
    assert.deepEqual(await recorded(children[0]), ['GET /a/x 200'])
    assert.deepEqual(await recorded(children[1]), ['GET /b/x 200', 'GET /b/x 200'])
  })

  test('with a prefix of its own', async (t) => {
    const app = appOf(t)
    await app.register(profiler, { ...on, prefix: '/debug/cpu' })
    assert.equal((await app.inject('/debug/cpu/api/status')).statusCode, 200)
    assert.equal((await app.inject('/__profile/api/status')).statusCode, 404)
  })
})

test('registered while the instance is made, it is ahead of the hooks that a framework adds at once', async (t) => {
  const burn = namedBurn('burn', 10, () => {})
  const made = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.register(profiler, on)
  }
  subscribe('fastify.initialization', made)
  const app = appOf(t)
  unsubscribe('fastify.initialization', made)
  app.addHook('onRequest', async function middleware(request, reply) {
    await sleep(20)
    burn()
    if (request.url === '/early') return reply.send('early')
  })
  app.get('/framework', async () => 'ok')
  for (const url of ['/early', '/framework']) await app.inject(url)
  assert.deepEqual(await recorded(app), ['(not found) 200', 'GET /framework 200'])
  const [{ wallMs, ownMs, gcMs }] = app.profiler.requests({ route: 'GET /framework' })
  assert.ok(ownMs + gcMs > 9 && wallMs > 28, `${ownMs} and ${gcMs} of ${wallMs} ms`)
})

test('two applications in one process: each knows its own, and one goes on when the other stops', (t) =>
  calmly(async () => {
    const apps = [appOf(t), appOf(t)]
    const burns = apps.map((_, i) => namedBurn(`burn_app${i}`, 8, () => {}))
    for (const [i, app] of apps.entries()) {
      await app.register(profiler, on)
      app.get('/burn', async () => {
        burns[i]()
        await sleep(2)
        burns[i]()
      })
    }
    const names = (app: FastifyInstance) => app.profiler.profile().frames.map(({ name }) => name)
    await Promise.all([...apps, ...apps].map((app) => app.inject('/burn')))
    for (const [i, app] of apps.entries()) {
      assert.deepEqual(await recorded(app), ['GET /burn 200', 'GET /burn 200'])
      assert.ok(app.profiler.routes()[0].own.totalMs + app.profiler.routes()[0].gc.totalMs >= 32)
      assert.ok(names(app).includes(`burn_app${i}`))
      assert.ok(!names(app).includes(`burn_app${1 - i}`))
    }
    await apps[0].close()
    assert.equal(apps[0].profiler.recording, false)
    await apps[1].inject('/burn')
    assert.equal((await recorded(apps[1])).length, 3)
    assert.equal((await recorded(apps[0])).length, 2)
    assert.equal(apps[1].profiler.status().sampler.state, 'running')
  }))

test('work of no request counts for the application whose requests it made wait', (t) =>
  calmly(async () => {
    const [idle, busy] = [appOf(t), appOf(t)]
    for (const app of [idle, busy]) {
      await app.register(profiler, on)
      // Long over by the end of a burn, whenever that begins.
      app.get('/waits', () => sleep(10))
      await app.ready()
    }
    const burning = setInterval(
      namedBurn('burn_outside', 50, () => {}),
      5,
    )
    await busy.inject('/waits')
    clearInterval(burning)
    await busy.profiler.flush()
    const causedMs = (app: FastifyInstance) =>
      (app.profiler as unknown as { noRequest(): { causedMs: number } }).noRequest().causedMs
    const [{ id }] = busy.profiler.requests()
    const { ms } = busy.profiler.request(id)!.blockedBy.find(({ route }) => route === '(no request)')!
    assert.ok(ms > 20, `${ms} ms`)
    assert.deepEqual([causedMs(idle), causedMs(busy)], [0, ms])
    idle.profiler.clear()
    assert.equal(causedMs(busy), ms)
  }))

test('a route of another application is not taken for one of the same name', async (t) => {
  const lines: string[] = []
  const stream = { write: (line: string) => lines.push(JSON.parse(line).msg) }
  const victim = fastify({ logger: { level: 'warn', stream } })
  t.after(() => victim.close())
  const culprit = appOf(t)
  for (const app of [victim, culprit]) await app.register(profiler, { ...on, serverTiming: true })
  const began = newGate()
  victim.get('/', async () => {
    const timer = sleep(5)
    began.open()
    await timer
    return 'ok'
  })
  const burn = namedBurn('burn_elsewhere', 200, () => {})
  culprit.get('/', async () => burn())
  await culprit.ready()
  const answer = victim.inject('/')
  await began.opened
  await culprit.inject('/')
  const { headers } = await answer
  await victim.profiler.flush()
  const [{ id }] = victim.profiler.requests()
  const { blockedBy, slices } = victim.profiler.request(id)!
  const name = 'GET / (another application)'
  assert.equal(blockedBy[0].route, name)
  assert.ok(slices.some(({ route }) => route === name))
  assert.match(String(headers['server-timing']), /desc="GET \/ \(another application\)"/)
  // Names may have to be read first.
  while (lines.length === 0) await sleep(5)
  assert.match(lines[0], /^\S+ GET \/ was blocked .* by one turn of GET \/ \(another application\), in /)
  const [blamed] = culprit.profiler.routes()
  assert.deepEqual(
    [blamed.route, blamed.longestBlock?.requestId],
    ['GET /', culprit.profiler.requests()[0].id],
  )
  assert.equal(victim.profiler.routes()[0].causedMs, 0)
})

test('of two applications in one process the second one is told whose sampler and interval hold', async (t) => {
  const warnings: string[][] = []
  const register = async (options: ProfilerOptions) => {
    const lines: string[] = []
    warnings.push(lines)
    const stream = { write: (line: string) => lines.push(JSON.parse(line).msg) }
    const app = fastify({ logger: { level: 'warn', stream } })
    t.after(() => app.close())
    await app.register(profiler, { ...on, ...options })
    app.get('/a', async () => 'a')
    await app.inject('/a')
    await app.profiler.flush()
    return app.profiler.profile().intervalUs
  }
  const first = await register({ sampler: 'inspector', samplingIntervalUs: 5000 })
  const same = await register({ samplingIntervalUs: 5000 })
  const other = await register({ samplingIntervalUs: 100 })
  const works = (name: SamplerName) => trySampler(name).why === ''
  const others = samplerNames.filter((name) => name !== 'inspector')
  const another = await register({ sampler: others.find(works), samplingIntervalUs: 5000 })
  assert.deepEqual([first, same, other, another], [5000, 5000, 5000, 5000])
  const line =
    'fastify-profiler: the first application of this process chose "sampler" and "samplingIntervalUs" for all: inspector, 5000 µs'
  assert.deepEqual(warnings, [[], [], [line], [line]])
  // One that cannot work is an error for it, too.
  for (const sampler of others.filter((name) => !works(name)))
    await assert.rejects(register({ sampler }), { code: 'FST_PROFILER_NO_SAMPLER' })
})

test('where the stats cannot be printed close() says so, and the next application chooses for itself', async (t) => {
  const first = fastify()
  await first.register(profiler, { ...on, samplingIntervalUs: 5000, printStats: true })
  first.get('/a', async () => 'a')
  await first.inject('/a')
  const write = process.stdout.write.bind(process.stdout) as (...given: unknown[]) => boolean
  t.mock.method(process.stdout, 'write', (...given: unknown[]) => {
    if (String(given[0]).startsWith('all routes')) throw new Error('meant')
    return write(...given)
  })
  await assert.rejects(first.close(), /meant/)
  t.mock.restoreAll()
  const second = appOf(t)
  await second.register(profiler, { ...on, samplingIntervalUs: 2000 })
  await second.ready()
  assert.equal(second.profiler.status().sampler.intervalUs, 2000)
})

test('where nobody reads the output any more, stats that are printed do not end the process', async (t) => {
  const app = appOf(t)
  await app.register(profiler, on)
  const unread = new Writable({ write: (_text, _encoding, done) => done(new Error('EPIPE')) })
  t.mock.getter(process, 'stdout', () => unread)
  app.profiler.printStats()
  t.mock.restoreAll()
  await new Promise((resolve) => unread.on('close', resolve))
  assert.equal(unread.errored?.message, 'EPIPE')
})

test('requests can be read though tests of the application have made nonsense of the date', async (t) => {
  const app = appOf(t)
  await app.register(profiler, on)
  app.get('/a', async () => 'a')
  const began = Date.now()
  t.mock.method(Date, 'now', () => undefined)
  await app.inject('/a')
  t.mock.restoreAll()
  await app.profiler.flush()
  const [{ startedAt }] = app.profiler.requests()
  assert.ok(Date.parse(startedAt) >= began && Date.parse(startedAt) <= Date.now(), startedAt)
})

describe('over HTTP', () => {
  test('the status counts every request that has been answered', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    app.get('/a', async () => 'a')
    for (let i = 1; i <= 3; i++) {
      await app.inject('/a')
      const { counts, accounting } = (await app.inject('/__profile/api/status')).json()
      assert.deepEqual([counts.requests, counts.inFlight, counts.routes], [i, 0, 1])
      assert.ok(accounting.requestsMs > 0)
    }
  })

  test('pprof of all routes says of which one each sample is', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, on)
      for (const name of ['a', 'b'])
        app.get(`/${name}`, async () => namedBurn(`burn_${name}`, 30, () => {})())
      for (const path of ['/a', '/b', '/a']) await app.inject(path)
      await app.profiler.flush()
      const before = app.profiler.profile().ownUs
      const { rawPayload } = await app.inject('/__profile/api/profile?format=pprof')
      const after = app.profiler.profile().ownUs
      const { sample } = readPprof(gunzipSync(rawPayload))
      for (const name of ['a', 'b']) {
        const burnt = sample.filter(({ stack }) => stack.some((frame) => frame.startsWith(`burn_${name}`)))
        assert.ok(burnt.length > 0)
        for (const { labels } of burnt) assert.deepEqual(labels, { route: `GET /${name}` })
      }
      const ns = sample.reduce((sum, { values }) => sum + Number(values[1]), 0)
      // What a request does after its end may be attributed in between.
      assert.ok(ns / 1000 > before - 1 && ns / 1000 < after + 1, `${before} <= ${ns / 1000} <= ${after} us`)
    }))
})

describe('recording by hand', () => {
  test('manual: nothing until start(), nothing after stop(); both can be called again', async (t) => {
    const app = appOf(t)
    await app.register(profiler, { ...on, record: 'manual' })
    app.get('/a', async () => 'a')
    await app.inject('/a')
    assert.equal(app.profiler.recording, false)
    assert.equal(app.profiler.status().sampler.state, 'stopped')
    assert.deepEqual(await recorded(app), [])
    app.profiler.start()
    app.profiler.start()
    assert.equal(app.profiler.recording, true)
    await app.inject('/a')
    app.profiler.stop()
    app.profiler.stop()
    await app.inject('/a')
    assert.deepEqual(await recorded(app), ['GET /a 200'])
    assert.equal(app.profiler.status().sampler.state, 'stopped')
    app.profiler.start()
    await app.inject('/a')
    assert.equal((await recorded(app)).length, 2)
    app.profiler.clear()
    app.profiler.clear()
    assert.deepEqual([await recorded(app), app.profiler.routes()], [[], []])
    await app.inject('/a')
    assert.equal((await recorded(app)).length, 1)
  })

  test('after close() nothing starts again', async (t) => {
    const app = appOf(t)
    await app.register(profiler, on)
    app.get('/a', async () => 'a')
    await app.inject('/a')
    await app.close()
    app.profiler.start()
    assert.equal(app.profiler.recording, false)
    assert.equal((await app.profiler.collect(() => 7)).result, 7)
    assert.equal(app.profiler.status().sampler.state, 'stopped')
    assert.deepEqual(await recorded(app), ['GET /a 200'])
  })

  test('stopped, started and cleared in the middle of requests: each of them ends, and none twice', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, on)
      const burn = namedBurn('burn_middle', 2, () => {})
      app.get('/slow', async () => {
        for (let i = 0; i < 10; i++) {
          burn()
          await sleep(2)
        }
        return 'slow'
      })
      const answers: Promise<unknown>[] = []
      for (let i = 0; i < 20; i++) {
        answers.push(app.inject('/slow'))
        await sleep(3)
        if (i % 4 === 1) app.profiler.stop()
        if (i % 4 === 2) app.profiler.clear()
        if (i % 4 === 3) app.profiler.start()
      }
      await Promise.all(answers)
      const list = await recorded(app)
      const { counts, problem } = app.profiler.status()
      assert.equal(counts.inFlight, 0)
      assert.equal(problem, '')
      // Those that began while it recorded: two of every four.
      assert.ok(list.length <= 10 && list.length > 0, String(list.length))
      assert.ok(list.every((line) => line === 'GET /slow 200'))
      app.profiler.clear()
      await app.inject('/slow')
      assert.equal((await recorded(app)).length, 1)
      const [{ ownMs, gcMs, samples }] = app.profiler.requests()
      assert.ok(ownMs + gcMs >= 19 && samples > 0, `${ownMs} ms, ${samples} samples`)
    }))

  test('collect() answers with what its requests cost, recording or not', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, { ...on, record: 'manual' })
      const burn = namedBurn('burn_collected', 15, () => {})
      app.get('/burn', async () => burn())
      const { result, requests, ownMs, profile } = await app.profiler.collect(() => app.inject('/burn'))
      assert.equal(result.statusCode, 200)
      assert.deepEqual(
        requests.map(({ route }) => route),
        ['GET /burn'],
      )
      assert.ok(ownMs + requests[0].gcMs >= 15)
      assert.ok(profile.frames.some(({ name }) => name === 'burn_collected'))
      assert.equal(app.profiler.recording, false)
      const nothing = await app.profiler.collect(() => 7)
      assert.deepEqual([nothing.result, nothing.requests, nothing.ownMs], [7, [], 0])
      await assert.rejects(
        app.profiler.collect(() => Promise.reject(new Error('meant'))),
        /meant/,
      )
      assert.equal(app.profiler.recording, false)
    }))

  test('recording is decided before the application is ready: it begins then, unless stopped, and collect() leaves it on', async (t) => {
    const [always, stopped, collected] = [appOf(t), appOf(t), appOf(t)]
    for (const app of [always, stopped, collected]) {
      await app.register(profiler, on)
      app.get('/a', async () => 'a')
      assert.deepEqual([app.profiler.recording, app.profiler.status().recording], [true, true])
    }
    stopped.profiler.stop()
    assert.equal(stopped.profiler.recording, false)
    const { requests } = await collected.profiler.collect(() => collected.inject('/a'))
    assert.equal(requests.length, 1)
    for (const app of [always, stopped, collected]) await app.inject('/a')
    assert.equal((await recorded(always)).length, 1)
    assert.equal((await recorded(stopped)).length, 0)
    assert.equal((await recorded(collected)).length, 2)
    assert.deepEqual(
      [always, stopped, collected].map((app) => app.profiler.recording),
      [true, false, true],
    )
  })

  test('what cannot be called, printed, cleared, listed or exported is refused with a code', async (t) => {
    const [app, off] = [appOf(t), appOf(t)]
    await app.register(profiler, { ...on, record: 'manual' })
    await off.register(profiler, { enabled: false })
    const wrong = { code: 'FST_PROFILER_BAD_PARAMETER' }
    for (const fn of [undefined, null, 1, 'x', {}]) {
      await assert.rejects(app.profiler.collect(fn as never), {
        ...wrong,
        message: /"fn" is .*; allowed: a function/,
      })
      await assert.rejects(off.profiler.collect(fn as never), wrong)
    }
    assert.equal(app.profiler.recording, false)
    for (const stream of [1, 'x', {}, { write: 1 }]) {
      const options = { stream } as never
      assert.throws(() => app.profiler.printStats(options), { ...wrong, message: /"stream" is .*write/ })
    }
    for (const options of [null, 5, [], { limits: 5 }])
      assert.throws(() => app.profiler.printStats(options as never), wrong)
    for (const options of [null, 'all', { pin: true }, { pinned: 1 }])
      assert.throws(() => app.profiler.clear(options as never), wrong)
    for (const filter of [{ route: 5 }, { route: null }, { minMS: 5 }, 5])
      assert.throws(() => app.profiler.requests(filter as never), wrong)
    for (const bounds of [5, null, { route: 'GET /' }])
      assert.throws(() => app.profiler.phases('GET /', bounds as never), wrong)
    for (const file of [undefined, Symbol('file'), Object.create(null), ['a.js']])
      assert.throws(() => app.profiler.source({}, file as never), wrong)
    for (const selection of [undefined, null, 5])
      assert.throws(() => app.profiler.export(selection as never, 'json'), wrong)
  })

  test('collect() counts what is not kept, and what goes on after another call has ended', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, { ...on, record: 'manual', maxRequestsPerRoute: 2 })
      const burn = namedBurn('burn_many', 4, () => {})
      app.get('/burn', async () => burn())
      const many = async (count: number) => {
        for (let i = 0; i < count; i++) await app.inject('/burn')
      }
      const outer = app.profiler.collect(async () => {
        await many(2)
        await app.profiler.collect(() => many(1))
        assert.equal(app.profiler.recording, true)
        await many(27)
      })
      const { requests, ownMs, profile } = await outer
      assert.equal(requests.length, 30)
      assert.ok(profile.requests < 30 && profile.requests >= 2, `${profile.requests} kept`)
      const each = requests.map((request) => request.ownMs)
      assert.ok(Math.abs(ownMs - each.reduce((a, b) => a + b)) < 0.1 * ownMs, `${ownMs} of ${each}`)
      assert.ok(ownMs + requests.reduce((sum, { gcMs }) => sum + gcMs, 0) >= 30 * 4, `${ownMs}`)
      assert.equal(app.profiler.recording, false)
    }))

  test('collect() leaves out what began when its function was done', async (t) => {
    const app = appOf(t)
    await app.register(profiler, { ...on, record: 'manual' })
    app.get('/in', async () => 'in')
    app.get('/next', async () => 'next')
    let next: Promise<unknown> | undefined
    const collected = app.profiler.collect(async () => {
      await app.inject('/in')
      setImmediate(() => {
        next = app.inject('/next')
      })
    })
    const { requests, profile } = await collected
    await next
    assert.deepEqual(
      requests.map(({ route }) => route),
      ['GET /in'],
    )
    assert.equal(profile.requests, 1)
    assert.ok(next !== undefined, 'the next request began while the call waited for the last samples')
  })

  test('what is started or stopped by hand in collect() stays so', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, { ...on, record: 'manual' })
      await app.profiler.collect(() => app.profiler.start())
      assert.equal(app.profiler.recording, true)
      await app.profiler.collect(() => app.profiler.stop())
      assert.equal(app.profiler.recording, false)
    }))

  test('export() answers in every format that is there', (t) =>
    calmly(async () => {
      const app = appOf(t)
      await app.register(profiler, on)
      const burn = namedBurn('burn_exported', 15, () => {})
      app.get('/burn', async () => burn())
      await app.inject('/burn')
      await app.profiler.flush()
      const route = 'GET /burn'
      const [{ id }] = app.profiler.requests({ route })
      for (const format of exportFormats) {
        for (const selection of [{ route }, { requests: [id] }]) {
          const body = app.profiler.export(selection, format)
          const text = typeof body === 'string' ? body : gunzipSync(body).toString('latin1')
          assert.match(text, /burn_exported/)
          if (['json', 'cpuprofile', 'speedscope'].includes(format)) JSON.parse(text)
        }
        const missing = () => app.profiler.export({ requests: ['none'] }, format)
        assert.throws(missing, { code: 'FST_PROFILER_NOT_FOUND' })
      }
      const report = String(app.profiler.export({ route }, 'markdown'))
      const split = report.match(/(?<=^\| (own CPU|held by others|garbage collection|waiting) \| )[\d.]+/gm)
      const [wall] = report.match(/(?<=^\| \*\*wall time\*\* \| )[\d.]+/m) ?? []
      assert.equal(split?.length, 4)
      assert.ok(Math.abs(split.reduce((sum, part) => sum + Number(part), 0) - Number(wall)) < 0.01, report)
      const { wallUs } = app.profiler.chart(id)!
      const inTime = JSON.parse(String(app.profiler.export({ requests: [id] }, 'speedscope')))
      assert.equal(inTime.profiles[0].endValue, wallUs)
      const { samples } = app.profiler.profile({ route })
      const { sample } = readPprof(gunzipSync(app.profiler.export({ route }, 'pprof') as Uint8Array))
      assert.equal(
        sample.reduce((sum, { values }) => sum + values[0], 0n),
        BigInt(samples),
      )
      for (const { labels } of sample) assert.deepEqual(labels, { route })
      let printed = ''
      app.profiler.printStats({ route, stream: { write: (text: string) => (printed += text) } })
      assert.match(printed, /burn_exported/)
      const here = 'test/integration-register.test.ts'
      const source = app.profiler.source({ route }, here)
      assert.equal(source.text, readFileSync(here, 'utf8'))
      assert.ok(source.functions.some(({ totalMs }) => totalMs > 0))
      for (const none of ['package.json', '']) {
        assert.throws(() => app.profiler.source({ route }, none), { code: 'FST_PROFILER_NOT_FOUND' })
      }
      assert.throws(() => app.profiler.export({ route: 'GET /none' }, 'text'), {
        code: 'FST_PROFILER_NOT_FOUND',
      })
      app.profiler.pin(id)
      app.profiler.clear()
      assert.equal(app.profiler.request(id)?.pinned, true)
      app.profiler.pin(id, false)
      app.profiler.clear()
      assert.equal(app.profiler.request(id), undefined)
      assert.throws(() => app.profiler.pin(id), { code: 'FST_PROFILER_NOT_FOUND' })
      assert.throws(() => app.profiler.pin(id, 'no' as never), { code: 'FST_PROFILER_BAD_PARAMETER' })
    }))
})

describe('off', () => {
  test('it answers empty and leaves nothing behind', async (t) => {
    const app = appOf(t)
    await app.register(profiler, { enabled: false })
    app.get('/a', async () => 'a')
    await app.inject('/a')
    const { profiler: off } = app
    off.start()
    await off.flush()
    assert.deepEqual([off.enabled, off.recording, off.routes(), off.requests()], [false, false, [], []])
    assert.equal(off.profile().ownUs, 0)
    off.pin('none')
    assert.equal(off.source({ route: 'GET /a' }, 'package.json').text, '')
    assert.deepEqual((await off.collect(() => app.inject('/a'))).requests, [])
    const missing = await app.inject('/__profile')
    assert.deepEqual(missing.json(), (await app.inject('/__profile')).json())
    assert.equal(missing.json().message, 'Route GET:/__profile not found')
    assert.equal(app.printRoutes().includes('profile'), false)
    assert.equal(app.hasRoute({ method: 'GET', url: '/__profile/' }), false)
  })

  test('neither the engine nor a native module is loaded', async () => {
    const source = `
      import { Session } from 'node:inspector'
      const scripts = []
      const session = new Session()
      session.connect()
      session.on('Debugger.scriptParsed', ({ params }) => scripts.push(params.url))
      session.post('Debugger.enable')
      const app = fastify()
      await app.register(profiler)
      await app.inject('/__profile')
      await app.close()
      const parts = ['engine', 'install', 'tracker/index', 'recorder', 'sampler/index', 'requests/lifecycle']
      const native = process.report.getReport().sharedObjects.filter((file) => file.includes('v8-profiler'))
      console.log(JSON.stringify({
        parts: parts.filter((part) => scripts.some((url) => url.includes('/plugin/' + part + '.ts'))),
        seen: scripts.some((url) => url.includes('/plugin/index.ts')),
        native: native.length,
      }))`
    const [off, onAgain] = await Promise.all([
      runChild(source, { env: { NODE_ENV: 'production' } }),
      runChild(source, { env: { NODE_ENV: 'development' } }),
    ])
    assert.deepEqual([off.code, off.stderr], [0, ''])
    assert.deepEqual(JSON.parse(off.stdout), { parts: [], seen: true, native: 0 })
    assert.equal(JSON.parse(onAgain.stdout).parts.length, 6)
  })
})
