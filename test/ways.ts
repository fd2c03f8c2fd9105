import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { createHash, pbkdf2, randomBytes } from 'node:crypto'
import { lookup } from 'node:dns'
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { readFile as readFilePromise } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { gunzip, gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'

/** One asynchronous way to get to a burn of CPU in a request. */
export type Way = (burn: () => void) => Promise<unknown>

const here = fileURLToPath(import.meta.url)
const zipped = gzipSync(randomBytes(50_000))

/** Every way a callback of a request can be reached; each burns twice or more. */
export function asyncWays(upstream: string): Record<string, Way> {
  return {
    sync: async (burn) => burn(),
    promise: async (burn) => {
      burn()
      await Promise.resolve()
      burn()
    },
    timer: (burn) => new Promise((resolve) => setTimeout(() => resolve(burn()), 3)),
    immediate: (burn) => new Promise((resolve) => setImmediate(() => resolve(burn()))),
    nextTick: (burn) => new Promise((resolve) => process.nextTick(() => resolve(burn()))),
    microtask: (burn) => new Promise((resolve) => queueMicrotask(() => resolve(burn()))),
    sleepPromise: async (burn) => {
      burn()
      await sleep(5)
      burn()
    },
    fsCallback: (burn) => new Promise((resolve) => readFile(here, () => resolve(burn()))),
    fsPromise: async (burn) => {
      await readFilePromise(here)
      burn()
    },
    stream: async (burn) => {
      for await (const _ of Readable.from(['a', 'b'])) burn()
    },
    zlib: (burn) => new Promise((resolve) => gunzip(zipped, () => resolve(burn()))),
    crypto: (burn) => new Promise((resolve) => pbkdf2('a', 'b', 100, 32, 'sha256', () => resolve(burn()))),
    dns: (burn) => new Promise((resolve) => lookup('localhost', () => resolve(burn()))),
    http: (burn) =>
      new Promise((resolve) => {
        get(upstream, (response) => {
          response.on('data', () => {})
          response.on('end', () => resolve(burn()))
        })
      }),
    fetch: async (burn) => {
      const response = await fetch(upstream)
      await response.text()
      burn()
    },
    worker: (burn) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true })
        worker.once('message', () => resolve(burn()))
        worker.once('error', reject)
      }),
    messagePort: (burn) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.once('message', () => {
          burn()
          port1.close()
          resolve(undefined)
        })
        port2.postMessage(1)
      }),
    emitter: async (burn) => {
      const emitter = new EventEmitter()
      emitter.on('go', burn)
      await sleep(1)
      emitter.emit('go')
    },
    bind: (burn) =>
      new Promise((resolve) => {
        pool.push(AsyncResource.bind(() => resolve(burn())))
      }),
    runInAsyncScope: (burn) =>
      new Promise((resolve) => {
        const resource = new AsyncResource('query')
        pool.push(() => resource.runInAsyncScope(() => resolve(burn())))
      }),
    snapshot: (burn) =>
      new Promise((resolve) => {
        const inside = AsyncLocalStorage.snapshot()
        pool.push(() => inside(() => resolve(burn())))
      }),
  }
}

/** Jobs of a pool that knows no request, run from a timer made before there was any. */
const pool: (() => void)[] = []
const poolTimer = setInterval(() => pool.splice(0).forEach((job) => job()), 2)
poolTimer.unref()

export interface WaysApp {
  readonly app: FastifyInstance
  readonly origin: string
  readonly ways: readonly string[]
  /** CPU burned per way on the application's own clock, milliseconds. */
  readonly burnedMs: Record<string, number>
  close(): Promise<void>
}

/** A server with a route per way, each burning in a function of its own: `burn_timer` for `/timer`. */
export async function waysApp(
  plugin: FastifyPluginAsync<object>,
  options: object,
  burnMs: number,
): Promise<WaysApp> {
  const upstream = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const app = fastify()
  await app.register(plugin, options)
  const burnedMs: Record<string, number> = {}
  const ways = asyncWays(originOf(upstream))
  for (const [name, way] of Object.entries(ways)) {
    const burn = namedBurn(`burn_${name}`, burnMs, (ms) => {
      burnedMs[name] = (burnedMs[name] ?? 0) + ms
    })
    app.get(`/${name}`, async () => {
      await way(burn)
      return { name }
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    origin: originOf(app.server),
    ways: Object.keys(ways),
    burnedMs,
    async close() {
      await app.close()
      upstream.close()
    },
  }
}

/** A function of its own in V8's eyes, that hashes for `ms` and says how long it really took. */
export function namedBurn(name: string, ms: number, done: (ms: number) => void): () => void {
  const source = `return function ${name}() {
    const began = performance.now()
    let x = 0
    while (performance.now() - began < ms) for (let i = 0; i < 500; i++) x = (x * 31 + i) | 0
    done(performance.now() - began)
    return x
  }`
  return new Function('performance', 'ms', 'done', source)(performance, ms, done)
}

export function originOf(server: Server | FastifyInstance['server']): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends every path `rounds` times over so many connections, in an order that mixes them. */
export async function load(
  origin: string,
  paths: readonly string[],
  rounds: number,
  connections: number,
): Promise<void> {
  const queue = Array.from({ length: rounds }, (_, round) => paths.map((path) => ({ path, round }))).flat()
  queue.sort((a, b) => mixed(a) - mixed(b))
  const worker = async () => {
    for (let job = queue.pop(); job !== undefined; job = queue.pop()) {
      const response = await fetch(`${origin}/${job.path}`)
      if (!response.ok) throw new Error(`${job.path}: ${response.status}`)
      await response.text()
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

function mixed({ path, round }: { path: string; round: number }): number {
  return createHash('md5').update(`${path}${round}`).digest().readUInt32LE(0)
}
