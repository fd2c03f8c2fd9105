import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Ask,
  type Group,
  type HookName,
  hookNames,
  hooksWithPayload,
  type Note,
  noteHooks,
  routeHooks,
  slug,
} from './same-socket.ts'

type Done = (error?: unknown, payload?: unknown) => void
type Run = (request: FastifyRequest, reply: FastifyReply, done: Done) => unknown

const tea = Object.assign(new Error('short and stout'), { statusCode: 418, code: 'E_TEA' })

/** What a hook can do, by callback. */
const callbacks: Record<string, Run> = {
  'goes on later': (_request, _reply, done) => void setTimeout(done, 2),
  'goes on twice': (_request, _reply, done) => {
    done()
    done()
  },
  'changes the reply': (_request, reply, done) => {
    if (!reply.raw.headersSent) reply.code(207).header('x-changed', 'by a hook')
    done()
  },
  'is done with an error': (_request, _reply, done) => done(tea),
  'is done with a text': (_request, _reply, done) => done('a text'),
  throws() {
    throw tea
  },
  'throws a text'() {
    throw 'a text'
  },
}

/** And by promise. */
const promises: Record<string, (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>> = {
  'goes on': async () => undefined,
  rejects: async () => Promise.reject(tea),
  'rejects with a text': () => Promise.reject('a text'),
  'rejects with nothing': () => Promise.reject(),
  'rejects later': () => new Promise((_, reject) => setTimeout(reject, 2, new Error('later'))),
}

/** What only hooks before the handler may do. */
const answering: Record<string, Run> = {
  sends: (_request, reply) => void reply.code(202).send({ early: true }),
  'sends later': (_request, reply) => void setTimeout(() => reply.send('later'), 2),
  hijacks(_request, reply) {
    reply.hijack()
    reply.raw.end('hijacked')
  },
  'destroys the socket': (request) => void request.raw.socket.destroy(),
}
const answeringByPromise: typeof promises = {
  'sends and returns the reply': async (_request, reply) => reply.code(202).send({ early: true }),
  'sends and returns nothing': async (_request, reply) => void reply.code(202).send({ early: true }),
  'hijacks and returns nothing': async (_request, reply) => {
    reply.hijack()
    reply.raw.end('hijacked')
  },
}

const early = new Set<HookName>(['onRequest', 'preParsing', 'preValidation', 'preHandler'])
const hurt = hookNames.slice(0, 8)

/** The four forms of a hook: with and without a payload, by callback and by promise. */
function hookOf(name: HookName, run: Run, note: Note, byPromise: boolean) {
  const noted = (request: FastifyRequest, reply: FastifyReply, done: Done) => {
    note(request, `the ${name} in question`)
    return run(request, reply, done)
  }
  const none = () => {}
  if (hooksWithPayload.has(name)) {
    return byPromise
      ? async (request: FastifyRequest, reply: FastifyReply, _payload: unknown) => noted(request, reply, none)
      : (request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: Done) =>
          void noted(request, reply, done)
  }
  return byPromise
    ? async (request: FastifyRequest, reply: FastifyReply) => noted(request, reply, none)
    : (request: FastifyRequest, reply: FastifyReply, done: Done) => void noted(request, reply, done)
}

interface Way {
  readonly label: string
  readonly run: Run
  readonly byPromise: boolean
}

function waysOf(name: HookName): Way[] {
  const of = (table: Record<string, Run>, byPromise: boolean): Way[] =>
    Object.entries(table).map(([label, run]) => ({ label, run, byPromise }))
  const ways = [...of(callbacks, false), ...of(promises, true)]
  return early.has(name) ? [...ways, ...of(answering, false), ...of(answeringByPromise, true)] : ways
}

const asks: Record<string, Ask> = {}
const paths: { path: string; name: HookName; way: Way }[] = []
for (const name of hurt) {
  for (const way of waysOf(name)) {
    const path = `/${name}/${way.byPromise ? 'async' : 'callback'}/${slug(way.label)}`
    paths.push({ path, name, way })
    asks[`${name} ${way.byPromise ? '(async) ' : ''}${way.label}`] = { path }
  }
}

/** A hook in question between hooks of every kind, on the application and on its own route. */
export const hooks: Group = {
  name: 'a hook that',
  build(app, note) {
    noteHooks(app, 'app', note)
    for (const { path, name, way } of paths) {
      const own = hookOf(name, way.run, note, way.byPromise)
      const around = routeHooks('route', note, true) as Record<string, unknown>
      const options = { ...around, [name]: [around[name], own, around[name]] }
      app.get(path, options, async (request) => {
        note(request, 'handler')
        // The hooks of errors need one.
        if (name === 'onError') throw new Error('meant')
        return { handled: true }
      })
    }
  },
  cases: asks,
}

/** The same hooks on the application itself, over routes in a scope with hooks by promise. */
export const scopedHooks: Group = {
  name: 'hooks of a scope: one that',
  build(app, note) {
    noteHooks(app, 'app', note, true)
    for (const { path, name, way } of paths) {
      app.register(async (scope) => {
        noteHooks(scope, 'scope', note)
        scope.addHook(name as 'onRequest', hookOf(name, way.run, note, way.byPromise) as never)
        scope.post(path, (request, reply) => {
          note(request, 'handler')
          if (name === 'onError') reply.send(new Error('meant'))
          else reply.send({ handled: request.body })
        })
      })
    }
  },
  cases: Object.fromEntries(
    Object.entries(asks).map(([name, { path }]) => [
      name,
      { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: '{"a":1}' },
    ]),
  ),
}
