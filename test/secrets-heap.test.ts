import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from './child.ts'
import { requestText } from './raw-client.ts'

// What is in nobody's memory can leak nowhere. The application runs in a process that is told secrets by this one, and
// then every text in its heap is read.

const mark = 's3cr3t'
const planted = new Map<string, string>()
/** Anew in each run, so that no source and no cache holds one. */
function plant(where: string): string {
  const secret = `${mark}${randomBytes(12).toString('hex')}`
  planted.set(secret, where)
  return secret
}

test('when requests have ended, nothing secret of them is in the heap', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'heap-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const send = await application(t)
  for (let i = 0; i < 3; i++) await visit(send)
  // Node's parsers remember the last headers that they read.
  for (let i = 0; i < 20; i++) await send(requestText('GET', '/read/again'))

  const [before, rest] = await snapshot(join(folder, 'a.heapsnapshot'))
  assert.deepEqual(whereFrom(before), [])
  assert.ok(rest.listed > 30 && rest.inFlight === 1, JSON.stringify(rest))
  assert.ok(before.includes('/read/shown-path'), 'paths are kept, and found')

  await send(requestText('GET', '/keep', { headers: { 'x-secret': plant('kept by the application') } }))
  for (let i = 0; i < 20; i++) await send(requestText('GET', '/read/again'))
  const [after] = await snapshot(join(folder, 'b.heapsnapshot'))
  assert.deepEqual(whereFrom(after), ['kept by the application'])

  async function snapshot(file: string): Promise<[text: string, Record<string, number>]> {
    const answer = await send(requestText('GET', '/snapshot', { headers: { 'x-file': file } }))
    return [readFileSync(file, 'utf8'), JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))]
  }
})

function whereFrom(heap: string): string[] {
  const found = [...planted].filter(([secret]) => heap.includes(secret)).map(([, where]) => where)
  return [...new Set(found)]
}

type Send = (text: string) => Promise<string>

async function application(t: TestContext): Promise<Send> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/secrets-child.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: cleanEnv({ SECRETS_TEST_TOKEN: plant('environment') }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  let said = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    said += chunk
    if (said.includes('\n')) break
  }
  const port = Number(new URL(said.replace('origin ', '').trim()).port)
  return async (text) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text.replace('\r\n', '\r\nconnection: close\r\n'), 'latin1')
    return (await socket.setEncoding('latin1').toArray()).join('')
  }
}

async function visit(send: Send): Promise<void> {
  const get = (path: string, headers: Record<string, string> = {}) =>
    send(requestText('GET', path, { headers }))
  const post = (path: string, type: string, body: string) =>
    send(requestText('POST', path, { headers: { 'content-type': type }, body }))
  await get(`/read/shown-path?token=${plant('query')}`)
  await get(`/read/a?b=1&c=${plant('second value of a query')}`)
  await get(`/read/a?${plant('query without a name')}`)
  await get(`/read/a?${'b=1&'.repeat(100)}c=${plant('long query')}`)
  await get(`/nowhere?key=${plant('query of a 404')}`)
  await get(`/%zz?${plant('query of what is no address')}`)
  await get(`http://user:${plant('user of an absolute URL')}@localhost/read/a?b=${plant('absolute URL')}`)
  await get('/read/a', {
    authorization: `Bearer ${plant('Authorization')}`,
    cookie: `session=${plant('Cookie')}`,
    'user-agent': plant('User-Agent'),
    'x-api-key': plant('header of its own'),
  })
  await post('/any', 'application/json', JSON.stringify({ [plant('key in a body')]: plant('body') }))
  await post('/any', 'application/json', `{"broken": ${plant('broken body')}`)
  await post('/any', 'text/plain', plant('plain body'))
  // Of an unknown type, whose name Fastify itself remembers.
  await post('/any', 'text/unknown', plant('body of an unknown type'))
  await post('/body', 'application/json', JSON.stringify({ wrong: plant('body that is not valid') }))
  await get('/throws', { 'x-secret': plant('error') })
  await get('/outgoing', { 'x-secret': plant('outgoing request and queries') })
  await get(`/__profile/api/requests?route=${plant('query for the dashboard')}`)
  await get(`/__profile/api/requests/${plant('id for the dashboard')}`, {
    cookie: plant('cookie for the dashboard'),
  })
}
