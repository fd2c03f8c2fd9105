import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { type WildRequest, wildRequests } from './fuzz-requests.ts'
import { answersInTime, inputs } from './fuzz-runs.ts'
import { type RawClient, rawClient, requestText } from './raw-client.ts'

let app: FastifyInstance
const logged: string[] = []

before(async () => {
  app = fastify({ logger: { level: 'warn', stream: { write: (line: string) => logged.push(line) } } })
  await app.register(profiler, { enabled: true, warnBlockedMs: false })
  app.get('/fuzz', async () => 'ok')
  await app.listen({ port: 0, host: '127.0.0.1' })
  await app.inject('/fuzz')
  await app.profiler.flush()
  app.profiler.stop()
  logged.length = 0
})
after(() => app.close())

/** How a reader of events goes, when it has read the first of them. */
const leaves: Record<string, (client: RawClient) => unknown> = {
  leaves: ({ leave }) => leave(),
  resets: ({ socket }) => socket.resetAndDestroy(),
  'says that it has said all': ({ socket }) => socket.end(),
  'asks again': ({ send }) => send(requestText('GET', '/__profile/api/events')),
  'says nonsense': ({ send }) => send('nonsense\r\n\r\n'),
}

const known = { routes: ['GET /fuzz'], ids: ['1'], files: ['test/fuzz-events.test.ts'] }
const asked = wildRequests(known).map((request) => ({
  ...request,
  url: request.url.replace(/^[^?]*/, '/__profile/api/events'),
}))

test('however events are asked for, and however the reader goes, nothing breaks and no stream stays', async (t) => {
  const statuses = new Map<string, number>()
  const state = () => JSON.stringify([app.profiler.recording, app.profiler.requests()])
  const before = state()
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(asked, asked.map(asReader)),
      fc.constantFrom(...Object.keys(leaves)),
      async (request, leave) => {
        const what = () => `${request.method} ${request.url}, then it ${leave}`
        const status = await answersInTime(visit(request, leave), what)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        assert.equal(state(), before)
      },
    ),
    inputs(300),
  )
  t.diagnostic([...statuses].map(([status, count]) => `${status}: ${count}`).join(', '))
  assert.ok(statuses.get('200')! > 50 && statuses.get('400')! > 20, JSON.stringify([...statuses]))
  assert.equal(statuses.get('409'), undefined, 'streams of readers that have gone count for nobody')
  assert.deepEqual(logged, [])
})

/** As a browser asks, whatever else it says. */
function asReader({ headers, ...request }: WildRequest): WildRequest {
  const { origin: _, 'sec-fetch-site': __, 'x-forwarded-for': ___, ...others } = headers
  return { ...request, method: 'GET', url: '/__profile/api/events', headers: others, body: undefined }
}

async function visit({ method, url, headers, body }: WildRequest, leave: string): Promise<string> {
  const client = await rawClient(app)
  const text = body?.toString('latin1')
  // What a client can put into a request line at all.
  const path = url.replace(/[^\x21-\x7e]/g, '')
  client.send(requestText(method, path, { headers: { ...headers, connection: 'close' }, body: text }))
  await client.got('\r\n\r\n')
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(client.received())!
  if (status === '200' && method === 'GET') {
    await checkStream(client)
    leaves[leave](client)
    client.socket.end()
  }
  await client.closed()
  if (status !== '200') checkRefusal(client.received(), method)
  while ((await connections()) > 0) await sleep(1)
  return status
}

async function checkStream(client: RawClient): Promise<void> {
  await client.got('\nevent: status\ndata: ')
  while (!/\ndata: .*\n\n/.test(client.received())) await sleep(1)
  const text = client.received()
  assert.match(text, /\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/)
  assert.match(text, /\r\nx-content-type-options: nosniff\r\n/)
  assert.equal(JSON.parse(/\ndata: (.*)\n\n/.exec(text)![1]).recording, false)
}

function checkRefusal(text: string, method: string): void {
  const [head, ...rest] = text.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 4\d\d /)
  for (const told of [process.cwd(), homedir(), '    at ']) assert.ok(!body.includes(told), body)
  // What is no request at all, Node and Fastify answer.
  if (method === 'HEAD' || !head.includes('x-frame-options')) return
  assert.match(JSON.parse(body).code, /^FST_PROFILER_[A-Z_]+$/)
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  )
}
