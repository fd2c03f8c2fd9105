import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Ask, type Group, type Note, noteHooks, slug, textOf } from './same-socket.ts'

/** What handlers throw. */
const errors: Record<string, () => unknown> = {
  'an error': () => new Error('plain'),
  'an error with a status': () => Object.assign(new Error('tea'), { statusCode: 418 }),
  'an error with a status of another name': () => Object.assign(new Error('gone'), { status: 410 }),
  'an error with a status that is none': () => Object.assign(new Error('odd'), { statusCode: 99 }),
  'an error with a status of success': () => Object.assign(new Error('fine?'), { statusCode: 200 }),
  'an error with code and headers': () =>
    Object.assign(new Error('busy'), { statusCode: 503, code: 'E_BUSY', headers: { 'retry-after': '7' } }),
  'an error of validation': () =>
    Object.assign(new Error('invalid'), { validation: [{ message: 'is wrong' }] }),
  'an error with a cause': () => new Error('outer', { cause: new Error('inner') }),
  'errors together': () => new AggregateError([new Error('one')], 'together'),
  'a type error': () => new TypeError('of its type'),
  'a frozen error': () => Object.freeze(new Error('frozen')),
  'an error of 404': () => Object.assign(new Error('not here'), { statusCode: 404 }),
  'a text': () => 'a text',
  'the empty text': () => '',
  'a number': () => 7,
  'an object': () => ({ statusCode: 422, message: 'no error' }),
  null: () => null,
  undefined: () => undefined,
}

const ways: Record<string, (app: FastifyInstance, path: string, make: () => unknown) => void> = {
  thrown: (app, path, make) =>
    app.get(path, () => {
      throw make()
    }),
  rejected: (app, path, make) => app.get(path, async () => Promise.reject(make())),
  'rejected later': (app, path, make) =>
    app.get(path, () => new Promise((_, reject) => setTimeout(() => reject(make()), 1))),
  sent: (app, path, make) =>
    app.get(path, (_request, reply) => {
      const error = make()
      return reply.send(
        error instanceof Error ? error : Object.assign(new Error('sent'), { was: String(error) }),
      )
    }),
}

/** What error handlers do; `none` leaves it to Fastify. */
const handlers: Record<string, ((error: Error, reply: FastifyReply) => unknown) | undefined> = {
  none: undefined,
  'that sends': (error, reply) => reply.code(500).send({ handled: textOf(error) }),
  'that answers by promise': async (error) => ({ handled: textOf(error) }),
}

/** More of them, for one plain error each. */
const oddHandlers: Record<string, (error: Error, reply: FastifyReply) => unknown> = {
  'that throws': () => {
    throw new Error('in the handler')
  },
  'that rejects': async () => Promise.reject(new Error('in the handler')),
  'that sends the error on': (error, reply) => reply.send(error),
  'that answers nothing': async () => undefined,
  'that sends a stream': (_error, reply) => reply.send(Readable.from(['stream'])),
  'that sends what cannot be sent': (_error, reply) => reply.type('text/plain').send({ not: 'a text' }),
  'that hijacks': (_error, reply) => {
    reply.hijack()
    reply.raw.end('hijacked')
  },
  'that redirects': (_error, reply) => reply.redirect('/sorry'),
  'that does not find it': (_error, reply) => reply.callNotFound(),
  'that answers later': (_error, reply) => void setTimeout(() => reply.code(502).send('later'), 2),
}

const asks: Record<string, Ask> = {}
for (const handler of Object.keys(handlers)) {
  for (const what of Object.keys(errors)) {
    for (const way of Object.keys(ways)) {
      // Other handlers see the same errors.
      if (handler !== 'none' && way.startsWith('rejected') && !what.startsWith('an error')) continue
      asks[`${what}, ${way}, with ${handler === 'none' ? 'no handler' : `a handler ${handler}`}`] = {
        path: `/${[handler, way, what].map(slug).join('/')}`,
      }
    }
  }
}
for (const handler of Object.keys(oddHandlers)) {
  asks[`an error with a handler ${handler}`] = { path: `/odd/${slug(handler)}` }
  asks[`an error with a handler ${handler}, below another`] = {
    path: `/below/odd/${slug(handler)}`,
  }
}

function oddScopes(app: FastifyInstance, note: Note): void {
  for (const [handler, handle] of Object.entries(oddHandlers)) {
    app.register(
      async (scope) => {
        scope.setErrorHandler((error: Error, request, reply) => {
          note(request, `handler ${handler}: ${textOf(error)}`)
          return handle(error, reply)
        })
        scope.get(`/${slug(handler)}`, async () => {
          throw new Error('meant')
        })
      },
      { prefix: '/odd' },
    )
  }
}

export const errorGroup: Group = {
  name: 'an error:',
  server: { handlerTimeout: 1500 },
  build(app, note) {
    noteHooks(app, 'app', note)
    for (const [handler, handle] of Object.entries(handlers)) {
      app.register(async (scope) => {
        if (handle !== undefined) {
          scope.setErrorHandler((error: Error, request: FastifyRequest, reply) => {
            note(request, `handler: ${textOf(error)}`)
            return handle(error, reply)
          })
        }
        for (const [way, add] of Object.entries(ways)) {
          for (const [what, make] of Object.entries(errors)) {
            add(scope, `/${[handler, way, what].map(slug).join('/')}`, make)
          }
        }
      })
    }
    oddScopes(app, note)
    app.register(
      async (scope) => {
        scope.setErrorHandler((error: Error, request, reply) => {
          note(request, `outer handler: ${textOf(error)}`)
          reply.code(500).send({ outer: textOf(error) })
        })
        oddScopes(scope, note)
      },
      { prefix: '/below' },
    )
  },
  cases: asks,
}
