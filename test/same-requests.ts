import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Ask, type Group, noteHooks, textOf } from './same-socket.ts'

const json = { 'content-type': 'application/json' }
const ofType = (type: string, body = 'some text'): Ask => ({
  method: 'POST',
  path: '/echo',
  headers: { 'content-type': type },
  body,
})
const chunked = (type: string, ...chunks: string[]): Ask => ({
  method: 'POST',
  path: '/echo',
  headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
  length: 0,
  body: `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
})

/** Bodies of all kinds, read by parsers of all kinds, and refused. */
export const bodyGroup: Group = {
  name: 'a body:',
  server: { bodyLimit: 1000 },
  build(app, note) {
    noteHooks(app, 'app', note, true)
    app.addContentTypeParser('text/upper', { parseAs: 'string' }, (_request, text, done) =>
      done(null, String(text).toUpperCase()),
    )
    app.addContentTypeParser('text/bytes', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) =>
      bytes.toString('hex'),
    )
    app.addContentTypeParser('text/later', async (_request: unknown, payload: Readable) => {
      await sleep(2)
      return (await payload.toArray()).join('')
    })
    app.addContentTypeParser(
      /^application\/.*\+json$/,
      { parseAs: 'string' },
      app.getDefaultJsonParser('remove', 'remove'),
    )
    app.addContentTypeParser('text/fail', (_request, _payload, done) => done(new Error('unreadable')))
    app.addContentTypeParser('text/throw', () => {
      throw new Error('thrown')
    })
    app.addContentTypeParser('text/reject', async () =>
      Promise.reject(Object.assign(new Error('no'), { statusCode: 422 })),
    )
    app.addContentTypeParser('text/limited', { parseAs: 'string', bodyLimit: 5 }, (_request, text, done) =>
      done(null, text),
    )
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      app.route({
        method,
        url: '/echo',
        handler: async (request) => {
          note(request, `handler ${textOf(request.body)}`)
          return { body: request.body ?? 'none' }
        },
      })
    }
    app.get('/echo', async (request) => ({ body: request.body ?? 'none' }))
    app.post('/limited', { bodyLimit: 10 }, async () => 'small enough')
    app.post(
      '/unread',
      { preParsing: async (_request, reply) => reply.code(202).send('unread') },
      async () => 'never',
    )
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser(
        '*',
        { parseAs: 'string' },
        async (_request: unknown, text: string) => `any: ${text}`,
      )
      scope.post('/any', async (request) => request.body)
    })
  },
  cases: {
    'an object': { method: 'POST', path: '/echo', headers: json, body: '{"a":1}' },
    'with PUT': { method: 'PUT', path: '/echo', headers: json, body: '{"a":1}' },
    'with PATCH': { method: 'PATCH', path: '/echo', headers: json, body: '{"a":1}' },
    'with DELETE': { method: 'DELETE', path: '/echo', headers: json, body: '{"a":1}' },
    'none with DELETE': { method: 'DELETE', path: '/echo' },
    'with OPTIONS': { method: 'OPTIONS', path: '/echo', headers: json, body: '{"a":1}' },
    'with GET': { path: '/echo', headers: json, body: '{"a":1}' },
    'none with POST': { method: 'POST', path: '/echo' },
    'none of type json': { method: 'POST', path: '/echo', headers: json },
    'of length 0': { method: 'POST', path: '/echo', headers: { ...json, 'content-length': '0' } },
    'cut off': ofType('application/json', '{"a"'),
    'with __proto__': ofType('application/json', '{"__proto__":{"a":1}}'),
    'with a constructor': ofType('application/json', '{"constructor":{"prototype":{}}}'),
    null: ofType('application/json', 'null'),
    'with a byte order mark': ofType('application/json', '\xef\xbb\xbf{"a":1}'),
    'with a charset': ofType('application/json; charset=utf-8', '{"a":1}'),
    'of a type in capitals': ofType('Application/JSON', '{"a":1}'),
    'of plain text': ofType('text/plain'),
    'of a type like json': ofType('application/hal+json', '{"a":1,"__proto__":1}'),
    'of no type': { method: 'POST', path: '/echo', body: 'x' },
    'of a type that is none': ofType(';;'),
    'of an unknown type': ofType('image/unknown'),
    'of a form': ofType('application/x-www-form-urlencoded', 'a=1&b=2'),
    'parsed as text': ofType('text/upper'),
    'parsed as bytes': ofType('text/bytes'),
    'parsed by promise': ofType('text/later'),
    'that cannot be parsed': ofType('text/fail'),
    'whose parser throws': ofType('text/throw'),
    'whose parser rejects': ofType('text/reject'),
    'too long for its parser': ofType('text/limited'),
    'too long for its route': {
      method: 'POST',
      path: '/limited',
      headers: json,
      body: '{"long":"long enough"}',
    },
    'too long for the application': ofType('text/plain', 'x'.repeat(1001)),
    'of a length that says too much': { method: 'POST', path: '/echo', headers: json, length: 5000 },
    'that nobody reads': { method: 'POST', path: '/unread', headers: json, body: '{"a":1}' },
    'of any type': { method: 'POST', path: '/any', headers: { 'content-type': 'un/known' }, body: 'x' },
    'in chunks': chunked('application/json', '{"a"', ':1}'),
    'in chunks, too long': chunked('text/plain', 'x'.repeat(600), 'x'.repeat(600)),
    'in chunks of no type': chunked(''),
    'that comes slowly': async ({ send, closed }) => {
      send('POST /echo HTTP/1.1\r\nhost: localhost\r\nx-case: that%20comes%20slowly\r\nconnection: close\r\n')
      send('content-type: application/json\r\ncontent-length: 7\r\n\r\n')
      for (const byte of '{"a":1}') {
        await sleep(1)
        send(byte)
      }
      await closed()
    },
    'that waits to be asked for': async ({ ask, send, got, closed }) => {
      ask({ method: 'POST', path: '/echo', headers: { ...json, expect: '100-continue' }, length: 7 })
      await got('100 Continue')
      send('{"a":1}')
      await closed()
    },
    'that expects something else': {
      method: 'POST',
      path: '/echo',
      headers: { ...json, expect: 'else' },
      body: '1',
    },
  },
}

const object = { type: 'object', required: ['a'], properties: { a: { type: 'number' } } }

/** Which route a request is given to, by path, method, version, host and more; and schemas. */
export const routeGroup: Group = {
  name: 'a request for',
  mayMiss: true,
  server: {
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: 20,
      caseSensitive: false,
      ignoreDuplicateSlashes: true,
    },
  },
  build(app, note) {
    noteHooks(app, 'app', note)
    app.decorateRequest('mark', '')
    app.decorateReply('teapot', function (this: FastifyReply) {
      return this.code(418)
    })
    app.get('/users/:id', async (request) => ({ params: request.params, pattern: request.routeOptions.url }))
    app.get('/users/me', async () => 'me')
    app.get('/files/*', async (request) => request.params)
    app.get('/number/:n(^\\d+$)', async (request) => request.params)
    app.get('/optional/:what?', async (request) => request.params)
    app.get('/query', async (request) => request.query)
    app.get('/config', { config: { a: 1 } }, async (request) => request.routeOptions.config)
    app.route({ method: ['GET', 'PUT'], url: '/both', handler: async (request) => request.method })
    app.all('/all', async (request) => request.method)
    app.route({
      method: 'HEAD',
      url: '/head',
      handler: (_request, reply) => void reply.header('x-own', 'head').send(),
    })
    app.get('/nohead', { exposeHeadRoute: false }, async () => 'a')
    for (const version of ['1.2.0', '2.0.0']) {
      app.get('/versions', { constraints: { version } }, async () => version)
    }
    app.get('/host', { constraints: { host: 'a.example' } }, async () => 'a')
    app.get('/host', { constraints: { host: /^.*\.b\.example$/ } }, async () => 'b')
    app.get('/teapot', async (_request, reply) =>
      (reply as never as { teapot(): typeof reply }).teapot().send('tea'),
    )
    app.get('/checked', { schema: { querystring: object } }, async (request) => request.query)
    app.get('/attached', { schema: { querystring: object }, attachValidation: true }, async (request) => ({
      error: request.validationError?.message,
    }))
    app.get(
      '/out',
      { schema: { response: { 200: object, '4xx': { type: 'object', properties: { b: {} } } } } },
      async () => ({
        a: 1,
        secret: 2,
      }),
    )
    app.get('/out/wrong', { schema: { response: { 200: object } } }, async () => ({ secret: 2 }))
    app.get(
      '/validator',
      {
        schema: { querystring: object },
        validatorCompiler: () => () => ({ error: new Error('by a validator of its own') }),
      },
      async () => 'valid',
    )
    app.get(
      '/serializer',
      {
        schema: { response: { 200: object } },
        serializerCompiler: () => (data) => `own ${JSON.stringify(data)}`,
      },
      async () => ({ a: 1 }),
    )
    app.register(
      async (scope) => {
        noteHooks(scope, 'scope', note, true)
        scope.addHook('onRequest', async (request) => {
          Object.assign(request, { mark: 'scope' })
        })
        scope.setNotFoundHandler(
          { preHandler: async (request: FastifyRequest) => note(request, 'before not found') },
          async (request, reply) => reply.code(404).send({ missing: request.url }),
        )
        scope.get('/', async (request) => ({ mark: (request as never as { mark: string }).mark }))
        scope.get('/gone', (_request, reply) => reply.callNotFound())
      },
      { prefix: '/scope' },
    )
    app.register(
      async (scope) => {
        scope.get('', async () => 'no slash')
        scope.get('/deep/:a/:b', async (request) => request.params)
      },
      { prefix: '/prefix/:tenant' },
    )
  },
  cases: Object.fromEntries(
    (
      [
        '/users/7',
        '/users/me',
        '/users/a%20b',
        '/users/%zz',
        `/users/${'x'.repeat(30)}`,
        '/USERS/7',
        '/users/7/',
        '//users//7',
        '/files/a/b.txt',
        '/files/',
        '/number/12',
        '/number/x',
        '/optional',
        '/optional/a',
        '/query?a=1&a=2&b=%C3%A4',
        '/query?__proto__=1',
        '/config',
        '/both',
        'PUT /both',
        'POST /both',
        '/all',
        'PURGE /all',
        'TRACE /all',
        'HEAD /all',
        'HEAD /users/7',
        'HEAD /head',
        'HEAD /nohead',
        'HEAD /nowhere',
        'OPTIONS /users/7',
        '/versions',
        '/versions accept-version: 1.x',
        '/versions accept-version: 2.0.0',
        '/versions accept-version: 3.x',
        '/versions accept-version: nonsense',
        '/host',
        '/host host: a.example',
        '/host host: x.b.example',
        '/host host: c.example',
        '/teapot',
        '/checked?a=1',
        '/checked?a=x',
        '/checked',
        '/attached?a=x',
        '/out',
        '/out/wrong',
        '/validator?a=1',
        '/serializer',
        '/nowhere',
        'POST /nowhere',
        'DELETE /users/7',
        '/scope',
        '/scope/',
        '/scope/nowhere',
        '/scope/gone',
        'HEAD /scope/gone',
        '/prefix/t',
        '/prefix/t/deep/1/2',
        '/__profil',
        '/',
        '/?a',
        '/%2e%2e/users/7',
        '/users/7;a=b',
      ] as const
    ).map((line) => {
      const [, method = 'GET', path, name, value] = /^(?:([A-Z]+) )?(\S+)(?: (\S+): (.*))?$/.exec(line)!
      return [line, { method, path, ...(name && { headers: { [name]: value } }) }]
    }),
  ),
}
