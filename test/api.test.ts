import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { HTTPMethods, InjectOptions } from 'fastify'
import { unpack } from '../dashboard/model/unpack.ts'
import { paths } from '../plugin/model/wire/paths.ts'
import type { ProfilerOptions } from '../plugin/options/index.ts'
import { isOwnRequest } from '../plugin/requests/own.ts'
import { apiApp } from './api-app.ts'
import { plain } from './plain.ts'
import { readPprof } from './read-pprof.ts'

async function client(t: TestContext, options?: ProfilerOptions) {
  const { app, backend } = await apiApp(t, { options })
  const ask = async (method: HTTPMethods, path: string, rest: InjectOptions = {}) => {
    const response = await app.inject({ method: method as 'GET', url: `/__profile/${path}`, ...rest })
    const json = String(response.headers['content-type']).startsWith('application/json')
    return {
      status: response.statusCode,
      body: json && response.body !== '' ? response.json() : response.body,
      headers: response.headers,
    }
  }
  return { ask, backend, app }
}

describe('reading', () => {
  test('status, routes, requests and one request are what the profiler says', async (t) => {
    const { ask, backend } = await client(t)
    assert.deepEqual((await ask('GET', paths.status)).body, backend.status())
    assert.deepEqual((await ask('GET', paths.routes)).body, {
      routes: JSON.parse(JSON.stringify(backend.routes())),
      noRequest: {
        causedMs: 0.5,
        longestBlockMs: 0.25,
        longestBlock: null,
        awaitedMs: 0,
        longestAwaited: null,
        queuedMs: 0,
        longestQueued: null,
      },
    })
    assert.deepEqual((await ask('GET', paths.requests)).body, { requests: backend.requests(), cursor: null })
    assert.deepEqual((await ask('GET', paths.request('k2'))).body, backend.request('k2'))
    assert.deepEqual((await ask('GET', paths.chart('k2'))).body, backend.chart('k2'))
    assert.equal((await ask('GET', paths.chart('none'))).body.code, 'FST_PROFILER_NOT_FOUND')
  })

  test('what ended before the call is there: all wait for it', async (t) => {
    for (const path of [
      paths.status,
      paths.routes,
      paths.requests,
      paths.request('k1'),
      paths.chart('k1'),
      `${paths.profile}?request=k1`,
      `${paths.source}?request=k1&file=app.js`,
    ]) {
      const { ask, backend } = await client(t)
      assert.equal((await ask('GET', path)).status, 200)
      assert.equal(backend.calls[0], 'flush', path)
    }
  })

  test('calls at the same time share the wait', async (t) => {
    const { ask, backend } = await client(t)
    await Promise.all(Array.from({ length: 50 }, () => ask('GET', paths.routes)))
    const flushes = backend.calls.filter((call) => call === 'flush').length
    assert.ok(flushes >= 1 && flushes < 25, `${flushes} flushes`)
  })

  test('the filter arrives as it was asked for', async (t) => {
    const { ask, backend } = await client(t)
    const query = 'route=GET%20%2Fusers%2F%3Aid&status=5xx&minMs=12.5&sort=slowest&limit=1000&cursor=abc%3D'
    await ask('GET', `${paths.requests}?${query}`)
    const filter = {
      route: 'GET /users/:id',
      status: '5xx',
      minMs: 12.5,
      sort: 'slowest',
      limit: 1000,
      cursor: 'abc=',
    }
    assert.equal(backend.calls.at(-1), `page ${JSON.stringify(filter)}`)
    // Named but left empty, as a form sends it: not given.
    await ask('GET', `${paths.requests}?route=&status=&minMs=&sort=&limit=&cursor=`)
    assert.equal(backend.calls.at(-1), 'page {}')
  })

  test('HEAD is GET without a body', async (t) => {
    const { ask } = await client(t)
    for (const path of [
      '',
      paths.status,
      paths.routes,
      paths.requests,
      paths.request('k1'),
      paths.chart('k1'),
      `${paths.profile}?request=k1`,
    ]) {
      assert.equal((await ask('HEAD', path)).status, 200, path)
    }
  })

  test('a profile of a route, of requests, in each format', async (t) => {
    const { app, ask, backend } = await client(t)
    const json = await ask('GET', `${paths.profile}?route=GET%20%2Fusers%2F%3Aid`)
    assert.deepEqual(json.body, backend.profile({ route: 'GET /users/:id' }))
    await ask('GET', `${paths.profile}?request=k2&request=k1&request=k2`)
    assert.equal(backend.calls.at(-1), 'profile {"requests":["k2","k1"]}')
    await ask(
      'GET',
      `${paths.profile}?route=GET%20/users/:id&minMs=5&maxMs=20.5&from=2026-11-22T10:00:00Z&to=`,
    )
    assert.equal(
      backend.calls.at(-1),
      'profile {"route":"GET /users/:id","minMs":5,"maxMs":20.5,"from":"2026-11-22T10:00:00Z"}',
    )
    await ask('GET', `${paths.profile}?route=GET%20/users/:id&minMs=0.09850457626879137`)
    assert.equal(backend.calls.at(-1), 'profile {"route":"GET /users/:id","minMs":0.09850457626879137}')
    const collapsed = await ask('GET', `${paths.profile}?request=k1&format=collapsed`)
    assert.match(collapsed.body, /handler.* 3000\n?$/)
    assert.equal(collapsed.headers['content-type'], 'text/plain; charset=utf-8')
    const cpuprofile = await ask('GET', `${paths.profile}?request=k1&format=cpuprofile`)
    assert.ok(cpuprofile.body.nodes.length >= 2)
    assert.match((await ask('GET', `${paths.profile}?request=k1&format=text`)).body, /handler/)
    const report = await ask('GET', `${paths.profile}?request=k1&format=markdown`)
    assert.equal(report.headers['content-type'], 'text/markdown; charset=utf-8')
    assert.match(report.body, /\| `POST \/report` \|/)
    const inTime = await ask('GET', `${paths.profile}?request=k1&format=speedscope`)
    assert.equal(inTime.body.profiles[0].endValue, 12_500)
    const merged = await ask('GET', `${paths.profile}?route=GET%20/users/:id&format=speedscope`)
    assert.equal(merged.body.profiles[0].endValue, 3000)
    const pprof = await app.inject(`/__profile/${paths.profile}?request=k1&format=pprof`)
    assert.equal(pprof.headers['content-type'], 'application/octet-stream')
    assert.match(
      String(pprof.headers['content-disposition']),
      /^attachment; filename="profile-[\w-]+\.pb\.gz"$/,
    )
    assert.equal(readPprof(gunzipSync(pprof.rawPayload)).sample[0].stack[0], 'handler:11')
  })

  test('a profile and a chart as the page reads them', async (t) => {
    const { app, backend } = await client(t)
    const packed = async (path: string) => {
      const answer = await app.inject(`/__profile/${path}format=packed`)
      assert.equal(answer.headers['content-type'], 'application/octet-stream')
      return plain(unpack(new Uint8Array(answer.rawPayload).buffer))
    }
    assert.deepEqual(await packed(`${paths.profile}?request=k1&`), backend.profile({ requests: ['k1'] }))
    assert.deepEqual(await packed(`${paths.chart('k2')}?`), backend.chart('k2'))
  })

  test('a source with its costs; the absolute path is in the link to the editor alone', async (t) => {
    const { ask, backend } = await client(t, { editor: { open: 'vscode', paths: { '/srv': '/home/me' } } })
    const { body } = await ask('GET', `${paths.source}?request=k1&file=app.js`)
    assert.equal(backend.calls.at(-1), 'source {"requests":["k1"]}')
    assert.deepEqual(body, {
      file: 'app.js',
      text: 'code()\n',
      changed: false,
      selfMs: 3,
      lines: [{ line: 11, selfMs: 3, samples: 3 }],
      functions: [{ name: 'handler', line: 10, column: 3, selfMs: 3, totalMs: 3, samples: 3, unplacedMs: 0 }],
      editor: { name: 'VS Code', url: 'vscode://file/home/me/app/app.js:{line}:{column}' },
    })
    const without = await client(t, { editor: false })
    assert.equal((await without.ask('GET', `${paths.source}?request=k1&file=app.js`)).body.editor, null)
  })
})

describe('changing', () => {
  test('recording starts and stops, and the answer is the status after it', async (t) => {
    const { ask, backend } = await client(t)
    const stopped = await ask('POST', paths.recording, { payload: { recording: false } })
    assert.deepEqual([stopped.status, stopped.body.recording, backend.recording], [200, false, false])
    const started = await ask('POST', paths.recording, { payload: { recording: true } })
    assert.deepEqual([started.status, started.body.recording, backend.recording], [200, true, true])
    assert.deepEqual(backend.calls, ['stop', 'flush', 'start', 'flush'])
  })

  test('clearing takes what is not pinned, or all', async (t) => {
    const { ask, backend } = await client(t)
    assert.equal((await ask('DELETE', paths.requests)).body.version, '0.1.0')
    await ask('DELETE', `${paths.requests}?pinned=true`)
    await ask('DELETE', `${paths.requests}?pinned=false`)
    const clears = backend.calls.filter((call) => call.startsWith('clear'))
    assert.deepEqual(clears, ['clear false', 'clear true', 'clear false'])
  })

  test('a request is pinned, let go, missing, or one too many', async (t) => {
    const { ask, backend } = await client(t)
    assert.deepEqual((await ask('PUT', paths.pin('k1'))).body, { id: 'k1', pinned: true })
    assert.deepEqual((await ask('PUT', paths.pin('k1'))).status, 200)
    assert.deepEqual((await ask('PUT', paths.pin('k2'))).status, 200)
    const full = await ask('PUT', paths.pin('k3'))
    assert.deepEqual([full.status, full.body.code], [409, 'FST_PROFILER_PINS_FULL'])
    assert.deepEqual((await ask('DELETE', paths.pin('k1'))).body, { id: 'k1', pinned: false })
    assert.deepEqual([...backend.pinned], ['k2'])
    assert.equal((await ask('PUT', paths.pin('none'))).body.code, 'FST_PROFILER_NOT_FOUND')
  })

  test('GET changes nothing', async (t) => {
    const { ask, backend } = await client(t)
    const before = [...backend.calls]
    for (const path of [paths.recording, paths.pin('k1'), `${paths.recording}?recording=false`]) {
      assert.equal((await ask('GET', path)).status, 405, path)
    }
    assert.deepEqual(backend.calls, before)
  })
})

describe('wrong parameters', () => {
  const cases: [HTTPMethods, string, string][] = [
    ...['0', '1001', '-1', '1.5', '1e2', 'x', ' 5', '5 ', '0x10', '+5', '9'.repeat(400), '\u0000'].map(
      (value): [HTTPMethods, string, string] => [
        'GET',
        `${paths.requests}?limit=${encodeURIComponent(value)}`,
        'limit',
      ],
    ),
    ...['99', '600', '4x', '4xxx', '20', '2000', '5XY', 'ok', '-404', '0'].map(
      (value): [HTTPMethods, string, string] => ['GET', `${paths.requests}?status=${value}`, 'status'],
    ),
    ...['-1', '1e3', 'Infinity', 'NaN', 'x', '.5', '5.', '1,5', '0x1', '1'.repeat(300)].map(
      (value): [HTTPMethods, string, string] => ['GET', `${paths.requests}?minMs=${value}`, 'minMs'],
    ),
    ...['Newest', 'desc', 'wallMs', '__proto__', 'constructor'].map(
      (value): [HTTPMethods, string, string] => ['GET', `${paths.requests}?sort=${value}`, 'sort'],
    ),
    ...['route', 'status', 'minMs', 'sort', 'limit', 'cursor'].map((name): [HTTPMethods, string, string] => [
      'GET',
      `${paths.requests}?${name}=500&${name}=500`,
      name,
    ]),
    ['GET', `${paths.requests}?foo=1`, 'foo'],
    ['GET', `${paths.requests}?foo`, 'foo'],
    ['GET', `${paths.requests}?=1`, ''],
    ['GET', `${paths.requests}?Limit=1`, 'Limit'],
    ['GET', `${paths.requests}?limit[]=1`, 'limit[]'],
    ['GET', `${paths.requests}?__proto__=1`, '__proto__'],
    ['GET', `${paths.status}?x=1`, 'x'],
    ['GET', `${paths.routes}?sort=own`, 'sort'],
    ['GET', `${paths.request('k1')}?x=1`, 'x'],
    ['GET', `${paths.chart('k1')}?format=text`, 'format'],
    ['GET', `${paths.events}?x=1`, 'x'],
    ['PUT', `${paths.pin('k1')}?x=1`, 'x'],
    ['DELETE', `${paths.requests}?pinned=1`, 'pinned'],
    ['DELETE', `${paths.requests}?pinned=true&pinned=true`, 'pinned'],
    ['DELETE', `${paths.requests}?route=x`, 'route'],
    ['GET', `${paths.source}?route=a`, 'file'],
    ['GET', `${paths.source}?route=a&file=`, 'file'],
    ['GET', `${paths.source}?route=a&file=b&file=c`, 'file'],
    ['GET', `${paths.source}?file=b&route=a&path=c`, 'path'],
    ['GET', `${paths.profile}?minMs=fast`, 'minMs'],
    ['GET', `${paths.profile}?route=a&request=b`, 'route'],
    ['GET', `${paths.profile}?route=a&route=b`, 'route'],
    ['GET', `${paths.profile}?request=k1&format=pdf`, 'format'],
    ['GET', `${paths.profile}?request=k1&format=JSON`, 'format'],
    ['GET', `${paths.profile}?request=k1&format=json&format=text`, 'format'],
    ['GET', `${paths.profile}?requests=k1`, 'requests'],
    ['GET', `${paths.profile}?request=k1&across=yes`, 'across'],
    ['GET', `${paths.profile}?request=k1&minMs=5`, 'minMs'],
    ['GET', `${paths.profile}?request=k1&to=2026-11-22T10:00:00Z`, 'to'],
    ['GET', `${paths.profile}?route=a&maxMs=fast`, 'maxMs'],
    ['GET', `${paths.profile}?route=a&from=5`, 'from'],
    ['GET', `${paths.profile}?route=a&from=2026-11-22T10:00:00Z&from=2026-11-22T10:00:00Z`, 'from'],
    ['GET', `${paths.phases}?route=a&to=noon`, 'to'],
    ['GET', `${paths.requests}?from=2026-02-30T10:00:00Z`, 'from'],
    ['GET', `${paths.profile}?to=2026-04-31T10:00:00%2B02:00`, 'to'],
    ['GET', `${paths.profile}?to=2026-02-29T10:00:00Z`, 'to'],
    ['GET', `${paths.requests}?maxMs=-1`, 'maxMs'],
  ]

  test('are refused by name, with what is allowed, before anything happens', async (t) => {
    const { ask, backend } = await client(t)
    for (const [method, path, name] of cases) {
      const { status, body } = await ask(method, path)
      assert.deepEqual([status, body.code], [400, 'FST_PROFILER_BAD_PARAMETER'], `${method} ${path}`)
      assert.ok(body.message.startsWith(`"${name}" is `), `${path}: ${body.message}`)
      assert.match(body.message, /; allowed: \S/)
      assert.ok(body.message.length < 300, 'what was given is cut')
    }
    assert.deepEqual(backend.calls, [])
  })

  test('too many requests in one profile', async (t) => {
    const { ask } = await client(t)
    const query = Array.from({ length: 1001 }, (_, i) => `request=${i}`).join('&')
    assert.equal((await ask('GET', `${paths.profile}?${query}`)).body.code, 'FST_PROFILER_BAD_PARAMETER')
  })

  test('what is not there is not found', async (t) => {
    const { ask } = await client(t)
    const missing = [
      paths.request('none'),
      paths.request('../status'),
      paths.request('__proto__'),
      paths.request('x'.repeat(90)),
      paths.request('x'.repeat(3000)),
      paths.request(' '),
      `${paths.profile}?route=GET%20/none`,
      `${paths.profile}?request=none`,
      `${paths.profile}?request=k1&request=none`,
      'api/nothing',
      'api',
      'api/',
      'api/status/',
      'API/status',
      'x.js',
      'assets/',
    ]
    for (const path of missing) {
      const { status, body } = await ask('GET', path)
      assert.deepEqual([status, body.code], [404, 'FST_PROFILER_NOT_FOUND'], path)
    }
  })

  test('another method is told which there are', async (t) => {
    const { ask } = await client(t)
    const allowed: Record<string, string> = {
      '': 'GET, HEAD',
      [paths.status]: 'GET, HEAD',
      [paths.recording]: 'POST',
      [paths.requests]: 'GET, HEAD, DELETE',
      [paths.request('k1')]: 'GET, HEAD',
      [paths.pin('k1')]: 'PUT, DELETE',
      'assets/main.js': 'HEAD, GET',
    }
    for (const [path, list] of Object.entries(allowed)) {
      for (const method of ['PATCH', 'TRACE', 'OPTIONS', 'PROPFIND'] as HTTPMethods[]) {
        const { status, body, headers } = await ask(method, path)
        assert.deepEqual(
          [status, body.code, headers.allow],
          [405, 'FST_PROFILER_BAD_METHOD', list],
          `${method} ${path}`,
        )
      }
    }
  })
})

describe('bodies', () => {
  const bodies: [string, number, string][] = [
    ['', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{', 400, 'FST_PROFILER_BAD_BODY'],
    ['nonsense', 400, 'FST_PROFILER_BAD_BODY'],
    ['\u0000', 400, 'FST_PROFILER_BAD_BODY'],
    ['null', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['true', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['"true"', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['[]', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['[{"recording":true}]', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"recording":"true"}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"recording":1}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"recording":null}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"Recording":true}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"recording":true,"x":1}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"__proto__":{"recording":true}}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    ['{"recording":true,"__proto__":1}', 400, 'FST_PROFILER_BAD_PARAMETER'],
    [`{"recording":true${' '.repeat(5000)}}`, 413, 'FST_PROFILER_BODY_TOO_LARGE'],
    ['['.repeat(4000), 400, 'FST_PROFILER_BAD_BODY'],
  ]

  test('that are wrong change nothing and are told so', async (t) => {
    const { ask, backend } = await client(t)
    for (const [payload, status, code] of bodies) {
      const answer = await ask('POST', paths.recording, {
        payload,
        headers: { 'content-type': 'application/json' },
      })
      assert.deepEqual([answer.status, answer.body.code], [status, code], payload.slice(0, 40))
    }
    assert.deepEqual(backend.calls, [])
  })

  test('of other types: refused at POST, not understood elsewhere', async (t) => {
    const { ask } = await client(t)
    const payload = 'x'
    const headers = { 'content-type': 'text/plain' }
    assert.equal(
      (await ask('POST', paths.recording, { payload, headers })).body.code,
      'FST_PROFILER_FORBIDDEN',
    )
    assert.equal(
      (await ask('PUT', paths.pin('k1'), { payload, headers })).body.code,
      'FST_PROFILER_BAD_MEDIA_TYPE',
    )
    const empty = { headers: { 'content-type': 'application/json' } }
    assert.equal((await ask('DELETE', paths.pin('k1'), empty)).status, 200)
  })
})

test("what a hook of the application refuses with is not passed on, Fastify's own reasons are", async (t) => {
  const { app } = await apiApp(t, {
    before(app) {
      app.addHook('preHandler', async ({ url }) => {
        const refusal = { statusCode: 401, code: url.endsWith('/status') ? 'NO_SESSION' : undefined }
        if (!url.endsWith('/recording')) throw Object.assign(new Error('secret of /srv/app'), refusal)
      })
    },
  })
  for (const url of ['/__profile/api/status', '/__profile/api/routes']) {
    const { statusCode, body } = await app.inject(url)
    assert.equal(statusCode, 401)
    const { code, message } = JSON.parse(body)
    assert.deepEqual(
      [code, message],
      ['FST_PROFILER_REFUSED', 'a hook of the application refused the request'],
    )
  }
  const headers = { 'content-type': 'application/json' }
  const { body } = await app.inject({ method: 'POST', url: '/__profile/api/recording', headers, body: '{' })
  const { code, message } = JSON.parse(body)
  assert.equal(code, 'FST_PROFILER_BAD_BODY')
  assert.match(message, /JSON/)
})

test('own requests are known as such, in every hook of the application, and no others', async (t) => {
  const own: [string, boolean][] = []
  const { app } = await apiApp(t, {
    before(app) {
      app.addHook('onRequest', async (request) => {
        own.push([`${request.method} ${request.url}`, isOwnRequest(request)])
      })
    },
  })
  const mine = [
    '/__profile',
    '/__profile/',
    '/__profile/api/status',
    '/__profile/none',
    '/__profile/assets/main.js',
    '/%5F_profile/x',
  ]
  for (const url of mine) await app.inject(url)
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/__profile/api/status' })
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/__profile' })
  assert.deepEqual(
    own.filter(([, yes]) => !yes),
    [],
  )
  assert.equal(own.length, mine.length + 2)
  own.length = 0
  for (const url of ['/app', '/none', '/', '/__profiler', '/__profil', '/x/__profile/']) await app.inject(url)
  assert.deepEqual(
    own.filter(([, yes]) => yes),
    [],
  )
  assert.equal(own.length, 6)
})
