/**
 * The application of the soak test, in a process of its own. Its argument is `profiled` or `bare`. It answers each
 * message with its `Health`, except `close`, which ends it.
 */
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify from 'fastify'
import profiler from '../../plugin/index.ts'
import type { Status } from '../../plugin/model/wire/status.ts'

export interface Health {
  readonly port: number
  /** Requests that reached a hook of the application itself. */
  readonly seen: number
  /** Heap and array buffers in use after garbage collection. */
  readonly heapBytes: number
  readonly rssBytes: number
  readonly cpuMs: number
  /** The profiler's status when everything is attributed; `undefined` without the profiler. */
  readonly status: Status | undefined
  readonly warnings: number
}

const profiled = process.argv[2] === 'profiled'
const app = fastify({ forceCloseConnections: true })
let seen = 0
let warnings = 0
process.on('warning', () => warnings++)

await app.register(profiler, { enabled: profiled, warnBlockedMs: false, maxBytes: 8 * 2 ** 20 })
app.addHook('onRequest', (_request, _reply, done) => {
  seen++
  done()
})
app.get('/hello', async () => ({ hello: 'world' }))
app.get('/users/:id', async (request) => request.params)
app.get('/callback', (_request, reply) => void setImmediate(() => reply.send({ by: 'callback' })))
app.post('/echo', async (request) => request.body)
app.get('/awaits', async () => {
  let sum = 0
  for (let i = 0; i < 20; i++) sum += await i
  return { sum }
})
app.get('/burn', async () => {
  let x = 1
  for (let i = 0; i < 100_000; i++) x = (x * 31 + i) | 0
  return { x }
})
app.get('/stream', (_request, reply) => reply.send(Readable.from(['one', 'two', 'three'])))
app.get('/fails', async () => {
  throw new Error('meant')
})
app.get('/hijacked', (_request, reply) => {
  reply.hijack()
  reply.raw.setHeader('content-length', 8)
  setImmediate(() => reply.raw.end('hijacked'))
})
app.get('/never', () => {})
app.get('/slow', async () => {
  await sleep(20)
  return 'slow'
})
app.get('/endless', (_request, reply) =>
  reply.send(
    Readable.from(
      (async function* () {
        for (;;) {
          yield 'x'.repeat(1000)
          await sleep(1)
        }
      })(),
    ),
  ),
)
await app.listen({ port: 0, host: '127.0.0.1' })
await tell()

process.on('message', async (message) => {
  if (message === 'close') await app.close()
  else await tell()
})

async function tell(): Promise<void> {
  // Those whose client has left end when this process hears of it, which may take a while.
  for (let i = 0; i < 500 && profiled && app.profiler.status().counts.inFlight > 0; i++) await sleep(20)
  await app.profiler.flush()
  for (let i = 0; i < 3; i++) globalThis.gc!()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const health: Health = {
    port: (app.server.address() as AddressInfo).port,
    seen,
    heapBytes: heapUsed + arrayBuffers,
    rssBytes: rss,
    cpuMs: (user + system) / 1000,
    status: profiled ? app.profiler.status() : undefined,
    warnings,
  }
  process.send!(health)
}
