import { ask, heard, sleep, startChild } from './children.ts'
import { percentile } from './measure.ts'
import type { Scenario } from './routes.ts'
import type { StallAnswer } from './stall-server.ts'

/**
 * How long the event loop stands still, with the profiler and without. Two servers get the same requests in turns,
 * paced so that half a core is enough.
 *
 * There are two measures. `turns` is what the engine itself reports: how long it held the loop, each time it did.
 * `windows` does not rely on that: it is the longest delay of a timer in libuv within each quarter of a second, and
 * includes what handlers, the collector and other work on the machine add. What the profiler adds is the difference
 * between the two servers.
 */
export interface Stall {
  readonly load: string
  readonly subject: string
  readonly measure: 'turns' | 'windows'
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  /** Target for the 99th percentile of the turns. */
  readonly targetMs?: number
}

/** Requests that take about half of `BURST_MS`. */
type Burst = Omit<Scenario, 'name'>

/** The bursts of each load, which take turns. */
const loads: Record<string, readonly Burst[]> = {
  'few stacks': [
    { path: '/json', requests: 50, connections: 5 },
    { path: '/queries', requests: 10, connections: 10 },
  ],
  'each sample another stack': [{ path: '/deep', requests: 20, connections: 5 }],
}

/** How long each server is under load in a round. */
const SEGMENT_MS = 1500
const BURST_MS = 100
const WARM_UP_ROUNDS = 4
const TARGET_MS = Number.parseInt(process.versions.node, 10) >= 24 ? 2 : 5

export async function stall(rounds: number): Promise<Stall[]> {
  const results: Stall[] = []
  for (const [load, bursts] of Object.entries(loads))
    results.push(...(await stallUnder(load, bursts, rounds)))
  return results
}

async function stallUnder(load: string, bursts: readonly Burst[], rounds: number): Promise<Stall[]> {
  const client = startChild('client')
  const subjects = ['absent', 'recording']
  const servers = subjects.map((subject) => startChild('stall-server', { args: [subject] }))
  const ports = await Promise.all(servers.map(async (server) => (await heard<{ port: number }>(server)).port))
  const answers: StallAnswer[] = subjects.map(() => ({ windowsMs: [], turnsMs: [] }))
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const [i, server] of servers.entries()) {
        await ask(server, 'begin')
        const until = performance.now() + SEGMENT_MS
        for (let burst = 0; performance.now() < until; burst++) {
          const nextBurst = sleep(BURST_MS)
          await ask(client, { port: ports[i], ...bursts[burst % bursts.length] })
          await nextBurst
        }
        const { windowsMs, turnsMs } = await ask<StallAnswer>(server, 'end')
        if (round < 0) continue
        answers[i].windowsMs.push(...windowsMs)
        answers[i].turnsMs.push(...turnsMs)
      }
    }
  } finally {
    for (const child of [client, ...servers]) child.kill('SIGKILL')
  }
  return [
    summary(load, 'recording', 'turns', answers[1].turnsMs),
    ...subjects.map((subject, i) => summary(load, subject, 'windows', answers[i].windowsMs)),
  ]
}

function summary(load: string, subject: string, measure: Stall['measure'], ms: readonly number[]): Stall {
  const at = (share: number) => Math.round(percentile(ms, share) * 100) / 100
  const result = {
    load,
    subject,
    measure,
    count: ms.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    longestMs: at(1),
  }
  return measure === 'turns' ? { ...result, targetMs: TARGET_MS } : result
}
