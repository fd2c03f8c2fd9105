import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { cpuNow, type Spread, shuffled, spread } from './measure.ts'

/**
 * What the profiler costs: CPU per request with it, over CPU per request without, in one process.
 *
 * Segments of all modes follow each other in an order by chance; a round has one of each, and a ratio is taken
 * within a round. `off again` is a second run of `off`: where its median is not 1.00 ± 0.02 the machine was too
 * restless for the run to say anything.
 */
const modes = ['off', 'off again', 'registered', 'recording'] as const
type Mode = (typeof modes)[number]

export interface OverheadResult {
  readonly route: string
  readonly mode: Mode
  readonly main: Spread
  readonly all: Spread
  /** Of the mode, microseconds of the main thread per request, median. */
  readonly mainUs: number
}

const routes: Record<string, { requests: number; connections: number }> = {
  '/hello': { requests: 1500, connections: 10 },
  '/awaits/10': { requests: 300, connections: 10 },
  '/awaits/100': { requests: 600, connections: 10 },
}

export async function overhead(rounds: number): Promise<{ results: OverheadResult[]; valid: boolean }> {
  const bare = await serve(false)
  const profiled = await serve(true)
  const client = fork(new URL('./client.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const results: OverheadResult[] = []
  for (const [path, { requests, connections }] of Object.entries(routes)) {
    const costs: Record<Mode, { main: number; all: number }[]> = {
      off: [],
      'off again': [],
      registered: [],
      recording: [],
    }
    for (let round = -3; round < rounds; round++) {
      for (const mode of shuffled(modes)) {
        const app = mode.startsWith('off') ? bare : profiled
        if (mode === 'recording') profiled.profiler.start()
        const port = (app.server.address() as AddressInfo).port
        const send = async (count: number) => {
          client.send({ port, path, requests: count, connections })
          await once(client, 'message')
        }
        await send(Math.ceil(requests / 5))
        const before = cpuNow()
        await send(requests)
        const after = cpuNow()
        if (mode === 'recording') {
          profiled.profiler.stop()
          await profiled.profiler.flush()
        }
        if (round < 0) continue
        costs[mode].push({
          main: (after.mainUs - before.mainUs) / requests,
          all: (after.allUs - before.allUs) / requests,
        })
      }
    }
    for (const mode of modes) {
      results.push({
        route: path,
        mode,
        main: spread(costs[mode].map((cost, i) => cost.main / costs.off[i].main)),
        all: spread(costs[mode].map((cost, i) => cost.all / costs.off[i].all)),
        mainUs: spread(costs[mode].map((cost) => cost.main)).median,
      })
    }
  }
  client.kill()
  await Promise.all([bare.close(), profiled.close()])
  const valid = results
    .filter(({ mode }) => mode === 'off again')
    .every(({ main }) => Math.abs(main.median - 1) <= 0.02)
  return { results, valid }
}

async function serve(withProfiler: boolean): Promise<FastifyInstance> {
  const app = fastify()
  if (withProfiler) await app.register(profiler, { enabled: true, record: 'manual' })
  app.get('/hello', async () => ({ hello: 'world' }))
  // A few milliseconds of work around ten awaits, as a handler with some queries has.
  app.get('/awaits/10', async () => {
    let sum = 0
    for (let i = 0; i < 10; i++) {
      sum += work(40_000)
      await sleep(0)
    }
    return { sum }
  })
  app.get('/awaits/100', async () => {
    let sum = 0
    for (let i = 0; i < 100; i++) sum += await i
    return { sum }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

function work(steps: number): number {
  let x = 1
  for (let i = 0; i < steps; i++) x = (x * 31 + i) | 0
  return x
}
