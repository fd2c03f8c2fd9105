import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { InjectOptions, RouteOptions } from 'fastify'
import type { ProfilerOptions } from '../plugin/options/index.ts'
import { type ApiApp, apiApp } from './api-app.ts'
import { rawClient } from './raw-client.ts'

interface Cell {
  readonly peer: string
  readonly headers: Record<string, string>
}

/** Values of one axis, and whether each alone lets a request in. */
type Axis<T> = readonly (readonly [value: T, fine: boolean])[]

const peers: Axis<string> = [
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.9', false],
  ['192.168.1.2', false],
  ['::ffff:10.0.0.9', false],
  ['fe80::1', false],
  ['2001:db8::1', false],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['localhost', false],
]

const sites: Axis<string | undefined> = [
  [undefined, true],
  ['same-origin', true],
  ['none', true],
  ['same-site', false],
  ['cross-site', false],
  ['Same-Origin', false],
  ['same-origin, cross-site', false],
]

const origins: Axis<string | undefined> = [
  [undefined, true],
  ['http://localhost:3000', true],
  ['https://localhost:3000', true],
  ['HTTP://LOCALHOST:3000', true],
  ['null', false],
  ['http://localhost', false],
  ['http://localhost:3001', false],
  ['http://127.0.0.1:3000', false],
  ['http://evil.example', false],
  ['http://localhost:3000.evil.example', false],
  ['http://localhost:3000/', false],
  ['file://', false],
  ['ws://localhost:3000', false],
]

const forwarding: Axis<string | undefined> = [
  [undefined, true],
  ['accept', true],
  ...[
    ...['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'X-Forwarded-Port'],
    ...['x-forwarded-server', 'x-real-ip', 'x-client-ip', 'x-original-host', 'x-original-forwarded-for'],
    ...['true-client-ip', 'cf-connecting-ip', 'cf-ray', 'cdn-loop', 'fastly-client-ip', 'fly-client-ip'],
    ...['client-ip', 'forwarded-for', 'proxy-client-ip', 'wl-proxy-client-ip', 'x-cluster-client-ip'],
    ...['x-envoy-external-address', 'x-envoy-original-path', 'x-appengine-user-ip', 'x-azure-clientip'],
    ...['x-azure-socketip', 'cf-connecting-ipv6', 'cf-pseudo-ipv4'],
  ].map((name) => [name, false] as const),
]

/** Every route of the dashboard's scope, with an address that fits it. */
function targets(api: ApiApp): { method: string; url: string }[] {
  // `onRoute` is called once for the page, though it has two addresses.
  const page = ['GET', 'HEAD'].map((method) => ({ method, url: '/__profile/' }))
  return [...api.routes, ...page].map(({ method, url }) => ({
    method,
    url: url
      .replace(':id', 'k1')
      .replace('*', 'nothing/here')
      .replace(/api\/profile$/, 'api/profile?route=GET%20/users/:id'),
  }))
}

/** Asks, and answers whether it was let in. Whoever is not let in gets the one answer and changes nothing. */
async function letIn(api: ApiApp, target: { method: string; url: string }, cell: Cell): Promise<boolean> {
  const calls = api.backend.calls.length
  const response = await api.app.inject({
    method: target.method as NonNullable<InjectOptions['method']>,
    url: target.url,
    remoteAddress: cell.peer,
    headers: { ...(target.method === 'POST' ? { 'content-type': 'application/json' } : {}), ...cell.headers },
    payload: target.method === 'POST' ? '{"recording":true}' : undefined,
    payloadAsStream: true,
  })
  const body = response.stream()
  if (response.headers['content-type'] === 'text/event-stream; charset=utf-8') {
    body.destroy()
    return true
  }
  let text = ''
  for await (const chunk of body) text += chunk
  assert.ok(response.statusCode < 500, `${target.method} ${target.url}: ${response.statusCode} ${text}`)
  if (response.statusCode !== 403) return true
  const { code, statusCode, error, message, ...rest } = JSON.parse(text)
  assert.deepEqual([code, statusCode, error, rest], ['FST_PROFILER_FORBIDDEN', 403, 'Forbidden', {}])
  assert.equal(typeof message, 'string')
  assert.equal(api.backend.calls.length, calls, 'a refused request reached the profiler')
  return false
}

const base = (headers: Record<string, string | undefined> = {}, peer = '127.0.0.1'): Cell => ({
  peer,
  headers: Object.fromEntries(
    Object.entries({ host: 'localhost:3000', ...headers }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>,
})

async function expectAll(t: TestContext, cells: Axis<Cell>, options: ProfilerOptions = {}): Promise<number> {
  const api = await apiApp(t, { options })
  let count = 0
  for (const target of targets(api)) {
    for (const [cell, fine] of cells) {
      assert.equal(
        await letIn(api, target, cell),
        fine,
        `${target.method} ${target.url} ${JSON.stringify(cell)}`,
      )
      count++
    }
  }
  return count
}

describe('every route of the scope', () => {
  test('is found by the grid', async (t) => {
    const api = await apiApp(t)
    const urls = new Set(api.routes.map(({ method, url }) => `${method} ${url}`))
    const page = [
      'GET /__profile',
      'HEAD /__profile',
      'GET /__profile/assets/main.js',
      'GET /__profile/index.html',
    ]
    const calls = ['GET /__profile/api/status', 'POST /__profile/api/recording', 'GET /__profile/api/events']
    const rest = [
      'DELETE /__profile/api/requests',
      'PUT /__profile/api/requests/:id/pin',
      'OPTIONS /__profile/*',
    ]
    for (const route of [...page, ...calls, ...rest]) assert.ok(urls.has(route), route)
    assert.ok(urls.size >= 30, `${urls.size} routes`)
  })

  test('is left out of what documents the application', async (t) => {
    const kept: RouteOptions[] = []
    await apiApp(t, { before: (app) => app.addHook('onRoute', (route) => void kept.push(route)) })
    const own = kept.filter(({ url }) => url.startsWith('/__profile'))
    const shown = own.filter(({ schema }) => (schema as { hide?: boolean } | undefined)?.hide !== true)
    assert.ok(own.length > 20)
    assert.deepEqual(
      shown.map(({ url }) => url),
      [],
    )
  })

  test('asks for a loopback peer', async (t) => {
    await expectAll(
      t,
      peers.map(([peer, fine]) => [base({}, peer), fine]),
    )
  })

  test('asks for the same origin by Sec-Fetch-Site', async (t) => {
    await expectAll(
      t,
      sites.map(([site, fine]) => [base({ 'sec-fetch-site': site }), fine]),
    )
  })

  test('asks for the same origin by Origin', async (t) => {
    await expectAll(
      t,
      origins.map(([origin, fine]) => [base({ origin }), fine]),
    )
  })

  test('takes HTTP/1.0 for forwarded, as a proxy that adds no header speaks it', async (t) => {
    for (const [trustForwarded, status] of [
      [false, 403],
      [true, 200],
    ] as const) {
      const { app } = await apiApp(t, { options: { trustForwarded } })
      await app.listen({ port: 0, host: '127.0.0.1' })
      for (const [version, expected] of [
        ['1.0', status],
        ['1.1', 200],
      ] as const) {
        const client = await rawClient(app)
        client.send(
          `GET /__profile/api/status HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        )
        await client.closed()
        assert.match(client.received(), new RegExp(`^HTTP/1.1 ${expected} `))
      }
    }
  })

  test('takes a forwarded request for a foreign one', async (t) => {
    const cells = forwarding.map(([name, fine]) => [base(name ? { [name]: '127.0.0.1' } : {}), fine] as const)
    await expectAll(t, cells)
    // An empty header says as much.
    await expectAll(t, [[base({ 'x-forwarded-for': '' }), false]])
    // The option trusts the header's absence of meaning, not the peer.
    const trusting = { trustForwarded: true }
    await expectAll(
      t,
      forwarding.map(([name]) => [base(name ? { [name]: '10.0.0.9' } : {}), true] as const),
      trusting,
    )
    await expectAll(t, [[base({ 'x-forwarded-for': '127.0.0.1' }, '10.0.0.9'), false]], trusting)
  })

  test('holds for all combinations', async (t) => {
    const hosts: Axis<string> = [
      ['localhost:3000', true],
      ['evil.example', false],
    ]
    const cells: [Cell, boolean][] = []
    for (const [peer, peerFine] of [peers[0], peers[2], peers[4], peers[6]]) {
      for (const [host, hostFine] of hosts) {
        for (const [site, siteFine] of [sites[0], sites[1], sites[4]]) {
          for (const [origin, originFine] of [origins[0], origins[1], origins[4], origins[8]]) {
            for (const [name, forwardingFine] of [forwarding[0], forwarding[4]]) {
              const headers = {
                host,
                'sec-fetch-site': site,
                origin,
                ...(name ? { [name]: '127.0.0.1' } : {}),
              }
              cells.push([
                base(headers, peer),
                peerFine && hostFine && siteFine && originFine && forwardingFine,
              ])
            }
          }
        }
      }
    }
    const count = await expectAll(t, cells)
    assert.ok(count >= 5000, `${count} cases`)
  })

  test('a POST needs a JSON content type', async (t) => {
    const api = await apiApp(t)
    const posts = targets(api).filter(({ method }) => method === 'POST')
    assert.ok(posts.length >= 2)
    const types: Axis<string> = [
      ['application/json', true],
      ['application/json; charset=utf-8', true],
      ['Application/JSON ;charset=utf-8', true],
      ['text/plain', false],
      ['text/plain; application/json', false],
      ['application/x-www-form-urlencoded', false],
      ['multipart/form-data; boundary=x', false],
      ['application/jsonp', false],
      ['application/json, text/plain', false],
      ['application/csp-report', false],
      ['', false],
    ]
    for (const post of posts) {
      for (const [type, fine] of types)
        assert.equal(await letIn(api, post, base({ 'content-type': type })), fine, type)
    }
  })
})

describe('a link on another site', () => {
  const navigation = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  }

  test('opens the page in a tab of its own, and nothing else', async (t) => {
    const api = await apiApp(t)
    for (const target of targets(api)) {
      const page =
        ['/__profile', '/__profile/'].includes(target.url) && ['GET', 'HEAD'].includes(target.method)
      assert.equal(await letIn(api, target, base(navigation)), page, `${target.method} ${target.url}`)
    }
  })

  test('opens it in no frame, image or script', async (t) => {
    const api = await apiApp(t)
    const page = { method: 'GET', url: '/__profile/' }
    for (const dest of ['iframe', 'frame', 'embed', 'object', 'image', 'script', 'empty', '']) {
      assert.equal(await letIn(api, page, base({ ...navigation, 'sec-fetch-dest': dest })), false, dest)
    }
    for (const mode of ['no-cors', 'cors', 'same-origin', 'websocket']) {
      assert.equal(await letIn(api, page, base({ ...navigation, 'sec-fetch-mode': mode })), false, mode)
    }
  })

  test('is still asked for its peer and host', async (t) => {
    const api = await apiApp(t)
    const page = { method: 'GET', url: '/__profile/' }
    assert.equal(await letIn(api, page, base(navigation, '10.0.0.9')), false)
    assert.equal(await letIn(api, page, base({ ...navigation, host: 'evil.example' })), false)
    assert.equal(await letIn(api, page, base({ ...navigation, 'x-forwarded-for': '127.0.0.1' })), false)
  })
})

test('a refusal says what would have to change', async (t) => {
  const { app } = await apiApp(t)
  const why = async (headers: Record<string, string>, remoteAddress = '127.0.0.1'): Promise<string> =>
    (await app.inject({ url: '/__profile/api/status', headers, remoteAddress })).json().message
  assert.match(await why({ host: 'dev.example' }), /"allowedHosts"/)
  assert.match(await why({}, '10.0.0.9'), /"authorize"/)
  assert.match(await why({ via: '1.1 proxy' }), /forwarded.*"trustForwarded"/)
  assert.match(await why({ 'sec-fetch-site': 'cross-site' }), /other sites/)
  assert.match(await why({ origin: 'http://evil.example' }), /Origin.*proxy must pass Host/)
})

describe('authorize', () => {
  const answers: [string, NonNullable<ProfilerOptions['authorize']>, boolean][] = [
    ['true', () => true, true],
    ['a promise of true', async () => true, true],
    ['false', () => false, false],
    ['a promise of false', async () => false, false],
    ['undefined', (() => undefined) as never, false],
    ['a user', (() => ({ name: 'someone' })) as never, false],
    ['1', (() => 1) as never, false],
    ['"false"', (() => 'false') as never, false],
    ['an error', () => assert.fail('at /home/someone/secret.ts'), false],
    ['a rejection', () => Promise.reject(new Error('at /home/someone/secret.ts')), false],
    ['a rejection of nothing', () => Promise.reject(), false],
  ]

  for (const [what, authorize, fine] of answers) {
    test(`that answers ${what}`, async (t) => {
      const cells: Axis<Cell> = [
        [base({}, '10.0.0.9'), fine],
        [base({ 'x-forwarded-for': '10.0.0.9' }), fine],
        [base(), true],
        [base({ host: 'evil.example' }, '10.0.0.9'), false],
        [base({ 'sec-fetch-site': 'cross-site' }, '10.0.0.9'), false],
        [base({ origin: 'http://evil.example' }, '10.0.0.9'), false],
      ]
      await expectAll(t, cells, { authorize })
    })
  }

  test('is asked for requests that are not local, after all else is right, and never for the application', async (t) => {
    const asked: string[] = []
    const authorize = (request: { url: string }): boolean => asked.push(request.url) > 0
    const { app } = await apiApp(t, { options: { authorize, allowedHosts: ['dev.example'] } })
    const get = (headers: Record<string, string>, remoteAddress: string, url = '/__profile/api/status') =>
      app.inject({ url, headers, remoteAddress })
    await get({ host: 'localhost' }, '127.0.0.1')
    await get({ host: 'evil.example' }, '10.0.0.9')
    await get({ host: 'dev.example', origin: 'http://evil.example' }, '10.0.0.9')
    await get({ host: 'dev.example' }, '10.0.0.9', '/app')
    assert.deepEqual(asked, [])
    assert.equal((await get({ host: 'dev.example:8080' }, '10.0.0.9')).statusCode, 200)
    assert.deepEqual(asked, ['/__profile/api/status'])
  })

  test('an error in it is logged and not told', async (t) => {
    const lines: string[] = []
    const logger = { level: 'warn', stream: { write: (line: string) => lines.push(line) } }
    const authorize = (): boolean => assert.fail('at /home/someone/secret.ts')
    const { app } = await apiApp(t, { options: { authorize }, fastify: { logger } })
    const response = await app.inject({ url: '/__profile/api/status', remoteAddress: '10.0.0.9' })
    assert.equal(response.statusCode, 403)
    assert.doesNotMatch(response.body, /secret|home|stack/)
    assert.match(lines.join(''), /authorize\\" failed/)
    assert.match(lines.join(''), /secret\.ts/)
  })
})
