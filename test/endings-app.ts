import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import profiler from '../plugin/index.ts'

/** An application that records, with a route for each way in which a request can end. */
export async function endingsApp(options: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = fastify(options)
  await app.register(profiler, { enabled: true })
  answers(app)
  failures(app)
  streams(app)
  hijacks(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

function answers(app: FastifyInstance): void {
  app.get('/ok', async () => 'ok')
  app.get('/nothing', (_request, reply) => reply.code(204).send())
  app.post('/echo', async (request) => request.body)
  // Long enough for a test on a loaded machine to do what it does meanwhile.
  app.get('/slow', () => sleep(1000, 'slow'))
  app.get('/never', () => new Promise(() => {}))
  app.get('/raw', (_request, reply) => {
    reply.raw.end('raw')
  })
  app.get('/bearsTimeout', (_request, reply) => {
    reply.raw.setTimeout(20, () => {})
    setTimeout(() => reply.send('ok'), 200)
  })
  app.get('/answersTimeout', (request, reply) => {
    request.raw.setTimeout(20, () => reply.code(503).send('late'))
  })
  app.get('/not-allowed', (_request, reply) => reply.code(405).send('not allowed'))
  app.get('/onResponse', { onResponse: () => Promise.reject(new Error('meant')) }, async () => 'ok')
  app.register(
    async (scope) => {
      scope.setNotFoundHandler((_request, reply) => reply.code(404).send('mine'))
    },
    { prefix: '/mine' },
  )
}

function failures(app: FastifyInstance): void {
  const meant = (statusCode?: number) => Object.assign(new Error('meant'), statusCode && { statusCode })
  app.get('/throws', () => Promise.reject(meant()))
  app.get('/throws404', () => Promise.reject(meant(404)))
  app.get('/throws405', () => Promise.reject(meant(405)))
  app.get('/sendsError', (_request, reply) => reply.send(meant()))
  app.get('/hookThrows', { onRequest: () => Promise.reject(meant()) }, async () => 'ok')
  app.get('/onSendThrows', { onSend: () => Promise.reject(meant()) }, async () => 'ok')
  app.get('/handled', { errorHandler: (_error, _request, reply) => reply.code(200).send('handled') }, () =>
    Promise.reject(meant()),
  )
  const errorHandler = () => {
    throw meant()
  }
  app.get('/handlerThrows', { errorHandler }, () => Promise.reject(meant()))
  app.post('/small', { bodyLimit: 10 }, async () => 'ok')
  app.post('/valid', { schema: { body: { type: 'object', required: ['a'] } } }, async () => 'ok')
}

function streams(app: FastifyInstance): void {
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b', 'c'])))
  app.get('/endless', (_request, reply) => reply.send(chunks(() => Buffer.alloc(1000, 'x'))))
  app.get('/streamFails', (_request, reply) => {
    let left = 3
    const stream: Readable = chunks(() => {
      if (left-- > 0) return Buffer.alloc(1000, 'x')
      stream.destroy(new Error('meant'))
      return null
    })
    return reply.send(stream)
  })
  app.get('/streamFailsAtOnce', (_request, reply) =>
    reply.send(new Readable({ read: (): unknown => setImmediate(() => {}) }).destroy(new Error('meant'))),
  )
  app.get('/webStreamFails', (_request, reply) => {
    let left = 3
    const pull = async (controller: ReadableStreamDefaultController) => {
      await sleep(2)
      if (left-- > 0) controller.enqueue(new Uint8Array(1000))
      else controller.error(new Error('meant'))
    }
    return reply.send(new ReadableStream({ pull }))
  })
  app.get('/events', (_request, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: 1\n\n')
  })
}

/** A stream that answers each read a little later, so that there is time to leave. */
function chunks(next: () => Buffer | null): Readable {
  return new Readable({
    read() {
      setTimeout(() => {
        const chunk = next()
        if (chunk !== null) this.push(chunk)
      }, 2)
    },
  })
}

function hijacks(app: FastifyInstance): void {
  app.get('/hijacked', (_request, reply) => {
    reply.hijack()
    setTimeout(() => reply.raw.end('raw'), 5)
  })
  app.get('/hijackedForGood', (_request, reply) => {
    reply.hijack()
  })
  app.get('/hijackedEvents', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: 1\n\n')
  })
}

/** Waits until every record is closed, and answers with `route status outcome` of each, oldest first. */
export async function endings(app: FastifyInstance): Promise<string[]> {
  for (let i = 0; app.profiler.status().counts.inFlight > 0; i++) {
    if (i === 1000) throw new Error(`${app.profiler.status().counts.inFlight} records are left open`)
    await sleep(20)
  }
  await app.profiler.flush()
  return app.profiler
    .requests({ sort: 'oldest', limit: 1000 })
    .map(({ route, statusCode, outcome }) => `${route} ${statusCode} ${outcome}`)
}
