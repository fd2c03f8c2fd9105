import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { apiApp } from './api-app.ts'

const targets = [
  '/__profile',
  '/__profile/',
  '/__profile/api/status',
  '/__profile/api/requests/k1',
  '/__profile/api/requests/k1/chart',
  '/__profile/assets/main.js',
]

/** Ways to write an address that a router, a file server and a careless guard may each read differently. */
function* disguises(target: string): Generator<string> {
  for (let i = 0; i < target.length; i++) {
    const [before, char, after] = [target.slice(0, i), target[i], target.slice(i + 1)]
    const hex = char.charCodeAt(0).toString(16)
    yield `${before}%${hex}${after}`
    yield `${before}%${hex.toUpperCase()}${after}`
    yield `${before}%25${hex}${after}`
    yield `${before}${char.toUpperCase()}${after}`
    for (const extra of [
      '/',
      '//',
      '/.',
      '/./',
      '/../',
      '/..;/',
      ';',
      ';a=b',
      '%2f',
      '%5c',
      '\\',
      '%00',
      '%0d%0a',
      '%c0%af',
      '%e2%88%95',
      '.',
      '?',
      '#',
      '%',
      '%zz',
      '*',
      ':',
    ]) {
      yield `${before}${extra}${char}${after}`
    }
  }
  yield [...target].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')
  const prefixes = [
    'http://localhost',
    'http://evil.example',
    'https://127.0.0.1:1',
    '//localhost',
    '//evil.example',
    '/x/..',
    '/app/../',
    '/.',
    '/%2e%2e',
  ]
  for (const before of prefixes) yield `${before}${target}`
  for (const after of [
    '/',
    '//',
    '?',
    '?x',
    '#',
    ';',
    '/.',
    '/..',
    '/%2e%2e/secret.txt',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '%2f',
    '.json',
    '~',
  ]) {
    yield `${target}${after}`
  }
}

interface Answer {
  readonly status: number
  readonly body: string
}

async function asker(t: TestContext, options: Parameters<typeof apiApp>[1]) {
  const { app } = await apiApp(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return async (path: string, headers = ''): Promise<Answer> => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk
    })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`)
    await once(socket, 'close')
    return { status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
  }
}

const routers = {
  strict: {},
  loose: {
    ignoreTrailingSlash: true,
    ignoreDuplicateSlashes: true,
    caseSensitive: false,
    useSemicolonDelimiter: true,
  },
}

for (const [name, routerOptions] of Object.entries(routers)) {
  test(`no way of writing an address gets past the guard (${name} router)`, async (t) => {
    const ask = await asker(t, { fastify: { routerOptions } })
    const tally = new Map<string, number>()
    for (const target of targets) {
      const answers = await Promise.all(
        [...disguises(target)].map(async (path) => ({
          path,
          ...(await ask(path, 'X-Forwarded-For: 10.0.0.9\r\n')),
        })),
      )
      for (const { path, status, body } of answers) {
        const code = (JSON.parse(body) as { code?: string }).code ?? ''
        const outcome = `${status} ${code}`
        tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
        // The guard, the application's own 404, or a refusal of what is no address by Fastify or Node's parser.
        const fine = [
          '403 FST_PROFILER_FORBIDDEN',
          '404 ',
          '400 FST_ERR_BAD_URL',
          '400 HPE_INVALID_URL',
          '400 ',
        ].includes(outcome)
        assert.ok(fine, `${path}: ${outcome} ${body}`)
      }
    }
    const count = [...tally.values()].reduce((sum, n) => sum + n, 0)
    assert.ok(count >= 2000, `${count} addresses`)
    assert.ok(tally.get('403 FST_PROFILER_FORBIDDEN')! > 200, JSON.stringify([...tally]))
    assert.ok(tally.get('404 ')! > 200, JSON.stringify([...tally]))
  })

  test(`no way of writing an address gets at another file, or at a 5xx (${name} router)`, async (t) => {
    const ask = await asker(t, { fastify: { routerOptions } })
    for (const target of ['/__profile/', '/__profile/assets/main.js']) {
      const answers = await Promise.all(
        [...disguises(target)].map(async (path) => ({ path, ...(await ask(path)) })),
      )
      for (const { path, status, body } of answers) {
        assert.ok(status < 500, `${path}: ${status} ${body}`)
        assert.ok(!body.startsWith('secret'), path)
      }
    }
  })
}
