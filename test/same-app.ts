import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type InjectOptions,
} from 'fastify'

/** What the application did, in order: which of its hooks and handlers ran, with what. */
export type Trace = string[]

export interface Scenario {
  readonly name: string
  /** Adds routes; `trace` notes what runs. */
  readonly build: (app: FastifyInstance, trace: Trace) => void | Promise<void>
  readonly send: readonly InjectOptions[]
}

type Any = never
type Done = (error?: Error | null, payload?: unknown) => void

/** Puts the plugin into the application, by `await` or not. */
export type Install = (app: FastifyInstance) => unknown

/** What an application answers to a scenario, and what it did for that. */
export async function play(scenario: Scenario, install: Install = () => {}): Promise<unknown[]> {
  const trace: Trace = []
  const app = fastify({ forceCloseConnections: true, handlerTimeout: 2000 })
  const answers: unknown[] = []
  await install(app)
  await scenario.build(app, trace)
  try {
    for (const request of scenario.send) {
      const { statusCode, headers, rawPayload, trailers } = await app.inject(request)
      const { date: _, ...others } = headers
      answers.push({ statusCode, headers: others, trailers, body: rawPayload.toString('hex') })
      // What goes on after the answer.
      await sleep(5)
    }
  } catch (error) {
    answers.push(`${error}`)
  } finally {
    await app.close()
  }
  return [...answers, trace.filter((line) => !line.includes('__profile'))]
}

const hookNames = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onError',
  'onResponse',
] as const
type HookName = (typeof hookNames)[number]
const withPayload = new Set<string>(['preParsing', 'preSerialization', 'onSend', 'onError'])

/** A hook that notes that it ran, with the payload it was given. */
function noting(name: HookName, label: string, trace: Trace, async: boolean) {
  const note = (payload: unknown) => trace.push(`${label} ${name} ${textOf(payload)}`)
  if (withPayload.has(name)) {
    return async
      ? async (_request: unknown, _reply: unknown, payload: unknown) => void note(payload)
      : (_request: unknown, _reply: unknown, payload: unknown, done: Done) => {
          note(payload)
          done()
        }
  }
  return async
    ? async () => void note(undefined)
    : (_request: unknown, _reply: unknown, done: Done) => {
        note(undefined)
        done()
      }
}

function textOf(payload: unknown): string {
  if (payload instanceof Error) return payload.message
  if (typeof payload !== 'object' || payload === null || Buffer.isBuffer(payload)) return String(payload)
  return payload instanceof Readable || payload instanceof Response
    ? payload.constructor.name
    : JSON.stringify(payload)
}

function everyHook(app: FastifyInstance, label: string, trace: Trace, async: boolean): void {
  for (const name of hookNames) app.addHook(name as 'onRequest', noting(name, label, trace, async) as Any)
}

function routeHooks(label: string, trace: Trace, async: boolean): object {
  return Object.fromEntries(hookNames.map((name) => [name, [noting(name, label, trace, async)]]))
}

const everywhere: Scenario = {
  name: 'hooks of every kind, on the application, a plugin in it and the route',
  build(app, trace) {
    everyHook(app, 'app', trace, false)
    app.register(async (scope) => {
      everyHook(scope, 'scope', trace, true)
      scope.get('/get', routeHooks('route', trace, false), async () => ({ a: 1 }))
      scope.post('/post', routeHooks('route', trace, true), (request, reply) => reply.send(request.body))
      scope.get('/text', routeHooks('route', trace, true), (_request, reply) => reply.send('text'))
      scope.get('/fail', routeHooks('route', trace, true), async () => {
        throw Object.assign(new Error('no'), { statusCode: 418 })
      })
    })
    app.get('/plain', async () => ({ plain: true }))
  },
  send: [
    { url: '/get' },
    { method: 'HEAD', url: '/get' },
    { method: 'POST', url: '/post', payload: { b: 2 } },
    { method: 'POST', url: '/post' },
    { url: '/text' },
    { url: '/fail' },
    { url: '/plain' },
    { url: '/nowhere' },
    { method: 'DELETE', url: '/get' },
  ],
}

const file = fileURLToPath(import.meta.url)
const payloads: Record<string, () => unknown> = {
  object: () => ({ a: 1 }),
  array: () => [1, 2],
  number: () => 7,
  zero: () => 0,
  false: () => false,
  string: () => 'text',
  empty: () => '',
  buffer: () => Buffer.from('bytes'),
  typed: () => new Uint16Array([1, 2, 3]),
  null: () => null,
  undefined: () => undefined,
  stream: () => Readable.from(['one', 'two']),
  emptyStream: () => Readable.from([]),
  fileStream: () => createReadStream(file),
  webStream: () => new Response('web').body,
  response: () => new Response('response', { status: 201, headers: { 'x-from': 'response' } }),
  emptyResponse: () => new Response(null, { status: 204 }),
  failingStream: () =>
    new Readable({
      read() {
        this.destroy(new Error('broken'))
      },
    }),
}

const answers: Scenario = {
  name: 'answers of every kind, also to HEAD',
  build(app) {
    for (const [name, make] of Object.entries(payloads)) {
      app.get(`/sync/${name}`, (_request, reply) => reply.send(make()))
      if (name !== 'undefined') app.get(`/async/${name}`, async () => make())
    }
    app.get('/none', (_request, reply) => reply.code(204).send({ ignored: true }))
    app.get('/notModified', (_request, reply) => reply.code(304).send())
    app.get('/redirect', (_request, reply) => reply.redirect('/sync/object'))
    app.get('/typed', (_request, reply) => reply.type('application/hal+json').send({ a: 1 }))
    app.get('/serializer', (_request, reply) => reply.serializer(() => 'own').send({ a: 1 }))
    app.get('/trailer', (_request, reply) => {
      reply.trailer('x-sum', async () => 'abc')
      return reply.send('with trailer')
    })
    app.get('/length', (_request, reply) => reply.header('content-length', 3).send('abc'))
  },
  send: [
    ...Object.keys(payloads).flatMap((name) => [
      { url: `/sync/${name}` },
      { method: 'HEAD' as const, url: `/sync/${name}` },
      ...(name === 'undefined' ? [] : [{ url: `/async/${name}` }]),
    ]),
    ...['none', 'notModified', 'redirect', 'typed', 'serializer', 'trailer', 'length'].flatMap((name) => [
      { url: `/${name}` },
      { method: 'HEAD' as const, url: `/${name}` },
    ]),
  ],
}

const early: Scenario = {
  name: 'hooks that answer, hijack or fail, by callback and by promise',
  build(app, trace) {
    everyHook(app, 'app', trace, false)
    const ways: Record<string, (request: FastifyRequest, reply: FastifyReply) => void> = {
      send: (_request, reply) => void reply.code(202).send({ early: true }),
      stream: (_request, reply) => void reply.send(Readable.from(['early'])),
      hijack: (_request, reply) => {
        reply.hijack()
        reply.raw.end('hijacked')
      },
      later: (_request, reply) => void setTimeout(() => reply.send('later'), 2),
      fail: () => {
        throw new Error('failed early')
      },
    }
    const inner = (label: string) => routeHooks(label, trace, false)
    for (const hook of hookNames.slice(0, 6)) {
      for (const [way, run] of Object.entries(ways)) {
        if ((hook === 'preSerialization' || hook === 'onSend') && way !== 'fail') continue
        const name = `${hook}-${way}`
        const byPromise = async (request: FastifyRequest, reply: FastifyReply) => {
          run(request, reply)
          return way === 'fail' ? undefined : reply
        }
        app.get(`/promise-${name}`, { ...inner(name), [hook]: byPromise }, async () => ({ late: true }))
        const byCallback = withPayload.has(hook)
          ? (request: FastifyRequest, reply: FastifyReply, _payload: unknown, _done: Done) =>
              run(request, reply)
          : (request: FastifyRequest, reply: FastifyReply, _done: Done) => run(request, reply)
        app.get(`/callback-${name}`, { ...inner(name), [hook]: byCallback }, async () => ({ late: true }))
        const withError = withPayload.has(hook)
          ? (_request: unknown, _reply: unknown, _payload: unknown, done: Done) => done(new Error('by done'))
          : (_request: unknown, _reply: unknown, done: Done) => done(new Error('by done'))
        app.get(`/error-${name}`, { ...inner(name), [hook]: withError }, async () => ({ late: true }))
        // Goes on though it has answered.
        const both = withPayload.has(hook)
          ? (request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: Done) => {
              if (way !== 'fail') run(request, reply)
              done()
            }
          : (request: FastifyRequest, reply: FastifyReply, done: Done) => {
              if (way !== 'fail') run(request, reply)
              done()
            }
        if (way === 'hijack')
          app.get(`/both-${name}`, { ...inner(name), [hook]: both }, async () => ({ late: true }))
      }
    }
  },
  send: hookNames
    .slice(0, 6)
    .flatMap((hook) =>
      ['send', 'stream', 'hijack', 'later', 'fail']
        .filter((way) => way === 'fail' || (hook !== 'preSerialization' && hook !== 'onSend'))
        .flatMap((way) => [
          { url: `/promise-${hook}-${way}` },
          { url: `/callback-${hook}-${way}` },
          { url: `/error-${hook}-${way}` },
          ...(way === 'hijack' ? [{ url: `/both-${hook}-${way}` }] : []),
        ]),
    ),
}

const changing: Scenario = {
  name: 'hooks that change payloads',
  build(app, trace) {
    app.addHook('preParsing', async (request, _reply, payload) => {
      if (request.headers['x-same'] !== undefined) return payload
      if (request.headers['content-encoding'] !== 'gzip') return
      const { createGunzip } = await import('node:zlib')
      const plain = payload.pipe(createGunzip())
      return Object.assign(plain, { receivedEncodedLength: Number(request.headers['content-length']) })
    })
    app.addHook('preSerialization', async (_request, _reply, payload) => ({ wrapped: payload }))
    app.addHook('onSend', async (request, reply, payload) => {
      trace.push(textOf(payload))
      if (request.url === '/null') return null
      if (request.url === '/buffer') return Buffer.from('other')
      if (request.url === '/stream') return Readable.from(['other'])
      if (request.url === '/code') reply.code(202).header('x-late', '1')
      if (request.url === '/same') return payload
    })
    for (const name of ['null', 'buffer', 'stream', 'code', 'same'])
      app.get(`/${name}`, async () => ({ name }))
    app.post('/echo', async (request) => request.body)
  },
  send: [
    ...['null', 'buffer', 'stream', 'code', 'same'].map((name) => ({ url: `/${name}` })),
    { method: 'POST', url: '/echo', payload: { a: 1 } },
    { method: 'POST', url: '/echo', payload: { a: 1 }, headers: { 'x-same': '1' } },
    {
      method: 'POST',
      url: '/echo',
      payload: gzipSync('{"zipped":true}'),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    },
  ],
}

const body = { type: 'object', required: ['a'], properties: { a: { type: 'number' } } } as const
const checked: Scenario = {
  name: 'bodies and their validation',
  build(app, trace) {
    everyHook(app, 'app', trace, true)
    const response = { 200: { type: 'object', properties: { a: { type: 'number' } } } }
    app.post('/checked', { schema: { body, response } }, async (request) => request.body)
    app.post('/attached', { schema: { body }, attachValidation: true }, async (request) => ({
      error: request.validationError?.message,
    }))
    app.post('/limited', { bodyLimit: 10 }, async () => 'small enough')
    app.get(
      '/params/:n',
      { schema: { params: { type: 'object', properties: { n: { type: 'integer' } } } } },
      async (request) => request.params,
    )
    app.post(
      '/validator',
      {
        schema: { body },
        validatorCompiler: () => () => {
          throw new Error('the validator throws')
        },
      },
      async () => 'valid',
    )
    app.post(
      '/async',
      {
        schema: { body },
        validatorCompiler: () => async (value: unknown) => ({ value }),
      } as Any,
      async (request: FastifyRequest) => request.body,
    )
    app.get(
      '/serializer',
      {
        schema: { response },
        serializerCompiler: () => () => {
          throw new Error('the serializer throws')
        },
      },
      async () => ({ a: 1 }),
    )
    app.addContentTypeParser('text/upper', { parseAs: 'string' }, (_request, text, done) =>
      done(null, String(text).toUpperCase()),
    )
    app.addContentTypeParser('text/later', async (_request: unknown, payload: Readable) => {
      await sleep(2)
      return (await payload.toArray()).join('')
    })
    app.addContentTypeParser('text/fail', (_request, _payload, done) => done(new Error('unreadable')))
    app.post('/echo', async (request) => ({ body: request.body }))
  },
  send: [
    { method: 'POST', url: '/checked', payload: { a: 1, b: 2 } },
    { method: 'POST', url: '/checked', payload: { a: 'x' } },
    { method: 'POST', url: '/attached', payload: {} },
    { method: 'POST', url: '/checked', payload: '{', headers: { 'content-type': 'application/json' } },
    { method: 'POST', url: '/checked', payload: 'x', headers: { 'content-type': 'image/unknown' } },
    { method: 'POST', url: '/checked', payload: 'x', headers: { 'content-type': ';;' } },
    { method: 'POST', url: '/limited', payload: { long: 'long enough' } },
    { url: '/params/7' },
    { url: '/params/x' },
    { method: 'POST', url: '/validator', payload: { a: 1 } },
    { method: 'POST', url: '/async', payload: { a: 1 } },
    { url: '/serializer' },
    ...['text/upper', 'text/later', 'text/fail', 'text/plain'].map((type) => ({
      method: 'POST' as const,
      url: '/echo',
      payload: 'some text',
      headers: { 'content-type': type },
    })),
  ],
}

const thrown: Scenario = {
  name: 'what reply.send() throws reaches the one who called it',
  build(app, trace) {
    const tried = (reply: FastifyReply, payload: unknown) => {
      try {
        reply.send(payload)
        trace.push('sent')
      } catch (error) {
        trace.push(`caught ${(error as { code: string }).code}`)
        reply.type('text/plain').send('caught')
      }
    }
    app.get('/wrong', (_request, reply) => tried(reply.type('text/plain'), { not: 'text' }))
    app.get('/used', async (_request, reply) => {
      const response = new Response('used')
      await response.text()
      tried(reply, response)
      return reply
    })
    app.get('/written', (_request, reply) => {
      reply.raw.writeHead(200, { 'content-length': '4' })
      reply.raw.write('ra')
      try {
        reply.send('again')
      } catch (error) {
        trace.push(`caught ${(error as { code: string }).code}`)
      }
      reply.raw.end('w!')
    })
    app.get('/uncaught', (_request, reply) => reply.type('text/plain').send({ not: 'text' }))
    app.get('/promise', async (_request, reply) => {
      reply.type('text/plain')
      return { not: 'text' }
    })
    app.get(
      '/hook',
      {
        preHandler(_request, reply, done) {
          tried(reply.type('text/plain'), { not: 'text' })
          void done
        },
      },
      async () => 'never',
    )
    app.get('/twice', (_request, reply) => {
      reply.send('first')
      reply.send('second')
    })
    app.setErrorHandler((error: Error & { code: string }, _request, reply) => {
      trace.push(`error handler ${error.code ?? error.message}`)
      if (reply.raw.headersSent) reply.raw.destroy()
      else reply.type('text/plain').send(`handled ${error.code}`)
    })
  },
  send: ['wrong', 'used', 'written', 'uncaught', 'promise', 'hook', 'twice'].map((name) => ({
    url: `/${name}`,
  })),
}

const handled: Scenario = {
  name: 'error handlers, one above the other, and not-found handlers with hooks',
  build(app, trace) {
    everyHook(app, 'app', trace, true)
    app.setErrorHandler((error: Error, _request, reply) => {
      trace.push(`outer ${error.message}`)
      reply.code(500).send({ outer: error.message })
    })
    app.setNotFoundHandler(
      { preHandler: noting('preHandler', 'missing', trace, true) as Any },
      (_request, reply) => {
        trace.push('not found')
        reply.code(404).send({ missing: true })
      },
    )
    app.get('/missing', routeHooks('route', trace, true), (_request, reply) => reply.callNotFound())
    app.register(
      async (scope) => {
        scope.setErrorHandler((error: Error) => {
          trace.push(`inner ${error.message}`)
          throw new Error(`${error.message} again`)
        })
        scope.setNotFoundHandler(async () => ({ inner: 'missing' }))
        scope.get('/fail', async () => {
          throw new Error('first')
        })
        scope.get('/send', { onSend: async () => Promise.reject(new Error('in onSend')) }, async () => ({
          a: 1,
        }))
        scope.get('/nothing', { preHandler: async () => Promise.reject() }, async () => 'never')
        scope.get('/slow', { handlerTimeout: 20 }, () => new Promise(() => {}))
      },
      { prefix: '/in' },
    )
  },
  send: ['/missing', '/nowhere', '/in/nowhere', '/in/fail', '/in/send', '/in/nothing', '/in/slow'].map(
    (url) => ({ url }),
  ),
}

const shared: Scenario = {
  name: 'options that routes share, frozen options, and other plugins that add to routes',
  build(app, trace) {
    const note = (label: string) => async () => void trace.push(label)
    const hooks = [note('shared')]
    const common = Object.freeze({
      preHandler: Object.freeze(hooks) as never,
      config: Object.freeze({ a: 1 }),
    })
    const list = [note('in a list')]
    app.get('/before', { preHandler: list }, async () => ({ hooks: list.length }))
    app.get('/before/frozen', common, async () => 'frozen')
    app.addHook('onRoute', (route) => {
      trace.push(`route ${route.method} ${route.url} ${[route.preHandler ?? []].flat().length}`)
      if (route.preValidation === undefined) route.preValidation = note('given by onRoute')
      route.preHandler = [note('first'), ...[route.preHandler ?? []].flat(), note('last')] as never
    })
    app.get('/a', common, async (request) => ({ config: request.routeOptions.config }))
    app.get('/b', common, async () => ({ hooks: hooks.length }))
    app.route({ method: ['PUT', 'POST'], url: '/c', preValidation: note('own'), handler: async () => 'c' })
    app.get('/versions', { constraints: { version: '1.0.0' } }, async () => 'one')
    app.get('/versions', { ...common, constraints: { version: '2.0.0' } }, async () => 'two')
    app.register(async (scope) => void scope.get('/', common, async () => 'root'), { prefix: '/both' })
  },
  send: [
    { url: '/before' },
    { url: '/before/frozen' },
    { url: '/a' },
    { method: 'HEAD', url: '/a' },
    { url: '/b' },
    { method: 'PUT', url: '/c', payload: {} },
    { method: 'POST', url: '/c' },
    { url: '/versions', headers: { 'accept-version': '1.x' } },
    { url: '/versions', headers: { 'accept-version': '2.x' } },
    { url: '/versions' },
    { url: '/both' },
    { url: '/both/' },
  ],
}

export const scenarios: readonly Scenario[] = [
  everywhere,
  answers,
  early,
  changing,
  checked,
  thrown,
  handled,
  shared,
]
