import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type Group, type Note, noteHooks, type Talk } from './same-socket.ts'

const upgrade = { connection: 'upgrade', upgrade: 'websocket' }
const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'

/** What `@fastify/websocket` does: the upgraded request goes through the router, whose route takes the socket. */
function upgradeThroughRouter(app: FastifyInstance): (request: IncomingMessage) => Duplex {
  const sockets = new WeakMap<IncomingMessage, Duplex>()
  const open = new Set<Duplex>()
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    if (head.length > 0) socket.unshift(head)
    open.add(socket)
    sockets.set(request, socket)
    const response = new ServerResponse(request)
    response.assignSocket(socket as never)
    response.on('finish', () => socket.end())
    app.routing(request, response)
  })
  // Else they would keep the server open.
  app.addHook('preClose', async () => {
    for (const socket of open) socket.end('closing')
  })
  return (request) => sockets.get(request)!
}

function build(app: FastifyInstance, note: Note): void {
  const socketOf = upgradeThroughRouter(app)
  noteHooks(app, 'app', note, true)
  app.get('/echo', (request, reply) => {
    note(request, 'handler')
    reply.hijack()
    const socket = socketOf(request.raw)
    socket.write(switching)
    socket.on('data', (message) => {
      note(request, `message ${message}`)
      if (`${message}` === 'bye') socket.end('bye')
      else socket.write(`echo ${message}`)
    })
    socket.on('end', () => socket.end())
    socket.on('close', () => note(request, 'socket closed'))
  })
  app.get('/later', async (request, reply) => {
    reply.hijack()
    const socket = socketOf(request.raw)
    await new Promise((resolve) => setTimeout(resolve, 5))
    note(request, 'handler')
    socket.end(switching)
  })
  app.get(
    '/refused',
    { preHandler: async (_request, reply) => reply.code(401).send({ refused: true }) },
    async () => 'never',
  )
  app.get('/answers', async () => 'no upgrade here')
  app.get('/fails', async () => Promise.reject(new Error('meant')))
  app.get('/fails-late', async (request, reply) => {
    reply.hijack()
    socketOf(request.raw).end(switching)
    throw new Error('meant')
  })
  app.get('/destroys', async (request, reply) => {
    reply.hijack()
    note(request, 'handler')
    socketOf(request.raw).destroy()
  })
}

const opened = async ({ ask, got }: Talk) => {
  ask({ path: '/echo', headers: upgrade })
  await got('101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
}

export const upgradeGroup: Group = {
  name: 'an upgrade',
  mayMiss: true,
  build,
  cases: {
    'that talks, and leaves': async (talk) => {
      await opened(talk)
      talk.send('one')
      await talk.got('echo one')
      talk.send('two')
      await talk.got('echo two')
      talk.leave()
      await talk.noted('socket closed')
    },
    'that is reset': async (talk) => {
      await opened(talk)
      talk.socket.resetAndDestroy()
      await talk.noted('socket closed')
    },
    'that has said all': async (talk) => {
      await opened(talk)
      talk.socket.end()
      await talk.noted('socket closed')
      await talk.closed()
    },
    'that the application ends': async (talk) => {
      await opened(talk)
      talk.send('bye')
      await talk.noted('socket closed')
      await talk.closed()
    },
    'that talks before it is let in': async ({ ask, got, noted, leave }) => {
      ask({ path: '/echo', headers: upgrade, body: 'early', length: 0 })
      await got('echo early')
      leave()
      await noted('socket closed')
    },
    'that is let in later': { path: '/later', headers: upgrade },
    'that a hook refuses': { path: '/refused', headers: upgrade },
    'that is answered': { path: '/answers', headers: upgrade },
    'whose handler fails': { path: '/fails', headers: upgrade },
    'whose handler fails when it has answered': { path: '/fails-late', headers: upgrade },
    'whose socket is destroyed': { path: '/destroys', headers: upgrade },
    'for no route': { path: '/nowhere', headers: upgrade },
    'with a method of no route': { method: 'POST', path: '/echo', headers: upgrade },
  },
}

export const upgradeClosingGroup: Group = {
  name: 'closing while an upgrade',
  build,
  cases: {
    'is open': async (talk) => {
      await opened(talk)
      await Promise.all([talk.app.close(), talk.closed()])
      await talk.noted('socket closed')
    },
  },
}
