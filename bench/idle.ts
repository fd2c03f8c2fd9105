import type { ChildProcess } from 'node:child_process'
import { ask, heard, sleep, startChild } from './children.ts'
import type { Cpu } from './measure.ts'

export interface Idle {
  readonly subject: string
  readonly seconds: number
  /** Percentage of a core, over all threads. */
  readonly corePercent: number
  readonly targetPercent: number
}

const TARGET_PERCENT = 0.2
/** Longer than any sampler waits before it rests. */
const UNTIL_REST_MS = 18_000

/** Measures the CPU of servers that got requests and then were left alone, side by side: 20 s with 40 rounds. */
export async function idle(rounds: number): Promise<Idle[]> {
  const seconds = rounds / 2
  const client = startChild('client')
  const subjects = ['absent', 'registered', 'recording']
  const servers = subjects.map((subject) => startChild('server', { args: [subject] }))
  try {
    for (const server of servers) {
      const { port } = await heard<{ port: number }>(server)
      await ask(client, { port, path: '/json', requests: 200, connections: 5 })
    }
    await sleep(UNTIL_REST_MS)
    const before = await cpuOf(servers)
    await sleep(seconds * 1000)
    const after = await cpuOf(servers)
    return subjects.map((subject, i) => ({
      subject,
      seconds,
      corePercent: Math.round(((after[i] - before[i]) / seconds / 1e4) * 1000) / 1000,
      targetPercent: TARGET_PERCENT,
    }))
  } finally {
    for (const child of [client, ...servers]) child.kill('SIGKILL')
  }
}

function cpuOf(servers: readonly ChildProcess[]): Promise<number[]> {
  return Promise.all(servers.map(async (server) => (await ask<Cpu>(server, 'cpu')).allUs))
}
