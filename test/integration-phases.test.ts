import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import profiler from '../plugin/index.ts'
import { totals } from '../plugin/model/tree.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import { phaseLabel } from '../plugin/requests/phases.ts'
import { calmly } from './calmly.ts'
import { namedBurn, originOf } from './ways.ts'

const BURN_MS = 20
/** What the application itself measured in the request that is going on, milliseconds by phase. */
let burned: Record<string, number> = {}
let waited: Record<string, number> = {}
let app: FastifyInstance
let origin: string

/** Burns in a function of the phase's name. */
function burnIn(phase: string): () => void {
  return namedBurn(`burn_${phase}`, BURN_MS, (ms) => {
    burned[phase] = (burned[phase] ?? 0) + ms
  })
}

async function waitIn(phase: string): Promise<void> {
  const began = performance.now()
  await sleep(BURN_MS)
  waited[phase] = performance.now() - began
}

const hooks = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
] as const
const all = [
  'onRequest',
  'preParsing',
  'parsing',
  'preValidation',
  'validation',
  'preHandler',
  'handler',
  'preSerialization',
  'serialization',
  'onSend',
  'sending',
]
const body = { type: 'object', properties: { list: { type: 'array', items: { type: 'number' } } } }

/** A stream whose every read burns. */
function burningStream(): Readable {
  const burn = burnIn('sending')
  let left = 2
  return new Readable({
    read() {
      burn()
      setTimeout(() => this.push(left-- > 0 ? 'chunk' : null), 5)
    },
  })
}

function burningRoutes(app: FastifyInstance): void {
  app.addContentTypeParser('text/burn', { parseAs: 'string' }, (_request, text, done) => {
    burnIn('parsing')()
    done(null, text)
  })
  const handlers = Object.fromEntries(hooks.map((name) => [name, async () => burnIn(name)()]))
  const compilers = {
    validatorCompiler: () => () => {
      burnIn('validation')()
      return true
    },
    serializerCompiler: () => (data: unknown) => {
      burnIn('serialization')()
      return JSON.stringify(data)
    },
  }
  const schema = { body: {}, response: { 200: {} } }
  app.post('/burn', { ...handlers, ...compilers, schema }, async () => {
    burnIn('handler')()
    return { a: 1 }
  })
  app.get('/wait', Object.fromEntries(hooks.map((name) => [name, () => waitIn(name)])), async () => {
    await waitIn('handler')
    return { a: 1 }
  })
  app.get('/stream', (_request, reply) => reply.send(burningStream()))
  app.get('/sent', (_request, reply) => {
    reply.send('sent')
    burnIn('sending')()
  })
}

function otherRoutes(app: FastifyInstance): void {
  app.get('/plain', async () => ({ a: 1 }))
  app.get('/text', async () => 'text')
  app.post('/list', { schema: { body } }, async () => 'ok')
  app.post('/bare', async () => 'ok')
  app.get('/hijack', (_request, reply) => {
    reply.hijack()
    burnIn('handler')()
    setTimeout(() => reply.raw.end('done'), 5)
  })
  app.get('/early', { preValidation: async (_request, reply) => reply.send('early') }, async () => 'never')
  app.get('/fail', async () => {
    burnIn('handler')()
    throw new Error('failed')
  })
  app.get('/missing', (_request, reply) => reply.callNotFound())
  app.get('/again', { onSend: async () => Promise.reject(new Error('onSend')) }, async () => 'x')
  app.setErrorHandler((error: Error, _request, reply) => {
    burnIn('onError')()
    reply.code(500).send({ message: error.message })
  })
}

before(async () => {
  app = fastify()
  await app.register(profiler, { enabled: true, serverTiming: false })
  burningRoutes(app)
  otherRoutes(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  origin = originOf(app.server)
  await record('/plain')
})
after(() => app.close())

describe('one request', () => {
  test('20 ms in every phase stand in that phase', async () => {
    const detail = await record('/burn', {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'text/burn' },
    })
    assert.deepEqual(names(detail), all)
    assert.deepEqual(Object.keys(burned), all.slice(0, -1))
    holds(detail)
    stand(detail, burned)
  })

  test('waiting in a hook is wall time of its phase, not own time', () =>
    calmly(async () => {
      const detail = await record('/wait')
      const phases = new Map(detail.phases.map((phase) => [phase.name as string, phase]))
      assert.deepEqual(Object.keys(waited), [...hooks.slice(0, 4), 'handler', ...hooks.slice(4)])
      holds(detail)
      for (const [name, ms] of Object.entries(waited)) {
        const phase = phases.get(name)!
        assert.ok(phase.wallMs > ms - 0.1, `${name}: ${phase.wallMs} of wall, waited ${ms}`)
        nearSlices(phase.ownMs, phase.wallMs - notOwnMs(detail, phase))
      }
      // Where the machine is busy with others the loop may find a timer due and not sleep, but not every time.
      assert.ok(detail.waitingMs > BURN_MS, JSON.stringify(detail))
    }))

  test('reading and parsing a large body is parsing, its validation is validation', () =>
    calmly(async () => {
      const list = JSON.stringify({ list: Array.from({ length: 150_000 }, (_, i) => i) })
      const detail = await record('/list', { method: 'POST', body: list, headers: json })
      assert.deepEqual(names(detail), ['onRequest', 'parsing', 'validation', 'handler', 'sending'])
      holds(detail)
      const own = new Map(detail.phases.map(({ name, ownMs }) => [name as string, ownMs]))
      const both = own.get('parsing')! + own.get('validation')!
      assert.ok(both > detail.ownMs / 2, JSON.stringify(detail.phases))
      assert.ok(own.get('parsing')! > 1 && own.get('validation')! > 0.5, JSON.stringify(detail.phases))
    }))

  test('only what happened stands there', async () => {
    const plain = ['onRequest', 'handler', 'serialization', 'sending']
    assert.deepEqual(names(await record('/plain')), plain)
    assert.deepEqual(names(await record('/text')), ['onRequest', 'handler', 'sending'])
    assert.deepEqual(names(await record('/bare', { method: 'POST' })), ['onRequest', 'handler', 'sending'])
    const parsed = await record('/bare', { method: 'POST', body: '{}', headers: json })
    assert.deepEqual(names(parsed), ['onRequest', 'parsing', 'handler', 'sending'])
    // Fastify answers HEAD with a hook of its own.
    const head = await record('/plain', { method: 'HEAD' })
    assert.deepEqual(names(head), [...plain.slice(0, 3), 'onSend', 'sending'])
  })

  test('a stream is sent as long as it lasts, and what its reads burn is burned in sending', async () => {
    const detail = await record('/stream')
    assert.deepEqual(names(detail), ['onRequest', 'handler', 'sending'])
    holds(detail)
    stand(detail, burned)
    assert.ok(detail.phases[2].wallMs > burned.sending + 10)
  })

  test('what a handler does after reply.send() is done while sending', async () => {
    stand(await record('/sent'), burned)
  })

  test('an answer in an early hook: nothing of what would have followed', async () => {
    assert.deepEqual(names(await record('/early')), ['onRequest', 'preValidation', 'sending'])
  })

  test('a failure: its handling is a phase', async () => {
    const failed = await record('/fail')
    assert.deepEqual(names(failed), ['onRequest', 'handler', 'onError', 'serialization', 'sending'])
    holds(failed)
    stand(failed, burned)
    const unparsed = await record('/bare', { method: 'POST', body: '{', headers: json })
    assert.deepEqual(names(unparsed), ['onRequest', 'parsing', 'onError', 'serialization', 'sending'])
    const invalid = await record('/list', { method: 'POST', body: '{"list":["x"]}', headers: json })
    assert.deepEqual(names(invalid).slice(1, 4), ['parsing', 'validation', 'onError'])
    const again = await record('/again')
    assert.deepEqual(names(again).slice(1, 4), ['handler', 'onSend', 'onError'])
    holds(again)
  })

  test('hijacked: the handler has it to the end', async () => {
    const detail = await record('/hijack')
    assert.deepEqual(names(detail), ['onRequest', 'handler'])
    stand(detail, burned)
    assert.ok(detail.phases[1].wallMs > burned.handler + 4)
  })

  test('no route: only what stands before the hooks is known, and it says so', async () => {
    const merged = ['preValidation + validation', 'preHandler + handler', 'preSerialization + serialization']
    const detail = await record('/nowhere')
    assert.deepEqual(names(detail), ['onRequest', 'preParsing', ...merged, 'onSend + sending'])
    holds(detail)
    const called = await record('/missing')
    assert.equal(called.route, 'GET /missing')
    holds(called)
  })

  test('two hundred at once: every sum holds', async () => {
    const paths = ['/plain', '/wait', '/early', '/text', '/nowhere']
    await app.profiler.flush()
    const { requests } = await app.profiler.collect(() =>
      Promise.all(Array.from({ length: 200 }, (_, i) => fetch(origin + paths[i % 5]).then((r) => r.text()))),
    )
    assert.equal(requests.length, 200)
    for (const { id } of requests) holds(app.profiler.request(id)!)
  })
})

describe('a route', () => {
  const route = 'POST /burn'

  test('has sums and means of its phases, also over HTTP', async () => {
    await record('/burn', { method: 'POST', body: 'x', headers: { 'content-type': 'text/burn' } })
    const { phases, requests } = app.profiler.phases(route)
    assert.deepEqual(
      phases.map(({ name }) => name),
      all,
    )
    assert.ok(requests >= 2)
    const kept = app.profiler.requests({ route })
    assert.equal(requests, kept.length)
    near(sum(phases.map(({ wallMs }) => wallMs)), sum(kept.map(({ wallMs }) => wallMs)))
    near(sum(phases.map(({ ownMs }) => ownMs)), sum(kept.map(({ ownMs }) => ownMs)))
    for (const { count, wallMs, meanWallMs, ownMs, meanOwnMs } of phases) {
      assert.equal(count, requests)
      near(meanWallMs * count, wallMs)
      near(meanOwnMs * count, ownMs)
    }
    const answer = await fetch(`${origin}/__profile/api/phases?route=${encodeURIComponent(route)}`)
    assert.deepEqual(await answer.json(), JSON.parse(JSON.stringify(app.profiler.phases(route))))
  })

  test('that is not there, or not given, is an error that says so', async () => {
    assert.throws(() => app.profiler.phases('GET /nothing'), { code: 'FST_PROFILER_NOT_FOUND' })
    const unknown = await fetch(`${origin}/__profile/api/phases?route=GET%20/nothing`)
    assert.equal(unknown.status, 404)
    const missing = await fetch(`${origin}/__profile/api/phases`)
    assert.equal(missing.status, 400)
    const wrong = await fetch(
      `${origin}/__profile/api/profile?route=${encodeURIComponent(route)}&phases=maybe`,
    )
    assert.equal(wrong.status, 400)
  })

  test('has them as the first level of its profile on demand, each function under its phase', async () => {
    const [plain, profile] = [app.profiler.profile({ route }), app.profiler.profile({ route, phases: true })]
    const { tree, frames } = profile
    const total = totals(tree)
    const name = (node: number) => frames[tree.frame[node]].name
    const first = tree.parent.flatMap((parent, node) => (parent === 0 ? [node] : []))
    for (const node of first) assert.equal(frames[tree.frame[node]].kind, 'phase')
    const times = new Map(
      app.profiler.phases(route).phases.map((phase) => [phase.name as string, phase.ownMs]),
    )
    for (const node of first) if (times.has(name(node))) near(total[node] / 1000, times.get(name(node))!)
    for (let node = 1; node < tree.parent.length; node++) {
      if (!name(node).startsWith('burn_')) continue
      let above = node
      while (tree.parent[above] !== 0) above = tree.parent[above]
      assert.equal(name(node), `burn_${name(above)}`)
    }
    assert.ok(frames.filter((frame) => frame.name.startsWith('burn_')).length >= 9)
    near(total[0] / 1000, plain.ownUs / 1000)
    assert.equal(sum(tree.samples), sum(plain.tree.samples))
    const json = await fetch(
      `${origin}/__profile/api/profile?route=${encodeURIComponent(route)}&phases=true`,
    ).then((response) => response.json())
    assert.deepEqual(json.tree.parent, tree.parent)
  })
})

describe('the hooks of a route', () => {
  const hooksOf = (app: FastifyInstance, route: string) =>
    app.profiler.phases(route).hooks.map(({ phase, name, plugin }) => `${phase} ${name} ${plugin}`.trim())

  test('by function and by the plugin whose scope they were added in, in their order', async () => {
    const app = fastify()
    await app.register(profiler, { enabled: true })
    app.addHook('onRequest', async function first() {})
    app.addHook('preHandler', async () => {})
    await app.register(fp(async (scope) => void scope.addHook('preHandler', async function guest() {})))
    async function users(scope: FastifyInstance) {
      scope.addHook('preHandler', async function authenticate() {})
      scope.get(
        '/users',
        { preHandler: [async function allowed() {}], onSend: async () => {} },
        async () => 'x',
      )
      scope.register(async (inner) => void inner.get('/inner', async () => 'x'))
    }
    app.register(users)
    app.get('/bare', async () => 'x')
    // Hooks added to a parent reach the children that are there.
    app.addHook('onError', async function last() {})
    for (const url of ['/users', '/inner', '/bare', '/nowhere']) await app.inject(url)
    await app.profiler.flush()
    const shared = ['onRequest first', 'preHandler (anonymous)', 'preHandler guest']
    const of = (route: string) => hooksOf(app, route)
    assert.deepEqual(of('GET /users'), [
      ...shared,
      'preHandler authenticate users',
      'preHandler allowed users',
      'onError last',
      'onSend onSend users',
    ])
    assert.deepEqual(of('GET /inner'), [...shared, 'preHandler authenticate users', 'onError last'])
    assert.deepEqual(of('GET /bare'), [...shared, 'onError last'])
    assert.deepEqual(of('(not found)'), [])
    await app.close()
  })

  test('those that run before the request begins are not among them: nothing of theirs is measured', async () => {
    const app = fastify()
    app.addHook('onRequest', async function earlier() {})
    app.addHook('preHandler', async function counted() {})
    await app.register(profiler, { enabled: true, callCounts: true })
    app.addHook('onRequest', async function later() {})
    app.register(async (scope) => {
      scope.addHook('onRequest', async function inner() {})
      scope.get('/inner', { onRequest: async function own() {} }, async () => 'x')
    })
    await app.inject('/inner')
    await app.profiler.flush()
    const names = app.profiler.phases('GET /inner').hooks.map(({ phase, name }) => `${phase} ${name}`)
    assert.deepEqual(names, ['onRequest later', 'onRequest inner', 'onRequest own', 'preHandler counted'])
    await app.close()
  })

  test('on a scope that several plugins add to, nobody is named as the owner', async () => {
    const app = fastify()
    await app.register(profiler, { enabled: true })
    async function mixed(scope: FastifyInstance) {
      await scope.register(fp(async (same) => void same.addHook('preHandler', async function whose() {})))
      scope.get('/mixed', async () => 'x')
    }
    app.register(mixed)
    await app.inject('/mixed')
    await app.profiler.flush()
    assert.deepEqual(hooksOf(app, 'GET /mixed'), ['preHandler whose'])
    await app.close()
  })
})

describe('what cannot be told apart says so', () => {
  test('routes and hooks that were there before the profiler', async () => {
    const late = fastify()
    late.addHook('preHandler', async () => burnIn('preHandler')())
    late.get('/before', async () => ({ a: 1 }))
    await late.register(profiler, { enabled: true, serverTiming: false })
    late.post('/after', { schema: { body } }, async () => ({ a: 1 }))
    const before = await injected(late, { url: '/before' })
    assert.deepEqual(names(before), [
      'onRequest',
      'preParsing',
      'preValidation + validation + preHandler + handler',
      'preSerialization + serialization',
      'onSend + sending',
    ])
    const after = await injected(late, { method: 'POST', url: '/after', payload: {} })
    assert.deepEqual(names(after), [
      'onRequest',
      'parsing',
      'validation + preHandler',
      'handler',
      'serialization',
      'sending',
    ])
    stand(after, { 'validation + preHandler': burned.preHandler })
    await late.close()
  })

  test('hooks that other plugins give to routes are hooks still', async () => {
    const app = fastify()
    await app.register(profiler, { enabled: true, serverTiming: false })
    await app.register(
      fp(async (scope) => {
        scope.addHook('onRoute', (route) => {
          route.preHandler = [[route.preHandler ?? []].flat(), async () => burnIn('preHandler')()].flat()
        })
      }),
    )
    app.register(async (scope) => void scope.get('/in', async () => 'x'))
    app.get('/out', async () => 'x')
    for (const url of ['/in', '/out']) {
      const detail = await injected(app, { url })
      assert.deepEqual(names(detail), ['onRequest', 'preHandler', 'handler', 'sending'])
      stand(detail, burned)
    }
    await app.close()
  })

  test('off, or not recording: no phases', async () => {
    const off = fastify()
    await off.register(profiler, { enabled: false })
    const empty = { route: 'GET /', requests: 0, phases: [], hooks: [] }
    assert.deepEqual(off.profiler.phases('GET /'), empty)
    await off.close()
  })
})

const json = { 'content-type': 'application/json' }

/** The one request of a route that `fetch` makes, by its id. */
async function record(path: string, init?: RequestInit): Promise<RequestDetail> {
  burned = {}
  waited = {}
  await app.profiler.flush()
  const { requests } = await app.profiler.collect(async () => (await fetch(origin + path, init)).text())
  assert.equal(requests.length, 1)
  return app.profiler.request(requests[0].id)!
}

async function injected(app: FastifyInstance, request: object): Promise<RequestDetail> {
  burned = {}
  const { requests } = await app.profiler.collect(() => app.inject(request))
  return app.profiler.request(requests[0].id)!
}

function names(detail: RequestDetail): string[] {
  return detail.phases.map(phaseLabel)
}

/** What the application burned in a phase is own time of that phase; collections are nobody's own time. */
function stand(detail: RequestDetail, times: Record<string, number>): void {
  assert.ok(Object.keys(times).length > 0)
  for (const [name, ms] of Object.entries(times)) {
    const { ownMs } = detail.phases.find((phase) => phaseLabel(phase) === name)!
    assert.ok(ownMs > ms - detail.gcMs - 0.1, `${name} burned ${ms}: ${JSON.stringify(detail.phases)}`)
  }
}

function holds({ phases, wallMs, ownMs }: RequestDetail): void {
  near(sum(phases.map((phase) => phase.wallMs)), wallMs)
  near(sum(phases.map((phase) => phase.ownMs)), ownMs)
  phases.forEach((phase, i) => {
    assert.equal(phase.startUs, phases[i - 1]?.endUs ?? 0)
    near(phase.endUs - phase.startUs, phase.wallMs * 1000)
    assert.ok(phase.ownMs >= 0 && phase.ownMs <= phase.wallMs + 0.01, JSON.stringify(phase))
  })
  assert.ok(Math.abs(phases[phases.length - 1].endUs - wallMs * 1000) < 1)
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-6 * expected + 1e-6, `${actual} is not ${expected}`)
}

/** Slices are told in whole microseconds. */
function nearSlices(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 0.02, `${actual} is not ${expected}`)
}

/** What others, collections and waiting took of a phase, by the slices of the request. */
function notOwnMs({ slices }: RequestDetail, { startUs, endUs }: { startUs: number; endUs: number }): number {
  const inside = slices
    .filter(({ kind }) => kind !== 'own')
    .map((slice) => Math.max(0, Math.min(slice.endUs, endUs) - Math.max(slice.startUs, startUs)))
  return sum(inside) / 1000
}

function sum(column: readonly number[]): number {
  return column.reduce((total, one) => total + one, 0)
}

describe('hooks that a tracer has put functions around', () => {
  type Hook = (this: unknown, ...args: unknown[]) => { then?: unknown } | undefined
  /** Waits for a hook, and hands over what it answers; or what comes of it; or waits in a function of its own. */
  const tracers: Record<string, (hook: Hook, ended: () => void) => Hook> = {
    beside: (hook, ended) =>
      function (...args) {
        const answer = hook.apply(this, args) as PromiseLike<void> | undefined
        if (typeof answer?.then === 'function') answer.then(ended, ended)
        return answer
      },
    'in a chain': (hook, ended) =>
      function (...args) {
        const answer = hook.apply(this, args) as PromiseLike<void> | undefined
        return typeof answer?.then === 'function' ? answer.then(ended, ended) : answer
      },
    'in an asynchronous function': (hook, ended) =>
      function (...args) {
        const wait = async () => {
          await hook.apply(this, args)
          ended()
        }
        return wait()
      },
  }
  for (const [name, traced] of Object.entries(tracers)) {
    test(`${name}: each runs once, and ends`, async (t) => {
      const app = fastify()
      t.after(() => app.close())
      const { addHook } = app
      let hooks = 0
      let ended = 0
      app.addHook = function (this: FastifyInstance, phase: string, hook: Hook) {
        const runs = /^(pre(?!Close)|onRequest|onSend|onError)/.test(phase)
        const counted: Hook = function (...args) {
          hooks++
          return hook.apply(this, args)
        }
        const around = runs ? traced(counted, () => void ended++) : hook
        return addHook.call(this, phase as 'onRequest', around as never)
      } as never
      await app.register(profiler, { enabled: true, callCounts: true })
      let handled = 0
      app.post('/', async (request) => {
        handled++
        return request.body
      })
      app.get('/fails', async () => {
        handled++
        throw new Error('meant')
      })
      const answer = await app.inject({ method: 'POST', url: '/', payload: { a: 1 } })
      assert.deepEqual([answer.statusCode, answer.json(), handled], [200, { a: 1 }, 1])
      assert.equal((await app.inject('/fails')).statusCode, 500)
      assert.equal(handled, 2)
      await app.profiler.flush()
      const ends = app.profiler
        .requests({ sort: 'oldest' })
        .map(({ statusCode, outcome }) => [statusCode, outcome])
      assert.deepEqual(ends, [
        [200, 'completed'],
        [500, 'errored'],
      ])
      assert.ok(hooks > 5, `${hooks}`)
      assert.equal(ended, hooks)
    })
  }
})
