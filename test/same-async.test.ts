import assert from 'node:assert/strict'
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncResource } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import { install } from './same-compare.ts'

/** What an application sees of Node's asynchronous contexts, in order. */
type Build = (app: FastifyInstance, seen: unknown[]) => undefined | (() => void)

const kinds: Record<string, Build> = {
  'a store that is entered in a hook by run()'(app, seen) {
    const store = new AsyncLocalStorage<{ id: string }>()
    app.addHook('onRequest', (request, _reply, done) => store.run({ id: request.id }, done))
    watchEverywhere(app, () => seen.push(store.getStore()?.id))
    return undefined
  },

  'a store that is entered for good'(app, seen) {
    const store = new AsyncLocalStorage<string>()
    app.addHook('preParsing', async (request) => store.enterWith(request.id))
    watchEverywhere(app, () => seen.push(store.getStore()))
    return undefined
  },

  'a store that callbacks are bound to'(app, seen) {
    const store = new AsyncLocalStorage<string>()
    const outside = store.run('outside', () => AsyncLocalStorage.snapshot())
    const resource = store.run('resource', () => new AsyncResource('of the application'))
    watchEverywhere(app, () => {
      seen.push(
        outside(() => store.getStore()),
        store.getStore(),
      )
      seen.push(resource.runInAsyncScope(() => store.getStore()))
      seen.push(store.exit(() => store.getStore()))
    })
    return undefined
  },

  "a context of its own on Node's resources"(app, seen) {
    const context = Symbol('context')
    type Carrier = { [context]?: string }
    const hook = createHook({
      init(_id, _type, _trigger, resource) {
        const current = executionAsyncResource() as Carrier | undefined
        if (current?.[context] !== undefined) (resource as Carrier)[context] = current[context]
      },
    }).enable()
    app.addHook('preHandler', (request, _reply, done) => {
      ;(executionAsyncResource() as Carrier)[context] = request.id
      setImmediate(done)
    })
    app.get('/', async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(1)
        seen.push((executionAsyncResource() as Carrier)[context])
      }
      return 'a'
    })
    return () => hook.disable()
  },

  'what Fastify publishes of its handlers'(app, seen) {
    const names = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map(
      (event) => `tracing:fastify.request.handler:${event}`,
    )
    const listeners = names.map((name) => (message: unknown) => {
      const { request, reply, route, async, error } = message as Record<string, never> & {
        request: { id: string }
        route: { url: string; method: string }
        error?: Error
      }
      seen.push([name, request.id, route.url, route.method, async, error?.message, typeof reply])
    })
    for (const [i, name] of names.entries()) subscribe(name, listeners[i])
    watchEverywhere(app, () => {})
    return () => {
      for (const [i, name] of names.entries()) unsubscribe(name, listeners[i])
    }
  },
}

/** Routes and hooks of every kind, which look around wherever they can. */
function watchEverywhere(app: FastifyInstance, look: () => void): void {
  app.addHook('preHandler', async () => look())
  app.addHook('onSend', (_request, _reply, payload, done) => {
    look()
    done(null, payload)
  })
  app.addHook('onResponse', async () => look())
  app.get('/', async (request, reply) => {
    look()
    await 1
    look()
    await sleep(1)
    look()
    process.nextTick(look)
    queueMicrotask(look)
    request.raw.once('close', look)
    reply.raw.once('finish', look)
    return 'a'
  })
  app.get('/callback', (_request, reply) => {
    setTimeout(() => {
      look()
      setImmediate(() => {
        look()
        reply.send('b')
      })
    }, 1)
  })
  app.post('/body', async (request) => {
    look()
    return request.body
  })
  app.get('/fails', async () => {
    await 1
    look()
    throw new Error('meant')
  })
}

async function seenBy(build: Build, withProfiler: boolean): Promise<unknown[]> {
  const seen: unknown[] = []
  let serial = 0
  const app = fastify({ genReqId: () => `r${++serial}` })
  if (withProfiler) await install(app)
  const over = build(app, seen)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    const paths = ['/', '/callback', '/fails', '/nowhere']
    for (const path of paths) await (await fetch(origin + path, { headers: { connection: 'close' } })).text()
    const body = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }
    await (await fetch(`${origin}/body`, body)).text()
    await sleep(20)
  } finally {
    await app.close()
    over?.()
  }
  return seen
}

describe('as without the profiler, the application sees', () => {
  for (const [what, build] of Object.entries(kinds)) {
    test(what, async () => {
      const bare = await seenBy(build, false)
      assert.ok(bare.length > 2, 'there is something to compare')
      assert.deepEqual(await seenBy(build, true), bare)
    })
  }
})
