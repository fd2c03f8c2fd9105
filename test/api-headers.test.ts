import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { type ApiApp, apiApp } from './api-app.ts'

/** What every answer of the dashboard must carry, written out once more so that a slip shows. */
const required = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
}

/** One request for each status an answer can have, and for each kind of content. */
const requests: readonly [
  status: number,
  method: HTTPMethods,
  url: string,
  extra?: Record<string, unknown>,
][] = [
  [302, 'GET', '/__profile'],
  [302, 'HEAD', '/__profile?x'],
  [200, 'GET', '/__profile/'],
  [200, 'HEAD', '/__profile/'],
  [200, 'GET', '/__profile/index.html'],
  [200, 'GET', '/__profile/assets/main.js'],
  [200, 'HEAD', '/__profile/assets/main.css'],
  [404, 'GET', '/__profile/assets/none.js'],
  [404, 'GET', '/__profile/.env'],
  [404, 'GET', '/__profile/api'],
  // A method that the application does not know goes past all routes.
  [405, 'PURGE', '/__profile/api/status'],
  [405, 'PATCH', '/__profile/api/status'],
  [405, 'OPTIONS', '/__profile/api/requests'],
  [405, 'DELETE', '/__profile'],
  [200, 'GET', '/__profile/api/status'],
  [200, 'HEAD', '/__profile/api/status'],
  [400, 'GET', '/__profile/api/status?x=1'],
  [200, 'POST', '/__profile/api/recording', { payload: { recording: true } }],
  [
    400,
    'POST',
    '/__profile/api/recording',
    { payload: '{', headers: { 'content-type': 'application/json' } },
  ],
  [
    403,
    'POST',
    '/__profile/api/recording',
    { payload: 'recording=true', headers: { 'content-type': 'text/plain' } },
  ],
  [413, 'POST', '/__profile/api/recording', { payload: { recording: 'x'.repeat(5000) } }],
  [415, 'PUT', '/__profile/api/requests/k1/pin', { payload: 'x', headers: { 'content-type': 'text/plain' } }],
  [200, 'DELETE', '/__profile/api/requests'],
  [200, 'GET', '/__profile/api/routes'],
  [200, 'GET', '/__profile/api/requests'],
  [200, 'GET', '/__profile/api/requests/k1'],
  [404, 'GET', '/__profile/api/requests/zz'],
  [200, 'GET', '/__profile/api/requests/k1/chart'],
  [404, 'GET', '/__profile/api/requests/zz/chart'],
  [200, 'PUT', '/__profile/api/requests/k1/pin'],
  [200, 'DELETE', '/__profile/api/requests/k1/pin'],
  [200, 'GET', '/__profile/api/profile?request=k1'],
  [200, 'GET', '/__profile/api/profile?request=k1&format=cpuprofile'],
  [200, 'GET', '/__profile/api/profile?request=k1&format=text'],
  [200, 'HEAD', '/__profile/api/events'],
  [403, 'GET', '/__profile/api/status', { remoteAddress: '10.0.0.9' }],
  [403, 'PURGE', '/__profile/nothing', { remoteAddress: '10.0.0.9' }],
  [403, 'GET', '/__profile/', { headers: { host: 'evil.example' } }],
  [403, 'GET', '/__profile/nothing', { headers: { 'sec-fetch-site': 'cross-site' } }],
]

async function eachAnswer(
  api: ApiApp,
  check: (headers: Record<string, unknown>, what: string, status: number) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  for (const [status, method, url, extra] of requests) {
    const own = (extra?.headers ?? {}) as Record<string, string>
    const response = await api.app.inject({
      method: method as 'GET',
      url,
      ...extra,
      headers: { ...headers, ...own },
    })
    const what = `${method} ${url} ${response.statusCode}`
    if (Object.keys(headers).length === 0)
      assert.equal(response.statusCode, status, `${what} ${response.body}`)
    check(response.headers, what, response.statusCode)
  }
  const stream = await api.app.inject({ url: '/__profile/api/events', payloadAsStream: true, headers })
  check(stream.headers, 'events', stream.statusCode)
  stream.stream().destroy()
}

const onlyOwn = (headers: Record<string, unknown>, what: string): void => {
  for (const [name, value] of Object.entries(required)) assert.equal(headers[name], value, `${what}: ${name}`)
  const open = Object.keys(headers).filter((name) =>
    /^access-control|report-only|^set-cookie|^x-powered/.test(name),
  )
  assert.deepEqual(open, [], what)
  assert.match(
    String(headers['content-type'] ?? 'none'),
    /^(application\/(json|javascript)|text\/(html|plain|css|javascript|event-stream)); charset=utf-8$|^none$/i,
    what,
  )
}

describe('headers', () => {
  test('are on every answer, whatever its status', async (t) => {
    await eachAnswer(await apiApp(t), onlyOwn)
  })

  test('errors have the one form and tell nothing', async (t) => {
    const api = await apiApp(t)
    for (const [status, method, url, extra] of requests) {
      if (status < 400 || method === 'HEAD') continue
      const body = (await api.app.inject({ method: method as 'GET', url, ...extra })).json()
      assert.deepEqual(Object.keys(body).sort(), ['code', 'error', 'message', 'statusCode'], url)
      assert.equal(body.statusCode, status)
      assert.match(body.code, /^FST_PROFILER_[A-Z_]+$/)
      assert.doesNotMatch(body.message, /\n|node_modules|\.ts|\/tmp|\/home/)
    }
  })

  test('downloads are told apart from what is looked at', async (t) => {
    const { app } = await apiApp(t)
    const named = async (format: string): Promise<string> =>
      String(
        (await app.inject(`/__profile/api/profile?request=k1&format=${format}`)).headers[
          'content-disposition'
        ],
      )
    assert.match(
      await named('json'),
      /^inline; filename="[\w.-]*GET-users-id[\w.-]*2026-11-22[\w.-]*\.json"$/,
    )
    assert.match(
      await named('cpuprofile'),
      /^attachment; filename="[\w.-]*GET-users-id[\w.-]*2026-11-22[\w.-]*\.cpuprofile"$/,
    )
    assert.match(await named('text'), /^attachment; filename="[\w.-]+\.txt"$/)
    assert.match(await named('collapsed'), /^attachment; filename="[\w.-]+\.txt"$/)
  })
})

/** What `@fastify/cors` with `origin: true, credentials: true` does to answers, and to preflights. */
function openCors(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('access-control-allow-origin', request.headers.origin ?? '*')
    reply.header('access-control-allow-credentials', 'true')
    reply.raw.setHeader('access-control-expose-headers', 'x-anything')
  })
  app.options('*', async (_request, reply) =>
    reply.header('access-control-allow-methods', '*').code(204).send(),
  )
}

/** What Express middleware does to answers, in a Fastify older than 5.12, whose replies know nothing of the response. */
function olderMiddleware(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.raw.setHeader('Access-Control-Allow-Origin', '*')
    reply.raw.setHeader('Content-Security-Policy', "default-src 'self'")
    reply.raw.setHeader('Content-Security-Policy-Report-Only', "default-src 'self'")
    const key = Object.getOwnPropertySymbols(reply).find((s) => s.description === 'fastify.reply.headers')!
    const headers = (reply as unknown as Record<symbol, Record<string, unknown>>)[key]
    reply.removeHeader = (name) => {
      delete headers[name.toLowerCase()]
      return reply
    }
  })
}

/** What a helmet-like plugin, a tracker and a careless hook do. */
function otherPlugins(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', "default-src * 'unsafe-inline'")
    reply.header('content-security-policy-report-only', 'default-src *')
    reply.header('cache-control', 'public, max-age=3600')
    reply.header('x-frame-options', 'SAMEORIGIN')
    reply.header('access-control-allow-origin', '*')
    reply.header('Access-Control-Allow-Private-Network', 'true')
  })
}

describe('plugins of the application', () => {
  const at = async (
    t: TestContext,
    when: 'before' | 'after',
    plugin: (app: FastifyInstance) => void,
  ): Promise<ApiApp> => apiApp(t, { [when]: plugin })
  const wrapped = (plugin: (app: FastifyInstance) => void) => (app: FastifyInstance) => {
    // As `fastify-plugin` makes them: registered, yet on the same instance.
    const register = Object.assign(async () => plugin(app), { [Symbol.for('skip-override')]: true })
    app.register(register)
  }

  for (const when of ['before', 'after'] as const) {
    for (const [what, plugin] of [
      ['CORS', openCors],
      ['older middleware', olderMiddleware],
      ['others', otherPlugins],
    ] as const) {
      test(`${what}, registered ${when} it, open nothing`, async (t) => {
        await eachAnswer(await at(t, when, plugin), onlyOwn)
      })
      test(`${what}, registered ${when} it as a plugin, open nothing`, async (t) => {
        const api = await at(t, when, wrapped(plugin))
        await eachAnswer(api, onlyOwn)
        assert.ok(Object.keys((await api.app.inject('/app')).headers).includes('access-control-allow-origin'))
      })
    }
  }

  test('hooks find the values that requests and replies were decorated with, also later than it', async (t) => {
    const api = await at(
      t,
      'after',
      wrapped((app) => {
        app.decorateRequest('circuit', 0)
        app.decorateReply('user', null)
        app.addHook('onSend', async (request, reply) => {
          const { circuit } = request as unknown as { circuit: unknown }
          assert.deepEqual([circuit, (reply as unknown as { user: unknown }).user], [0, null], request.url)
        })
      }),
    )
    await eachAnswer(api, onlyOwn)
  })

  test('what an earlier hook has set on requests and replies stays', async (t) => {
    const api = await apiApp(t, {
      before(app) {
        app.addHook('onRequest', async (request, reply) => {
          Object.assign(request, { user: 1 })
          Object.assign(reply, { user: 2 })
        })
      },
      after: wrapped((app) => {
        app.decorateRequest('user', null)
        app.decorateReply('user', null)
        app.addHook('onSend', async (request, reply) => {
          const users = [request, reply].map((one) => (one as unknown as { user: unknown }).user)
          assert.deepEqual(users, [1, 2], request.url)
        })
      }),
    })
    await eachAnswer(api, onlyOwn)
  })

  test('a preflight from another site is refused', async (t) => {
    const api = await apiApp(t, { before: openCors })
    const preflight = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    for (const url of [
      '/__profile/api/recording',
      '/__profile/api/requests',
      '/__profile/api/requests/k1/pin',
      '/__profile/x',
    ]) {
      const response = await api.app.inject({ method: 'OPTIONS', url, headers: preflight })
      assert.equal(response.statusCode, 403, url)
      onlyOwn(response.headers, url)
    }
    assert.equal(
      (await api.app.inject({ method: 'OPTIONS', url: '/app', headers: preflight })).statusCode,
      204,
    )
  })

  test('serializers, parsers and hooks of the application have no say', async (t) => {
    const api = await apiApp(t, {
      fastify: { routerOptions: { querystringParser: () => ({ hacked: '1' }) } },
      before(app) {
        app.setReplySerializer(() => '"replaced"')
        app.addHook('preSerialization', async () => ({ replaced: true }))
        app.setErrorHandler((_error, _request, reply) => reply.code(500).send('replaced'))
        app.setNotFoundHandler((_request, reply) => reply.code(500).send('replaced'))
        app.addHook('onError', async () => assert.fail('an own refusal is no error of the application'))
        app.removeAllContentTypeParsers()
        app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, _body, done) =>
          done(null, { recording: 'replaced' }),
        )
        app.setValidatorCompiler(() => () => ({ error: new Error('replaced') }))
      },
    })
    const status = await api.app.inject('/__profile/api/status')
    assert.equal(status.json().version, '0.1.0')
    const stopped = await api.app.inject({
      method: 'POST',
      url: '/__profile/api/recording',
      payload: { recording: false },
    })
    assert.equal(stopped.json().recording, false)
    assert.equal((await api.app.inject('/__profile/api/requests?limit=2')).json().requests.length, 2)
    assert.equal(
      (await api.app.inject('/__profile/api/requests?limit=x')).json().code,
      'FST_PROFILER_BAD_PARAMETER',
    )
    assert.equal((await api.app.inject('/__profile/none')).json().code, 'FST_PROFILER_NOT_FOUND')
  })

  test('a refusal by a hook of the application keeps its status and not its words', async (t) => {
    const { app } = await apiApp(t, {
      before(app) {
        app.addHook('preHandler', async () => {
          throw Object.assign(new Error('token of /home/someone expired'), {
            statusCode: 401,
            code: 'APP_EXPIRED',
          })
        })
      },
    })
    const response = await app.inject('/__profile/api/status')
    assert.deepEqual(response.json(), {
      statusCode: 401,
      code: 'FST_PROFILER_REFUSED',
      error: 'Unauthorized',
      message: 'a hook of the application refused the request',
    })
    onlyOwn(response.headers, 'refused')
  })

  test('a failure is logged, and told without its words', async (t) => {
    const lines: string[] = []
    const logger = { level: 'info', stream: { write: (line: string) => lines.push(line) } }
    const { app, backend } = await apiApp(t, { fastify: { logger } })
    await app.inject('/__profile/api/requests')
    await app.inject('/__profile/api/none')
    assert.deepEqual(lines, [], 'own routes do not log')
    backend.fails = true
    const response = await app.inject('/__profile/api/status')
    assert.deepEqual([response.statusCode, response.json().code], [500, 'FST_PROFILER_FAILED'])
    assert.doesNotMatch(response.body, /home|status at/)
    assert.match(lines.join(''), /no status at \/home\/someone\/app/)
    // What could not be brought up to date is answered from what there is.
    assert.equal((await app.inject('/__profile/api/routes')).statusCode, 200)
  })
})
