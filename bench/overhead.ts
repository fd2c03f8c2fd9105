import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Cpu, type Spread, shuffled, spread } from './measure.ts'
import { installOthers } from './others.ts'
import { type Scenario, scenarios } from './routes.ts'
import { subjects } from './subjects.ts'

/**
 * What the profiler and others cost: CPU per request with them, over CPU per request without.
 *
 * Each subject has a process of its own, so that none leaves traces in another (V8 goes on differently once it has
 * been profiled, and once promises were watched). Short segments follow each other in an order by chance; a round has
 * one of each subject, and a ratio is taken within a round. After some rounds all processes are made anew, since
 * chance in the making of one (where code and data come to lie) can be worth some percent. `absent again` is the
 * control: where its median is not 1.00 ± 0.02, the machine was too restless for the run to say anything.
 */
export interface Overhead {
  readonly scenario: string
  readonly subject: string
  readonly main: Spread
  readonly all: Spread
  /** Of the subject, microseconds of the main thread per request, median. */
  readonly mainUs: number
}

const GENERATIONS = 4
const WARM_UP_SEGMENTS = 6
/** Of the requests of a segment that a slow subject is asked. */
const SLOW_SHARE = 100

export async function overhead(
  rounds: number,
): Promise<{ results: Overhead[]; missing: Record<string, string>; valid: boolean }> {
  installOthers()
  const reasons = Object.entries(subjects).map(([name, { missing }]) => [name, missing?.()] as const)
  const missing = Object.fromEntries(reasons.filter(([, reason]) => reason !== undefined))
  const names = Object.keys(subjects).filter((name) => missing[name] === undefined)
  const client = fork(new URL('./client.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const costs = new Map<string, { main: number; all: number }[]>()
  const generations = Math.min(GENERATIONS, rounds)
  for (let generation = 0; generation < generations; generation++) {
    const servers = await Promise.all(names.map(serve))
    for (const scenario of scenarios) {
      for (const server of shuffled(servers))
        for (let i = 0; i < (subjects[server.name].slow ? 1 : WARM_UP_SEGMENTS); i++)
          await segment(client, server, scenario)
      const from = Math.floor((generation * rounds) / generations)
      const to = Math.floor(((generation + 1) * rounds) / generations)
      for (let round = from; round < to; round++) {
        for (const server of shuffled(servers)) {
          const key = `${scenario.name}\n${server.name}`
          costs.set(key, [...(costs.get(key) ?? []), await segment(client, server, scenario)])
        }
      }
    }
    for (const { process } of servers) process.kill('SIGKILL')
  }
  client.kill()
  const results = scenarios.flatMap((scenario) => {
    const base = costs.get(`${scenario.name}\nabsent`)!
    return names.map((name) => {
      const list = costs.get(`${scenario.name}\n${name}`)!
      return {
        scenario: scenario.name,
        subject: name,
        main: spread(list.map((cost, i) => cost.main / base[i].main)),
        all: spread(list.map((cost, i) => cost.all / base[i].all)),
        mainUs: spread(list.map((cost) => cost.main)).median,
      }
    })
  })
  const valid = results
    .filter(({ subject }) => subject === 'absent again')
    .every(({ main }) => Math.abs(main.median - 1) <= 0.02)
  return { results, missing: missing as Record<string, string>, valid }
}

interface Server {
  readonly name: string
  readonly process: ChildProcess
  readonly port: number
}

async function serve(name: string): Promise<Server> {
  const { execArgv = [], env = {} } = subjects[name]
  const server = fork(new URL('./server.ts', import.meta.url), [name], {
    execArgv: ['--import', 'tsx', ...execArgv],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = await once(server, 'message')
  return { name, process: server, port }
}

/** CPU per request, microseconds. */
async function segment(client: ChildProcess, server: Server, scenario: Scenario) {
  const { path, connections } = scenario
  const requests = subjects[server.name].slow ? Math.ceil(scenario.requests / SLOW_SHARE) : scenario.requests
  const before = await cpuOf(server)
  client.send({ port: server.port, path, requests, connections })
  await once(client, 'message')
  const after = await cpuOf(server)
  return { main: (after.mainUs - before.mainUs) / requests, all: (after.allUs - before.allUs) / requests }
}

async function cpuOf({ process }: Server): Promise<Cpu> {
  const answer = once(process, 'message')
  process.send('cpu')
  return (await answer)[0]
}
