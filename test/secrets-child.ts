/** An application that meets secrets and knows none itself: another process sends them. */
import { tracingChannel } from 'node:diagnostics_channel'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeHeapSnapshot } from 'node:v8'
import fastify from 'fastify'
import profiler from '../plugin/index.ts'
import { namedBurn, originOf } from './ways.ts'

const app = fastify({ logger: { level: 'trace', stream: { write: () => {} } } })
await app.register(profiler, { enabled: true, warnBlockedMs: 1 })
const burn = namedBurn('burn_secret', 4, () => {})
/** What the test must find, or it would look in the wrong place. */
const kept: unknown[] = []

app.get('/read/*', async (asked) => {
  burn()
  await sleep(1)
  return { length: JSON.stringify([asked.query, asked.headers, process.env]).length }
})
app.post('/body', { schema: { body: { type: 'object', required: ['needed'] } } }, async () => 'ok')
app.post('/any', async ({ body }, reply) => {
  burn()
  return reply.header('set-cookie', `a=${JSON.stringify(body).slice(0, 60).replace(/\W/g, '')}`).send(body)
})
app.get('/throws', async ({ headers }) => {
  burn()
  const message = String(headers['x-secret'])
  throw Object.assign(new Error(message), { code: message, cause: new Error(message), statusCode: 503 })
})
app.get('/outgoing', async ({ headers }) => {
  const secret = String(headers['x-secret'])
  const path = `${originOf(app.server)}/answer?key=${secret}`
  await new Promise<void>((resolve, reject) => {
    const options = { agent: false, headers: { authorization: secret }, method: 'POST' } as const
    request(path, options, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end(secret)
  })
  const query = `SELECT * FROM users WHERE a = 'it\\'s ${secret}'`
  await tracingChannel('mysql2:query').tracePromise(() => sleep(3), { query, values: [secret] })
  const args = ['k', secret]
  await tracingChannel('ioredis:command').tracePromise(() => sleep(3), { command: 'set', args })
})
app.post('/answer', async () => 'ok')
app.get('/keep', async ({ headers }) => void kept.push(`kept ${headers['x-secret']}`))
app.get('/snapshot', async ({ headers }) => {
  await app.profiler.flush()
  const { requests, inFlight } = app.profiler.status().counts
  const listed = app.profiler.requests({ limit: 1000 }).length
  writeHeapSnapshot(String(headers['x-file']))
  return { requests, inFlight, listed, kept: kept.length }
})
app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body))

await app.listen({ port: 0, host: '127.0.0.1' })
console.log(`origin ${originOf(app.server)}`)
