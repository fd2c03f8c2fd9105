import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, percentile, slopeOf } from '../measure.ts'
import { load } from './client.ts'
import type { Health } from './server.ts'

export interface SoakOptions {
  /** Requests sent to each of the two applications. */
  readonly requests: number
  /** Time after which no further batches are sent, even if requests are left. */
  readonly minutes: number
  readonly connections: number
  /** Number of batches that each gets its requests in, in turns; memory is measured after each. */
  readonly batches: number
}

export interface SoakSide {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMsPerRequest: number
  /** Memory after warm-up (a third of the batches) and at the end, both after garbage collection. */
  readonly heapMiB: readonly [number, number]
  readonly rssMiB: readonly [number, number]
  /** Slope of a line through all batches after warm-up, KiB per 10,000 requests. */
  readonly heapSlope: number
  readonly rssSlope: number
}

export interface SoakResult {
  readonly profiled: SoakSide
  readonly bare: SoakSide
  /** p99 with the profiler over p99 without, in the same turn; median of the turns. */
  readonly p99Ratio: number
  readonly open: number
  /** Requests that reached the application, less those that the profiler has accounted for. */
  readonly lost: number
  /** Recorded time that belongs neither to requests, other code or garbage collection, nor was idle, milliseconds. */
  readonly unaccountedMs: number
  readonly restarts: number
  readonly problem: string
  readonly warnings: number
}

interface Batch {
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly health: Health
}

/** Sends the same requests to an application with the profiler and to one without, in turns, in a process each. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const servers = { profiled: serve('profiled'), bare: serve('bare') }
  const batches: Record<keyof typeof servers, Batch[]> = { profiled: [], bare: [] }
  const size = Math.ceil(options.requests / options.batches)
  const until = performance.now() + options.minutes * 60_000
  try {
    const first = { profiled: await health(servers.profiled), bare: await health(servers.bare) }
    for (let i = 0; i < options.batches && performance.now() < until; i++) {
      for (const side of i % 2 === 0 ? (['profiled', 'bare'] as const) : (['bare', 'profiled'] as const)) {
        const began = performance.now()
        const times = await load(first[side].port, size, options.connections)
        const seconds = (performance.now() - began) / 1000
        // Requests whose client has left still have to end.
        await sleep(100)
        servers[side].send('weigh')
        const [p50Ms, p99Ms] = [percentile(times, 0.5), percentile(times, 0.99)]
        batches[side].push({ seconds, p50Ms, p99Ms, health: await health(servers[side]) })
      }
    }
    for (const server of Object.values(servers)) {
      server.send('close')
      server.disconnect()
      if (server.exitCode === null) await once(server, 'exit')
    }
  } finally {
    for (const server of Object.values(servers)) server.kill()
  }
  return judge(batches)
}

function serve(side: 'profiled' | 'bare'): ChildProcess {
  const env = { ...process.env, NODE_ENV: 'development', NODE_OPTIONS: '', FASTIFY_PROFILER: '' }
  return fork(new URL('./server.ts', import.meta.url), [side], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env,
  })
}

function health(server: ChildProcess): Promise<Health> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) =>
      reject(new Error(`a server of the soak test ended with ${signal ?? code}`))
    server.once('exit', ended)
    server.once('message', (told) => {
      server.off('exit', ended)
      resolve(told as Health)
    })
  })
}

function judge({ profiled, bare }: Record<'profiled' | 'bare', Batch[]>): SoakResult {
  const { seen, status, warnings } = profiled.at(-1)!.health
  const { counts, accounting, sampler, problem } = status!
  const { requestsMs, otherMs, gcMs, idleMs, recordedMs } = accounting
  return {
    profiled: sideOf(profiled),
    bare: sideOf(bare),
    p99Ratio: median(bare.map(({ p99Ms }, i) => profiled[i].p99Ms / p99Ms)),
    open: counts.inFlight,
    lost: seen - counts.requests - counts.inFlight,
    unaccountedMs: recordedMs - requestsMs - otherMs - gcMs - idleMs,
    restarts: sampler.restarts,
    problem,
    warnings,
  }
}

function sideOf(batches: readonly Batch[]): SoakSide {
  const last = batches.at(-1)!.health
  const warm = batches.slice(Math.floor(batches.length / 3))
  const of = (pick: (health: Health) => number) => ({
    ends: [pick(warm[0].health) / 2 ** 20, pick(last) / 2 ** 20] as const,
    slope: slopeOf(warm.map(({ health }) => [health.seen / 10_000, pick(health) / 1024])),
  })
  const heap = of(({ heapBytes }) => heapBytes)
  const rss = of(({ rssBytes }) => rssBytes)
  return {
    requests: last.seen,
    perSecond: last.seen / batches.reduce((sum, { seconds }) => sum + seconds, 0),
    p50Ms: median(batches.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(batches.map(({ p99Ms }) => p99Ms)),
    cpuMsPerRequest: last.cpuMs / last.seen,
    heapMiB: heap.ends,
    rssMiB: rss.ends,
    heapSlope: heap.slope,
    rssSlope: rss.slope,
  }
}
