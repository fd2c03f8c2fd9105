import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tracingChannel } from 'node:diagnostics_channel'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { namedBurn, originOf } from './ways.ts'

// Secrets are put wherever an application meets them; then everything is read that the profiler ever tells anybody.

/** The secrets by where each was put. Each run makes new ones, so that no source that is shown holds one. */
const planted: Record<string, string> = {}
function plant(where: string): string {
  planted[where] ??= `s3cr3t${randomBytes(12).toString('hex')}`
  return planted[where]
}
/** What the profiler does tell, so that what finds nothing is known to look in the right place. */
const shown = `shown${randomBytes(4).toString('hex')}`

const lines: string[] = []
/** All that was told, by who told it. */
const told: Record<string, string> = {}
const upstream = createServer((_request, response) => response.end(plant('answer of another service')))
const folder = mkdtempSync(join(tmpdir(), 'profiler-'))
let app: FastifyInstance
let origin: string

before(async () => {
  process.env.SECRETS_TEST_TOKEN = plant('environment')
  process.env.FASTIFY_PROFILER_NOTHING = plant('environment, beside our own variables')
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const stream = { write: (line: string) => lines.push(line) }
  app = fastify({ logger: { level: 'trace', stream }, requestIdHeader: 'x-request-id' })
  await app.register(profiler, { enabled: true, warnBlockedMs: 1, persist: folder })
  routes()
  origin = await app.listen({ port: 0, host: '127.0.0.1' })
  await visit()
  await app.profiler.flush()
  await readAll()
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await app.close()
  upstream.close()
  delete process.env.SECRETS_TEST_TOKEN
  delete process.env.FASTIFY_PROFILER_NOTHING
})

function routes(): void {
  const burn = namedBurn('burn_secret', 4, () => {})
  app.get('/read/:name', async () => {
    const local = plant('local variable')
    burn()
    await sleep(1)
    return { length: local.length, [plant('key of an answer')]: plant('answer') }
  })
  app.get('/headers', async (_request, reply) => {
    burn()
    return reply
      .header('set-cookie', `session=${plant('cookie that is set')}`)
      .header('x-token', plant('header of an answer'))
      .header('location', `/login?ticket=${plant('location of an answer')}`)
      .send('ok')
  })
  app.post('/body', { schema: { body: { type: 'object', required: ['needed'] } } }, async () => 'ok')
  app.post('/any', async () => {
    burn()
    return 'ok'
  })
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.get('/throws', async () => {
    burn()
    throw Object.assign(new Error(plant('message of an error')), {
      name: plant('name of an error'),
      code: plant('code of an error'),
      statusCode: 503,
      cause: new Error(plant('cause of an error')),
    })
  })
  app.get('/outgoing', async () => {
    const { port } = new URL(originOf(upstream))
    const secretUrl = `http://127.0.0.1:${port}/${shown}?key=${plant('query of an outgoing request')}`
    await fetch(secretUrl, {
      method: 'POST',
      headers: { authorization: plant('header of an outgoing request') },
      body: plant('body of an outgoing request'),
    }).then((response) => response.text())
    const sql = `SELECT * FROM users WHERE password = '${plant('literal in a query')}'`
    await tracingChannel('mysql2:query').tracePromise(() => sleep(3, 'rows'), {
      query: sql,
      values: [plant('value of a query')],
    })
    await tracingChannel('ioredis:command').tracePromise(() => sleep(3, 'rows'), {
      command: 'set',
      args: ['k', plant('argument of a command')],
    })
    return 'ok'
  })
}

async function visit(): Promise<void> {
  const get = (path: string, init?: RequestInit) =>
    fetch(origin + path, init).then((response) => response.text())
  const secretQuery = [
    `token=${plant('query')}`,
    `a=1&b=${plant('second value of a query')}`,
    plant('query without a name'),
    `${Buffer.from(plant('base64 query')).toString('base64')}=`,
    `x[${'y'}]=${plant('nested query')}`,
    `%74oken=${plant('query with an encoded name')}`,
    `q=${plant('query with more signs')}=&=;${plant('query after a semicolon')}`,
  ]
  await Promise.all(secretQuery.map((query) => get(`/read/${shown}?${query}`)))
  await get(`/nowhere?key=${plant('query of a 404')}`)
  await get('/read/x', {
    headers: {
      authorization: `Bearer ${plant('Authorization')}`,
      cookie: `session=${plant('Cookie')}`,
      'user-agent': plant('User-Agent'),
      referer: `https://example.com/?key=${plant('Referer')}`,
      'x-api-key': plant('header of its own'),
      'x-request-id': plant('id of a request'),
      'accept-language': plant('Accept-Language'),
    },
  })
  const post = (path: string, type: string, body: string) =>
    get(path, { method: 'POST', headers: { 'content-type': type }, body })
  await post('/any', 'application/json', JSON.stringify({ [plant('key in a body')]: plant('body') }))
  await post('/any', 'application/json', `{"broken": ${plant('broken body')}`)
  await post('/any', 'text/plain', plant('plain body'))
  await post('/any', `text/${plant('content type')}`, plant('body of an unknown type'))
  await post('/body', 'application/json', JSON.stringify({ wrong: plant('body that is not valid') }))
  await get('/throws')
  await get('/headers')
  await get('/outgoing')
  await raw(
    `GET http://user:${plant('user of an absolute URL')}@localhost/read/a?b=${plant('absolute URL')} HTTP/1.1`,
  )
  await raw(`GET /read/a?c=1#${plant('fragment')} HTTP/1.1`)
  await raw(`GET /%zz?${plant('query of what is no address')} HTTP/1.1`)
  // Questions to the dashboard are nobody's business either.
  const asked = {
    headers: { cookie: plant('cookie for the dashboard'), 'x-token': plant('header for the dashboard') },
  }
  await get(`/__profile/api/routes?x=${plant('query for the dashboard')}`, asked)
  await get(`/__profile/?route=${plant('query for the page')}`, asked)
  await get(`/__profile/api/requests/${plant('id for the dashboard')}`, asked)
}

async function raw(requestLine: string): Promise<void> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.end(`${requestLine}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  for await (const _ of socket);
}

async function readAll(): Promise<void> {
  const { profiler: own } = app
  const ask = async (path: string) => {
    const response = await app.inject(`/__profile/${path}`)
    told[`GET ${path}`] = JSON.stringify(response.headers) + unzipped(response.rawPayload)
  }
  for (const path of ['', 'index.html', 'none', 'api/status', 'api/routes', 'api/requests?limit=1000'])
    await ask(path)
  for (const { id } of own.requests({ limit: 1000 })) {
    await ask(`api/requests/${id}`)
    await ask(`api/profile?request=${id}&across=true`)
    await ask(`api/profile?request=${id}&format=packed`)
    await ask(`api/requests/${id}/chart`)
    await ask(`api/requests/${id}/chart?format=packed`)
  }
  for (const { route } of own.routes()) {
    const selection = `route=${encodeURIComponent(route)}`
    await ask(`api/phases?${selection}`)
    await ask(`api/waiting?${selection}`)
    for (const format of exportFormats) await ask(`api/profile?${selection}&phases=true&format=${format}`)
    for (const file of new Set(own.profile({ route }).frames.map(({ file }) => file))) {
      await ask(`api/source?${selection}&file=${encodeURIComponent(file)}`)
    }
  }
  const url = '/__profile/api/baselines/kept'
  assert.equal((await app.inject({ method: 'PUT', url })).statusCode, 200)
  await ask('api/baselines')
  const head = encodeURIComponent(`route=${encodeURIComponent('GET /read/:name')}`)
  await ask(`api/diff?base=baseline%3Dkept&head=${head}`)
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
    if (file.isFile())
      told[`the file ${file.name}`] = unzipped(readFileSync(join(file.parentPath, file.name)))
  }
  told['app.profiler'] = JSON.stringify([own.status(), own.routes(), own.requests(), own.profile()])
  own.printStats({ stream: { write: (text) => (told.printStats = text) } })
  told['Server-Timing'] = JSON.stringify((await app.inject('/read/z')).headers, ['server-timing'])
  told['the log'] = lines.filter((line) => line.includes('fastify-profiler')).join('')
  told.events = await firstEvents()
}

function unzipped(bytes: Buffer): string {
  return String(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes)
}

/** What a reader of events is told until it hears of a request of its own; it may hear of earlier ones first. */
async function firstEvents(): Promise<string> {
  const response = await fetch(`${origin}/__profile/api/events`, { signal: AbortSignal.timeout(30_000) })
  let text = ''
  await fetch(`${origin}/read/${shown}?late=${plant('query while somebody reads events')}`).then((r) =>
    r.text(),
  )
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString()
    if (text.includes(shown)) break
  }
  return text
}

describe('whatever the profiler tells', () => {
  test('it has seen much, and was looked at closely', () => {
    assert.ok(Object.keys(planted).length >= 40, `${Object.keys(planted).length} secrets`)
    assert.ok(Object.keys(told).length > 60, `${Object.keys(told).length} answers`)
    const tellers = Object.keys(told).filter((who) => told[who].includes(shown))
    assert.ok(
      tellers.includes('GET api/requests?limit=1000') && tellers.includes('events'),
      tellers.join(', '),
    )
    assert.match(told['the log'], /blocked/)
    for (const who of [/^the file /, /api\/diff/, /format=pprof/]) {
      assert.ok(
        Object.keys(told).some((name) => who.test(name) && told[name].includes('burn_secret')),
        `${who}`,
      )
    }
    for (const who of ['printStats', 'GET api/source', 'GET api/diff', 'format=cpuprofile', 'format=pprof'])
      assert.ok(
        Object.keys(told).some((name) => name.includes(who) && told[name].length > 50),
        who,
      )
    assert.ok(Object.values(told).some((text) => text.includes('SELECT * FROM users WHERE password = ?')))
    assert.ok(
      Object.values(told).some((text) => text.includes(`/${shown}?key=`)),
      'the outgoing request',
    )
  })

  test('no secret is in it, in any spelling', () => {
    const found: string[] = []
    for (const [where, secret] of Object.entries(planted)) {
      const spellings = [
        secret,
        Buffer.from(secret).toString('base64').slice(0, -4),
        Buffer.from(secret).toString('hex'),
      ]
      for (const [who, text] of Object.entries(told)) {
        if (spellings.some((spelling) => text.toLowerCase().includes(spelling.toLowerCase()))) {
          found.push(`${where}: told by ${who}`)
        }
      }
    }
    assert.deepEqual(found, [])
  })
})
