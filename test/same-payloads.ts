import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyReply } from 'fastify'
import { type Ask, type Group, noteHooks, slug } from './same-socket.ts'

const circular: Record<string, unknown> = {}
circular.self = circular

/** What `reply.send()` takes, and what it does not; not what ends the process, such as a stream of objects. */
const payloads: Record<string, () => unknown> = {
  'an object': () => ({ a: 1 }),
  'an object with toJSON': () => ({ toJSON: () => ({ b: 2 }) }),
  'an object without a prototype': () => Object.assign(Object.create(null), { c: 3 }),
  'an array': () => [1, 2],
  'a date': () => new Date(0),
  'a map': () => new Map([[1, 2]]),
  'a number': () => 7,
  'not a number': () => Number.NaN,
  'a big number': () => 12n,
  true: () => true,
  false: () => false,
  'a text': () => 'text',
  'a long text': () => 'ä'.repeat(50_000),
  'the empty text': () => '',
  'a buffer': () => Buffer.from('bytes'),
  'an empty buffer': () => Buffer.alloc(0),
  'a typed array': () => new Uint16Array([1, 2, 3]),
  'a view': () => new DataView(new ArrayBuffer(4)),
  'an array buffer': () => new Uint8Array([65, 66]).buffer,
  null: () => null,
  undefined: () => undefined,
  'a symbol': () => Symbol('s'),
  'a function': () => () => 1,
  'a circle': () => circular,
  'an error': () => Object.assign(new Error('as a payload'), { statusCode: 409 }),
  'a promise': () => Promise.resolve('later'),
  'a stream': () => Readable.from(['one', 'two']),
  'an empty stream': () => Readable.from([]),
  'a stream of a file': () => createReadStream(fileURLToPath(import.meta.url)),
  'a stream of no file': () => createReadStream('/nowhere/at/all'),
  'a stream that fails midway': () => failing(),
  'a web stream': () => new Response('web').body,
  'a web stream that fails midway': () => Readable.toWeb(failing()),
  'a response': () => new Response('response', { status: 201, headers: { 'x-from': 'response' } }),
  'an empty response': () => new Response(null, { status: 204 }),
  'a response that was read': () => readResponse,
  'a blob': () => new Blob(['blob']),
}
const readResponse = new Response('read')
await readResponse.text()

function failing(): Readable {
  return Readable.from(
    (async function* () {
      yield 'the beginning'
      await sleep(5)
      throw new Error('broken midway')
    })(),
  )
}

const sends: Record<string, Ask> = {}
for (const what of Object.keys(payloads)) {
  const path = slug(what)
  sends[`reply.send() of ${what}`] = { path: `/sync/${path}` }
  sends[`HEAD for ${what}`] = { method: 'HEAD', path: `/sync/${path}` }
  sends[`a promise of ${what}`] = { path: `/async/${path}` }
  sends[`reply.send() of ${what} as text`] = { path: `/typed/${path}` }
}

export const payloadGroup: Group = {
  name: 'an answer that is',
  // A handler whose answer cannot be sent is answered for by this.
  server: { handlerTimeout: 1500 },
  build(app, note) {
    noteHooks(app, 'app', note)
    for (const [what, make] of Object.entries(payloads)) {
      const path = slug(what)
      app.get(`/sync/${path}`, (_request, reply) => reply.send(make()))
      app.get(`/async/${path}`, async (_request, reply) => make() ?? reply.send(make()))
      app.get(`/typed/${path}`, (_request, reply) => reply.type('text/plain').send(make()))
    }
  },
  cases: sends,
}

type Use = (reply: FastifyReply) => unknown

/** What a reply can do besides. */
const uses: Record<string, Use> = {
  'code and header': (reply) => reply.code(201).header('x-a', 'b').send('a'),
  'status 204 with a payload': (reply) => reply.code(204).send({ a: 1 }),
  'status 304': (reply) => reply.code(304).send(),
  'status 599': (reply) => reply.code(599).send('odd'),
  'a status that is none': (reply) => reply.code(1000).send('odd'),
  'headers, set, read and removed': (reply) => {
    reply.headers({ 'x-one': '1', 'x-two': '2' }).removeHeader('x-one')
    return reply.send({
      has: reply.hasHeader('x-two'),
      all: Object.keys(reply.getHeaders()).includes('x-two'),
    })
  },
  'several cookies': (reply) => reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2').send('a'),
  'a header that is none': (reply) => reply.header('x-bad', 'a\nb').send('a'),
  'a content length': (reply) => reply.header('content-length', 3).send('abc'),
  'a type with its charset': (reply) => reply.type('application/hal+json').send({ a: 1 }),
  'a text of type json': (reply) => reply.type('application/json').send('{"a":1}'),
  'a redirect': (reply) => reply.redirect('/else/where?a=b'),
  'a redirect for good': (reply) => reply.redirect('https://example.com/ä', 308),
  'a serializer': (reply) => reply.serializer(() => 'own').send({ a: 1 }),
  'a serializer that throws': (reply) =>
    reply
      .serializer(() => {
        throw new Error('in the serializer')
      })
      .send({ a: 1 }),
  'reply.serialize()': (reply) => reply.type('application/json').send(reply.serialize({ a: 1 })),
  'a trailer': (reply) => {
    reply.trailer('x-sum', async () => 'abc')
    return reply.send('with a trailer')
  },
  'trailers by callback and promise, one of which fails': (reply) => {
    reply.trailer('x-a', (_reply, _payload, done) => done(null, 'a'))
    reply.trailer('x-b', async () => Promise.reject(new Error('no trailer')))
    return reply.send(Readable.from(['stream']))
  },
  'a time so far': (reply) => reply.send({ known: reply.elapsedTime >= 0, sent: reply.sent }),
  'a second send': (reply) => {
    reply.send('first')
    return reply.send('second')
  },
  'no handler found': (reply) => reply.callNotFound(),
  'bytes of its own': (reply) => {
    reply.raw.writeHead(200, { 'content-length': '3' })
    reply.raw.end('raw')
  },
  'bytes of its own, and a send': (reply) => {
    reply.raw.write('raw')
    return reply.send('more')
  },
  'early hints': (reply) => {
    reply.raw.writeEarlyHints({ 'x-hint': 'early' })
    return reply.send('later')
  },
  hijacked: (reply) => {
    reply.hijack()
    setTimeout(() => reply.raw.end('hijacked'), 2)
  },
  'hijacked, and cut off': (reply) => {
    reply.hijack()
    setTimeout(() => reply.raw.destroy(), 2)
  },
  'hijacked, and sent': (reply) => {
    reply.hijack().send('not this')
    reply.raw.end('hijacked')
  },
  'hijacked on the bare socket': (reply) => {
    reply.hijack()
    reply.raw.socket?.end('HTTP/1.1 200 OK\r\n\r\nbare')
  },
  'sent later': (reply) => void setTimeout(() => reply.send('later'), 2),
  'waited for': async (reply) => {
    setTimeout(() => reply.send('waited for'), 2)
    await reply
  },
  'sent in a microtask': (reply) => void queueMicrotask(() => reply.send('micro')),
  'a stream in a response with headers': (reply) =>
    reply.header('x-a', 'b').send(new Response(new Blob(['x']).stream(), { status: 203 })),
}

export const replyGroup: Group = {
  name: 'a reply with',
  server: { handlerTimeout: 1500 },
  build(app, note) {
    noteHooks(app, 'app', note, true)
    for (const [what, use] of Object.entries(uses)) {
      app.get(`/sync/${slug(what)}`, (_request, reply) => void use(reply))
      app.get(`/async/${slug(what)}`, async (_request, reply) => {
        await use(reply)
        return reply
      })
    }
  },
  cases: Object.fromEntries(
    Object.keys(uses).flatMap((what) => {
      const path = slug(what)
      return [
        [what, { path: `/sync/${path}` }],
        [`${what}, in a promise`, { path: `/async/${path}` }],
        [`${what}, for HEAD`, { method: 'HEAD', path: `/sync/${path}` }],
      ]
    }),
  ),
}
