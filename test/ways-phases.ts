import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What is sent to reach a burn. `route` is where it must stand. */
export interface Job {
  readonly name: string
  readonly route: string
  readonly method: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
  /** Another answer than 200. */
  readonly status?: number
}

type Burn = () => void
type Done = (error: Error | null, value?: unknown) => void

/** A route for each phase of Fastify in which code of the application runs; `burnOf` gives the burn of a name. */
export function phaseRoutes(app: FastifyInstance, burnOf: (name: string) => Burn): Job[] {
  return [
    ...hookRoutes(app, burnOf),
    ...answerRoutes(app, burnOf),
    ...bodyRoutes(app, burnOf),
    ...failureRoutes(app, burnOf),
  ]
}

function hookRoutes(app: FastifyInstance, burnOf: (name: string) => Burn): Job[] {
  const asyncHooks = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend']
  const awaited = [...asyncHooks, 'onResponse'].map((hook) => {
    const burn = burnOf(hook)
    const run = async () => {
      burn()
      await sleep(1)
      burn()
    }
    app.get(`/${hook}`, { [hook]: run }, async () => ({ hook }))
    return get(hook)
  })
  const byCallback = asyncHooks.map((hook) => {
    const name = `${hook}Callback`
    const burn = burnOf(name)
    const run = (_request: FastifyRequest, _reply: FastifyReply, ...rest: unknown[]) => {
      burn()
      const done = rest.at(-1) as Done
      if (hook === 'preSerialization' || hook === 'onSend') done(null, rest[0])
      else done(null)
    }
    app.get(`/${name}`, { [hook]: run }, async () => ({ hook }))
    return get(name)
  })
  return [...awaited, ...byCallback]
}

function answerRoutes(app: FastifyInstance, burnOf: (name: string) => Burn): Job[] {
  const burns = (name: string) => burnOf(name)
  const text = (burn: Burn) => (data: unknown) => {
    burn()
    return JSON.stringify(data)
  }
  const schema = { response: { 200: { type: 'object', properties: { a: { type: 'string' } } } } }
  const compiled = burns('serializerCompiler')
  app.get('/serializerCompiler', { schema, serializerCompiler: () => text(compiled) }, async () => ({
    a: 'b',
  }))
  const own = text(burns('replySerializer'))
  app.get('/replySerializer', (_request, reply) => reply.serializer(own as () => string).send({ a: 1 }))
  const late = burns('lateSend')
  app.get('/lateSend', (_request, reply) => {
    setTimeout(() => {
      late()
      reply.send('ok')
    }, 2)
  })
  const raw = burns('rawEnd')
  app.get('/rawEnd', (_request, reply) => {
    reply.hijack()
    setImmediate(() => {
      raw()
      reply.raw.end('ok')
    })
  })
  const pulled = burns('streamRead')
  app.get('/streamRead', (_request, reply) => reply.send(burningStream(pulled)))
  const web = burns('webStreamReply')
  app.get('/webStreamReply', (_request, reply) => reply.send(burningWebStream(web)))
  const names = [
    'serializerCompiler',
    'replySerializer',
    'lateSend',
    'rawEnd',
    'streamRead',
    'webStreamReply',
  ]
  return names.map(get)
}

/** Three chunks, each burned for; large ones, so that the socket's backpressure is part of it. */
function burningStream(burn: Burn): Readable {
  let left = 3
  return new Readable({
    read() {
      burn()
      const chunk = left-- > 0 ? Buffer.alloc(64 * 1024, 'a') : null
      setTimeout(() => this.push(chunk), 1)
    },
  })
}

function burningWebStream(burn: Burn): ReadableStream {
  let left = 2
  return new ReadableStream({
    async pull(controller) {
      await sleep(1)
      burn()
      if (left-- > 0) controller.enqueue(new Uint8Array(1000))
      else controller.close()
    },
  })
}

function bodyRoutes(app: FastifyInstance, burnOf: (name: string) => Burn): Job[] {
  const body = 'x'.repeat(200_000)
  const parsers: Record<string, (burn: Burn, scope: FastifyInstance, type: string) => void> = {
    stringParser: (burn, scope, type) =>
      scope.addContentTypeParser(type, { parseAs: 'string' }, (_request, text, done) =>
        done(null, burn() ?? text),
      ),
    bufferParser: (burn, scope, type) =>
      scope.addContentTypeParser(type, { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) => {
        burn()
        await sleep(1)
        burn()
        return bytes.length
      }),
    streamParser: (burn, scope, type) =>
      scope.addContentTypeParser(type, (_request, payload, done) => {
        let chunks = 0
        payload.on('data', () => chunks++ === 0 && burn())
        payload.on('end', () => done(null, burn()))
      }),
    iteratedParser: (burn, scope, type) =>
      scope.addContentTypeParser(type, async (_request: unknown, payload: AsyncIterable<Buffer>) => {
        let bytes = 0
        for await (const chunk of payload) bytes += chunk.length
        burn()
        return bytes
      }),
    pipedParser: (burn, scope, type) =>
      scope.addContentTypeParser(type, (_request, payload, done) => {
        const through = payload.pipe(new PassThrough())
        through.resume().on('end', () => done(null, burn()))
      }),
  }
  const custom = Object.entries(parsers).map(([name, add]) => {
    const burn = burnOf(name)
    const type = `application/${name.toLowerCase()}`
    app.register(async (scope) => {
      add(burn, scope, type)
      scope.post(`/${name}`, async () => 'ok')
    })
    return { ...post(name), headers: { 'content-type': type }, body }
  })
  const replaced = burnOf('preParsingStream')
  app.post(
    '/preParsingStream',
    { preParsing: async (_request, _reply, payload) => rewritten(payload, replaced) },
    async () => 'ok',
  )
  const handled = burnOf('afterBody')
  app.post('/afterBody', async () => handled())
  const checked = burnOf('validator')
  const validatorCompiler = () => () => ({ value: checked() ?? {} })
  app.post('/validator', { schema: { body: { type: 'object' } }, validatorCompiler }, async () => 'ok')
  const json = { headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
  return [
    ...custom,
    ...['preParsingStream', 'afterBody', 'validator'].map((name) => ({ ...post(name), ...json })),
  ]
}

function rewritten(payload: NodeJS.ReadableStream, burn: Burn): Readable {
  const through = new PassThrough({
    transform(chunk, _encoding, done) {
      burn()
      done(null, chunk)
    },
  })
  return payload.pipe(through)
}

function failureRoutes(app: FastifyInstance, burnOf: (name: string) => Burn): Job[] {
  const reported = burnOf('onError')
  app.get('/onError', { onError: async () => reported() }, () => Promise.reject(new Error('meant')))
  const handled = burnOf('errorHandler')
  const errorHandler = async (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
    handled()
    await sleep(1)
    handled()
    return reply.code(500).send('failed')
  }
  app.get('/errorHandler', { errorHandler }, () => Promise.reject(new Error('meant')))
  const missing = burnOf('notFoundHandler')
  app.register(
    async (scope) => {
      scope.setNotFoundHandler(async (_request, reply) => {
        missing()
        await sleep(1)
        missing()
        return reply.code(404).send('none')
      })
    },
    { prefix: '/notFoundHandler' },
  )
  return [
    { ...get('onError'), status: 500 },
    { ...get('errorHandler'), status: 500 },
    { ...get('notFoundHandler'), route: '(not found)', status: 404 },
  ]
}

function get(name: string): Job {
  return { name, route: `GET /${name}`, method: 'GET' }
}

function post(name: string): Job {
  return { name, route: `POST /${name}`, method: 'POST' }
}
