import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import {
  isAllowedHost,
  isForwarding,
  isHostEntry,
  isLoopback,
  soleHost,
  targetAuthority,
} from '../plugin/options/access.ts'
import { apiApp } from './api-app.ts'

const allowedHosts = ['dev.example.com', '.wild.example', '192.168.1.5', '[fd00::1]']

/** `Host` as it may arrive, and whether the dashboard answers to it. */
const hosts: readonly (readonly [string, boolean])[] = [
  ['localhost', true],
  ['localhost:3000', true],
  ['localhost:0', true],
  ['localhost:65535', true],
  ['LOCALHOST', true],
  ['LocalHost:3000', true],
  ['127.0.0.1', true],
  ['127.0.0.1:3000', true],
  ['[::1]', true],
  ['[::1]:3000', true],
  ['dev.example.com', true],
  ['DEV.example.com:8080', true],
  ['wild.example', true],
  ['a.wild.example', true],
  ['a.b.wild.example:1', true],
  ['192.168.1.5:3000', true],
  ['[fd00::1]:3000', true],
  ['[FD00::1]', true],
  ['', false],
  [':3000', false],
  [':', false],
  ['localhost:', false],
  ['localhost:65536', false],
  ['localhost:999999', false],
  ['localhost:-1', false],
  ['localhost:+1', false],
  ['localhost:3000x', false],
  ['localhost:x', false],
  ['localhost:3000:3000', false],
  ['localhost:0x50', false],
  ['localhost.', false],
  ['localhost.:3000', false],
  ['.localhost', false],
  ['localhost..', false],
  ['localhost6', false],
  ['localhost4', false],
  ['localhost.localdomain', false],
  ['sub.localhost', false],
  ['xlocalhost', false],
  ['localhost.evil.example', false],
  ['localhost:3000.evil.example', false],
  ['localhost@evil.example', false],
  ['evil.example@localhost', false],
  ['a:b@localhost', false],
  ['localhost/evil', false],
  ['localhost#evil', false],
  ['localhost?evil', false],
  ['localhost,evil.example', false],
  ['localhost, evil.example', false],
  ['localhost localhost', false],
  ['localhost\\evil', false],
  ['"localhost"', false],
  ['http://localhost', false],
  ['%6cocalhost', false],
  ['evil.example', false],
  ['127.1', false],
  ['127.0.1', false],
  ['127.0.0.1.', false],
  ['127.0.0.01', false],
  ['127.000.000.001', false],
  ['0177.0.0.1', false],
  ['0x7f.0.0.1', false],
  ['0x7f000001', false],
  ['2130706433', false],
  ['127.0.0.2', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1.nip.io', false],
  ['0.0.0.0', false],
  ['0', false],
  ['10.0.0.9', false],
  ['0.0.0.0:3000', false],
  ['2130706433:3000', false],
  ['::1', false],
  ['::1:3000', false],
  ['[::1', false],
  ['::1]', false],
  ['[::1]x', false],
  ['[::1].evil.example', false],
  ['[::1%25lo]', false],
  ['[0:0:0:0:0:0:0:1]', false],
  ['[::ffff:127.0.0.1]', false],
  ['[::]', false],
  ['[]', false],
  ['dev.example.com.', false],
  ['xdev.example.com', false],
  ['a.dev.example.com', false],
  ['example.com', false],
  ['xwild.example', false],
  ['wild.example.evil.example', false],
  ['.wild.example', false],
  ['192.168.1.50', false],
  ['[fd00::2]', false],
  ['localhost\tx', false],
  ['ｌocalhost', false],
  ['loc\u0131lhost', false],
]

/** Sends bytes, and answers with what came back until the other end closed. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.end(Buffer.from(request, 'utf8'))
  await once(socket, 'close')
  return answer
}

async function listening(t: TestContext, options: Parameters<typeof apiApp>[1] = {}): Promise<number> {
  const { app } = await apiApp(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

const statusOf = (answer: string): number => Number(answer.slice(9, 12))

test('only allowed hosts are answered, in their exact form', async (t) => {
  assert.ok(hosts.length >= 60)
  const port = await listening(t, { options: { allowedHosts } })
  for (const [host, fine] of hosts) {
    const answer = await exchange(
      port,
      `GET /__profile/api/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    if (fine) assert.equal(statusOf(answer), 200, host)
    // Node's own parser refuses some of them before Fastify hears of it.
    else assert.ok([400, 403].includes(statusOf(answer)), `${host}: ${answer.slice(0, 20)}`)
    assert.equal(answer.includes('"accounting"'), fine, host)
  }
})

test('there must be exactly one host', async (t) => {
  const port = await listening(t, {
    fastify: { http: { requireHostHeader: false } } as never,
    options: { trustForwarded: true },
  })
  const ask = async (headers: string, version = '1.1', target = '/__profile/api/status'): Promise<number> =>
    statusOf(await exchange(port, `GET ${target} HTTP/${version}\r\n${headers}Connection: close\r\n\r\n`))
  assert.equal(await ask('Host: localhost\r\n'), 200)
  assert.equal(await ask('Host: localhost\r\n', '1.0'), 200)
  assert.equal(await ask(''), 403)
  assert.equal(await ask('', '1.0'), 403)
  assert.equal(await ask('Host: localhost\r\nHost: localhost\r\n'), 403)
  assert.equal(await ask('Host: localhost\r\nhost: evil.example\r\n'), 403)
  assert.equal(await ask('Host: evil.example\r\nHost: localhost\r\n'), 403)
  assert.equal(await ask('X-Forwarded-Host: localhost\r\nHost: evil.example\r\n'), 403)
})

test('a host in the request line must be allowed as well, and wins over the header', async (t) => {
  const port = await listening(t, { options: { allowedHosts } })
  const ask = async (target: string, host = 'localhost', headers = ''): Promise<string> =>
    exchange(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`)
  const way = '/__profile/api/status'
  for (const [host, fine] of hosts) {
    const answer = await ask(`http://${host}${way}`)
    if (fine) assert.equal(statusOf(answer), 200, host)
    // Some are no address to Node's parser, some another way to the router.
    else assert.ok([400, 403, 404].includes(statusOf(answer)), `${host}: ${answer.slice(0, 20)}`)
    assert.equal(answer.includes('"accounting"'), fine, host)
  }
  const refused = await ask(`http://evil.example${way}`)
  assert.equal(statusOf(refused), 403)
  assert.match(refused, /"code":"FST_PROFILER_FORBIDDEN".*request line/)
  // Neither is a reason to believe the other.
  assert.equal(statusOf(await ask(`http://localhost${way}`, 'evil.example')), 403)
  assert.equal(statusOf(await ask(`https://dev.example.com${way}`, '127.0.0.1:3000')), 200)
  const origin = (host: string) => `Origin: http://${host}\r\n`
  assert.equal(statusOf(await ask(`http://localhost:1${way}`, 'localhost:2', origin('localhost:1'))), 200)
  assert.equal(statusOf(await ask(`http://localhost:1${way}`, 'localhost:2', origin('localhost:2'))), 403)
})

test('an address that the application rewrites is judged as it was sent', async (t) => {
  const port = await listening(t, {
    fastify: { rewriteUrl: () => '/__profile/api/status' },
  })
  const ask = async (target: string): Promise<number> =>
    statusOf(await exchange(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`))
  assert.equal(await ask('/x'), 200)
  assert.equal(await ask('http://localhost/x'), 200)
  assert.equal(await ask('http://evil.example/x'), 403)
})

test('the authority of a request line', () => {
  for (const [target, authority] of [
    ['/', undefined],
    ['/a?b=http://evil.example/', undefined],
    ['?http://evil.example/', undefined],
    ['*', undefined],
    ['', undefined],
    ['//evil.example/', undefined],
    ['http://LocalHost:3000/a?b', 'localhost:3000'],
    ['HTTPS://evil.example', 'evil.example'],
    ['http://evil.example?/a', 'evil.example'],
    ['http://evil.example#/a', 'evil.example'],
    ['http://localhost@evil.example/', 'localhost@evil.example'],
    ['http:///a', ''],
    ['://evil.example/', 'evil.example'],
  ] as const) {
    assert.equal(targetAuthority(target), authority, target)
  }
})

test('trusting a proxy in Fastify makes no host and no peer trusted here', async (t) => {
  const { app } = await apiApp(t, { fastify: { trustProxy: true } })
  const get = (headers: Record<string, string>, remoteAddress: string) =>
    app.inject({ url: '/__profile/api/status', headers, remoteAddress })
  const forged = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'https',
  }
  assert.equal((await get({ host: 'localhost', ...forged }, '10.0.0.9')).statusCode, 403)
  assert.equal((await get({ host: 'evil.example', ...forged }, '127.0.0.1')).statusCode, 403)
  assert.equal((await get({ host: 'localhost' }, '10.0.0.9')).statusCode, 403)

  const trusting = await apiApp(t, { fastify: { trustProxy: true }, options: { trustForwarded: true } })
  const headers = { host: 'localhost', ...forged }
  const foreign = await trusting.app.inject({
    url: '/__profile/api/status',
    headers,
    remoteAddress: '10.0.0.9',
  })
  assert.equal(foreign.statusCode, 403)
})

test('over HTTP/2 the authority is the host', async (t) => {
  const { app } = await apiApp(t, { fastify: { http2: true } as never })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connectHttp2(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const stream = session.request({ ':path': '/__profile/api/status', ...headers })
    const [answer] = await once(stream, 'response')
    stream.resume()
    await once(stream, 'close')
    return answer[':status']
  }
  try {
    assert.equal(await ask({}), 200)
    assert.equal(await ask({ ':authority': 'localhost:3000' }), 200)
    assert.equal(await ask({ ':authority': 'evil.example' }), 403)
    assert.equal(await ask({ ':authority': 'localhost', 'x-forwarded-for': '127.0.0.1' }), 403)
    assert.equal(await ask({ ':authority': 'localhost', host: 'evil.example' }), 403)
    assert.equal(await ask({ ':authority': 'evil.example', host: 'localhost' }), 403)
  } finally {
    session.destroy()
  }
})

test('a Unix socket has no peer that could be loopback', async (t) => {
  const { app } = await apiApp(t)
  assert.equal(isLoopback(undefined), false)
  assert.equal(isLoopback(''), false)
  const response = await app.inject({ url: '/__profile/api/status', remoteAddress: '/run/app.sock' })
  assert.equal(response.statusCode, 403)
})

test('the pieces: peers, forwarding headers, raw hosts, entries', () => {
  for (const peer of [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:0:0:1',
  ]) {
    assert.equal(isLoopback(peer), true, peer)
  }
  for (const peer of [
    '126.255.255.255',
    '128.0.0.0',
    '::2',
    '::127.0.0.1',
    '::ffff:128.0.0.1',
    '127.1',
    'localhost',
    '1',
  ]) {
    assert.equal(isLoopback(peer), false, peer)
  }
  assert.equal(isForwarding('X-FORWARDED-ANYTHING'), true)
  for (const name of [
    'x-forwarded',
    'x-forwarder-for',
    'x-forward-for',
    'forwarded-for',
    'WL-Proxy-Client-IP',
  ]) {
    assert.equal(isForwarding(name), true, name)
  }
  for (const name of ['x-for', 'forward', 'x-originally', 'client'])
    assert.equal(isForwarding(name), false, name)
  assert.equal(soleHost(['A', 'b', 'HOST', 'LocalHost:1']), 'localhost:1')
  assert.equal(soleHost(['A', 'host']), undefined)
  assert.equal(isAllowedHost('localhost', []), true)
  assert.equal(isHostEntry('.example.com'), true)
  assert.equal(isHostEntry('example.com:80'), false)
  assert.equal(isHostEntry('example.com.'), false)
})
