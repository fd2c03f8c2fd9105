import { once } from 'node:events'
import { type ClientHttp2Stream, constants } from 'node:http2'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { buildEndings } from './same-endings.ts'
import { closed, type Http2Talk } from './same-http2.ts'
import type { Group, Note } from './same-socket.ts'

const json = { 'content-type': 'application/json' }

type Leave = (talk: Http2Talk, stream: ClientHttp2Stream) => void

const leaves: Record<string, Leave> = {
  'cancels its stream': (_talk, stream) => stream.close(constants.NGHTTP2_CANCEL),
  'ends its stream without an error': (_talk, stream) => stream.close(constants.NGHTTP2_NO_ERROR),
  'destroys its session': ({ session }) => session.destroy(),
  'goes away with an error': ({ session }) => session.goaway(constants.NGHTTP2_INTERNAL_ERROR),
}

/** Every way to leave, at every moment. */
function leaving(): Group<Http2Talk>['cases'] {
  const moments: Record<string, (talk: Http2Talk) => Promise<ClientHttp2Stream>> = {
    'in the body': async ({ ask, noted }) => {
      const stream = ask({ method: 'POST', path: '/echo', headers: json, body: '{"a":', length: 1000 })
      await noted('app preParsing')
      return stream
    },
    ...Object.fromEntries(
      ['/later', '/never', '/hijacked', '/signal'].map((path) => [
        `while ${path} works`,
        async ({ ask, noted }: Http2Talk) => {
          const stream = ask({ path, headers: { 'x-leaves': '1' } })
          await noted('handler')
          return stream
        },
      ]),
    ),
    'while a hook works': async ({ ask, noted }) => {
      const stream = ask({ path: '/hook' })
      await noted('hook')
      return stream
    },
  }
  return Object.fromEntries(
    Object.entries(moments).flatMap(([moment, begin]) =>
      Object.entries(leaves).map(([how, leave]) => [
        `that ${how} ${moment}`,
        async (talk: Http2Talk) => {
          const stream = await begin(talk)
          leave(talk, stream)
          await closed(stream)
          await talk.quiet()
        },
      ]),
    ),
  )
}

/** Streams of unknown length: what the client got by then is a matter of chance, so it is not compared. */
const inStreams: Group<Http2Talk>['cases'] = Object.fromEntries(
  ['/stream', '/web', '/events'].flatMap((path) =>
    Object.entries(leaves).map(([how, leave]) => [
      `that ${how} in ${path}`,
      async (talk: Http2Talk) => {
        const stream = talk.ask({ path })
        await once(stream, 'data')
        leave(talk, stream)
        await talk.noted(path === '/events' ? 'response closed' : 'stream closed')
        await talk.quiet()
        talk.received = () => ''
      },
    ]),
  ),
)

export const http2LeavingGroup: Group<Http2Talk> = {
  name: 'a client',
  mayMiss: true,
  build: buildEndings,
  cases: {
    ...leaving(),
    ...inStreams,
    'whose connection is cut': { path: '/destroy' },
    'that asks for several things at once': async ({ ask }) => {
      const paths = ['/later', '/ok', '/nowhere', '/later', '/ok']
      const streams = paths.map((path, i) => ask({ path, headers: { 'x-case': `several ${i}` } }))
      await Promise.all(streams.map(closed))
    },
    'that cancels one of several': async ({ ask, noted, quiet }) => {
      const stream = ask({ path: '/never' })
      const other = ask({ path: '/later', headers: { 'x-case': 'the other' } })
      await noted('handler')
      stream.close(constants.NGHTTP2_CANCEL)
      await Promise.all([stream, other].map(closed))
      await quiet()
    },
    'that says goodbye and waits for its answer': async ({ ask, session, noted }) => {
      const stream = ask({ path: '/later' })
      await noted('handler')
      session.close()
      await closed(stream)
    },
    'that sends a body in pieces': async ({ ask, noted }) => {
      const stream = ask({ method: 'POST', path: '/echo', headers: json, body: '{"a"', length: 7 })
      await noted('app preParsing')
      stream.end(':1}')
      await closed(stream)
    },
    'that waits to be asked for its body': async ({ ask }) => {
      const headers = { ...json, expect: '100-continue' }
      const stream = ask({ method: 'POST', path: '/echo', headers, body: '', length: 7 })
      await once(stream, 'continue')
      stream.end('{"a":1}')
      await closed(stream)
    },
  },
}

export const http2LimitGroup: Group<Http2Talk> = {
  name: 'handlerTimeout, a request',
  server: { handlerTimeout: 500 },
  build: buildEndings,
  cases: {
    'that never answers': { path: '/never' },
    'that listens to its signal': { path: '/signal' },
    'that answers in time': { path: '/ok' },
  },
}

/** Closing closes the application, so each case has one of its own. */
const closings: Record<string, (talk: Http2Talk) => Promise<void>> = {
  'with a request at work': async ({ ask, noted, app, session }) => {
    const stream = ask({ path: '/later' })
    await noted('handler')
    const closing = app.close()
    await closed(stream)
    session.close()
    await closing
  },
  'with an idle session': async ({ ask, app, session }) => {
    await closed(ask({ path: '/ok' }))
    const closing = app.close()
    session.close()
    await closing
  },
}

export const http2ClosingGroups: readonly Group<Http2Talk>[] = [false, true].flatMap((force) =>
  Object.entries(closings).map(([name, close]) => ({
    name: `closing (forceCloseConnections: ${force})`,
    server: { forceCloseConnections: force } as FastifyServerOptions,
    build(app: FastifyInstance, note: Note) {
      buildEndings(app, note)
      const closing = { headers: { 'x-case': 'the application' } }
      app.addHook('preClose', async () => note(closing, 'preClose'))
      app.addHook('onClose', async () => note(closing, 'onClose'))
    },
    cases: { [name]: close },
  })),
)
