import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
// Loaded before a test registers the profiler, for which Fastify allows ten seconds: too few for compiling it all on a
// machine that is very busy.
import '@fastify/static'
import '../plugin/install.ts'
import { insideWays, outsideWays, type Way } from './ways-async.ts'
import { type Job, phaseRoutes } from './ways-phases.ts'
import { poolWays } from './ways-pool.ts'

export type { Job } from './ways-phases.ts'

export interface WaysApp {
  readonly app: FastifyInstance
  readonly origin: string
  readonly jobs: readonly Job[]
  /** CPU burned per job's name on the application's own clock, milliseconds. */
  readonly burnedMs: Record<string, number>
  /** What all burns together would have taken on a machine that does nothing else. */
  askedMs(): number
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
  const { port } = upstream.address() as AddressInfo
  const app = fastify()
  await app.register(plugin, options)
  const burnedMs: Record<string, number> = {}
  let burns = 0
  const burnOf = (name: string) => {
    burnedMs[name] = 0
    return namedBurn(`burn_${name}`, burnMs, (ms) => {
      burnedMs[name] += ms
      burns++
    })
  }
  const jobs = [
    ...wayRoutes(app, { ...insideWays, ...outsideWays(port), ...poolWays }, burnOf),
    ...phaseRoutes(app, burnOf),
  ]
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    origin: originOf(app.server),
    jobs,
    burnedMs,
    askedMs: () => burns * burnMs,
    async close() {
      await app.close()
      upstream.close()
    },
  }
}

function wayRoutes(
  app: FastifyInstance,
  ways: Readonly<Record<string, Way>>,
  burnOf: (name: string) => () => void,
): Job[] {
  return Object.entries(ways).map(([name, way]) => {
    const burn = burnOf(name)
    app.get(`/${name}`, async () => {
      await way(burn)
      return { name }
    })
    return { name, route: `GET /${name}`, method: 'GET' }
  })
}

/** A function of its own in V8's eyes, that hashes for `ms` and says how long it really took. */
export function namedBurn(name: string, ms: number, done: (ms: number) => void): () => void {
  const source = `return function ${name}() {
    const began = performance.now()
    let x = 0
    while (performance.now() - began < ms) for (let i = 0; i < 500; i++) x = (x * 31 + i) | 0
    done(performance.now() - began)
  }`
  return new Function('performance', 'ms', 'done', source)(performance, ms, done)
}

export function originOf(server: Server | FastifyInstance['server']): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends every job `rounds` times over so many connections, in an order that mixes them. */
export async function load(
  origin: string,
  jobs: readonly Job[],
  rounds: number,
  connections: number,
): Promise<void> {
  const queue = Array.from({ length: rounds }, (_, round) => jobs.map((job) => ({ job, round }))).flat()
  queue.sort((a, b) => mixed(a) - mixed(b))
  const worker = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await send(origin, next.job)
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

async function send(origin: string, { name, method, headers, body, status = 200 }: Job): Promise<void> {
  const response = await fetch(`${origin}/${name}`, { method, headers, body })
  await response.text()
  if (response.status !== status) throw new Error(`${name}: answered ${response.status}`)
}

function mixed({ job, round }: { job: Job; round: number }): number {
  return createHash('md5').update(`${job.name}${round}`).digest().readUInt32LE(0)
}
