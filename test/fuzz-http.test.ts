import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import profiler from '../plugin/index.ts'
import { type WildRequest, wildRequests } from './fuzz-requests.ts'
import { answersInTime, inputs } from './fuzz-runs.ts'
import { namedBurn } from './ways.ts'

/** Nothing in an answer may be as large as to hurt. */
const LARGEST = 2 ** 21

let app: FastifyInstance
const logged: string[] = []
const secret = randomBytes(8).toString('hex')

before(async () => {
  app = fastify({ logger: { level: 'warn', stream: { write: (line: string) => logged.push(line) } } })
  await app.register(profiler, { enabled: true, persist: false, serverTiming: false, warnBlockedMs: false })
  const burn = namedBurn('burn_fuzz', 3, () => {})
  app.get('/fuzz/:id', async () => {
    burn()
    return structuredClone(table())
  })
  app.post('/fuzz/*', async () => 'ok')
  await app.ready()
  await record()
  // Such as that the page is not built.
  logged.length = 0
})
after(() => app.close())

/** A function that stands in a file, so that there is a source to ask for. */
function table(): number[] {
  return Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i))
}

/** Some requests, with samples, then no more. */
async function record(): Promise<void> {
  app.profiler.start()
  // Until there are samples too, which a busy machine may owe for long.
  for (let i = 0; i < 6 || (i < 200 && app.profiler.status().counts.samples < 10); i++) {
    await app.inject(`/fuzz/${i}?token=${secret}`)
    if (i % 5 === 4) await app.profiler.flush()
  }
  await app.inject({ method: 'POST', url: '/fuzz/a/b' })
  await app.inject('/elsewhere')
  await app.profiler.flush()
  app.profiler.stop()
}

/** All that a request could change. */
function state(): string {
  const kept = app.profiler.requests({ limit: 1000 }).map(({ id, pinned }) => `${id} ${pinned}`)
  return JSON.stringify([app.profiler.recording, kept, app.profiler.status().counts])
}

function known() {
  const profile = app.profiler.profile()
  return {
    routes: app.profiler.routes().map(({ route }) => route),
    ids: app.profiler.requests().map(({ id }) => id),
    files: [...new Set(profile.frames.map(({ file }) => file).filter((file) => file !== ''))],
  }
}

async function ask({ method, url, headers, body }: WildRequest) {
  const options = { method: method as InjectOptions['method'], url, headers, payload: body }
  const asked = app.inject({ ...options, remoteAddress: '127.0.0.1' } as InjectOptions)
  return answersInTime(asked, () => `${method} ${url}`)
}

describe('whatever is asked of the dashboard', () => {
  test('it answers, tells nothing that it should not, and changes nothing that was not asked for', async (t) => {
    const answers = new Map<string, number>()
    let before = state()
    await fc.assert(
      fc.asyncProperty(wildRequests(known()), async (request) => {
        const response = await ask(request)
        const { statusCode } = response
        const kind = `${Math.floor(statusCode / 100)}xx`
        answers.set(kind, (answers.get(kind) ?? 0) + 1)
        checkAnswer(request, response)
        const changes = statusCode < 300 && ['POST', 'PUT', 'DELETE'].includes(request.method)
        if (!changes) assert.equal(state(), before, 'the state is what it was')
        else if (app.profiler.recording || app.profiler.requests().length < 8) {
          app.profiler.clear()
          await record()
        }
        before = state()
      }),
      inputs(2000),
    )
    t.diagnostic([...answers].map(([kind, count]) => `${kind}: ${count}`).join(', '))
    assert.deepEqual(logged, [], 'nothing failed that had to be logged')
    // Otherwise the inputs are so wild that they prove nothing.
    assert.ok(answers.get('2xx')! > 200 && answers.get('4xx')! > 100, JSON.stringify([...answers]))
  })

  test('the application is as it was', async () => {
    assert.equal((await app.inject('/fuzz/1')).statusCode, 200)
    assert.equal((await app.inject('/__profile/api/status')).statusCode, 200)
    assert.equal(({} as { recording?: unknown }).recording, undefined)
  })
})

function checkAnswer(
  request: WildRequest,
  { statusCode, headers, body }: Awaited<ReturnType<typeof ask>>,
): void {
  assert.ok(statusCode >= 200 && statusCode < 500, `${statusCode} ${body}`)
  assert.ok(body.length < LARGEST, `${body.length} characters`)
  assert.ok(!body.includes(secret), 'a value of a query')
  for (const [name, value] of Object.entries(headers)) assert.match(String(value), /^[\x20-\x7e]*$/, name)
  if (statusCode < 400) checkSuccess(request, body)
  else checkError(request, statusCode, body, headers)
}

function checkError(
  { method, url }: WildRequest,
  statusCode: number,
  body: string,
  headers: Readonly<Record<string, unknown>>,
): void {
  for (const told of [process.cwd(), homedir(), '    at ']) {
    assert.ok(!body.includes(told), `${told} in ${body}`)
  }
  if (method === 'HEAD' || body === '') return
  const error = JSON.parse(body)
  assert.equal(error.statusCode, statusCode)
  // What is not below the prefix, and what is no address at all, Fastify answers.
  if (headers['x-frame-options'] === undefined) {
    const { pathname } = new URL(url, 'http://localhost')
    const below = /^\/__profile(\/|$)/.test(pathname) && error.code !== 'FST_ERR_BAD_URL'
    assert.ok(!below, body)
    return
  }
  assert.match(error.code, /^FST_PROFILER_[A-Z_]+$/)
  assert.ok(error.message.length < 1000, 'an error that repeats all of its input')
  assert.deepEqual(Object.keys(error).sort(), ['code', 'error', 'message', 'statusCode'])
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.match(String(headers['content-type']), /^application\/json/)
}

/** What is served of the disk is what ran. */
function checkSuccess({ method, url }: WildRequest, body: string): void {
  if (method === 'HEAD' || !url.startsWith('/__profile/api/source')) return
  const { file, text } = JSON.parse(body)
  assert.ok(known().files.includes(file), file)
  assert.equal(typeof text, 'string')
}
