import type { ChildProcess } from 'node:child_process'
import { ask, heard, startChild } from './children.ts'
import { type Cpu, type Spread, shuffled, spread } from './measure.ts'
import { installOthers } from './others.ts'
import { type Scenario, scenarios } from './routes.ts'
import { subjects } from './subjects.ts'

/**
 * What the profiler and others cost: CPU per request with them, over CPU per request without.
 *
 * Each subject has a process of its own, so that none leaves traces in another (V8 behaves differently once it has
 * been profiled, and once promises have been watched). Short segments follow each other in random order; a round has
 * one of each subject, and a ratio is taken within a round. After some rounds all processes are replaced by new ones,
 * since chance at the start of one (where code and data come to lie) can make a difference of some percent. The control
 * is `absent again`: where its median is not 1.00 ± 0.02, the machine was too busy for the run to say anything.
 */
export interface Overhead {
  readonly scenario: string
  readonly subject: string
  readonly main: Spread
  readonly all: Spread
  /** CPU time of the subject's main thread per request, microseconds; median. */
  readonly mainUs: number
}

export interface OverheadResult {
  readonly results: readonly Overhead[]
  /** Subjects that cannot run here, and why. */
  readonly missing: Readonly<Record<string, string>>
  /** Scenarios whose control passed. */
  readonly valid: readonly string[]
}

const BASE = 'absent'
const CONTROL = 'absent again'
const GENERATIONS = 4
const WARM_UP_SEGMENTS = 6
/** A slow subject gets one in this many requests of a segment, and takes part in one in this many rounds. */
const SLOW_SHARE = 100
const SLOW_ROUNDS = 8

interface Cost {
  readonly main: number
  readonly all: number
}
/** A subject's cost and that of the bare application in the same round. */
type Pair = readonly [cost: Cost, base: Cost]
type Pairs = Map<string, Pair[]>

export async function overhead(rounds: number): Promise<OverheadResult> {
  installOthers()
  const missing: Record<string, string> = {}
  for (const [name, subject] of Object.entries(subjects)) {
    const reason = subject.missing?.()
    if (reason !== undefined) missing[name] = reason
  }
  const names = Object.keys(subjects).filter((name) => !(name in missing))
  const client = startChild('client')
  const pairs = new Map(scenarios.map(({ name }) => [name, new Map() as Pairs]))
  const generations = Math.min(GENERATIONS, rounds)
  for (let left = generations; left > 0; left--) {
    const share = Math.ceil(rounds / generations)
    const servers = await Promise.all(names.map(serve))
    for (const scenario of scenarios)
      await measure(client, servers, scenario, share, pairs.get(scenario.name)!)
    for (const { process } of servers) process.kill('SIGKILL')
  }
  client.kill()
  const results = scenarios.flatMap(({ name }) =>
    [...pairs.get(name)!].map(([subject, list]) => summarize(name, subject, list)),
  )
  const valid = results
    .filter(({ subject, main }) => subject === CONTROL && Math.abs(main.median - 1) <= 0.02)
    .map(({ scenario }) => scenario)
  return { results, missing, valid }
}

async function measure(
  client: ChildProcess,
  servers: readonly Server[],
  scenario: Scenario,
  rounds: number,
  pairs: Pairs,
): Promise<void> {
  // They take turns, so that none rests so long that it has to warm up again.
  for (let i = 0; i < WARM_UP_SEGMENTS; i++)
    for (const server of servers) if (i === 0 || !isSlow(server)) await segment(client, server, scenario)
  for (let round = 0; round < rounds; round++) {
    const costs = new Map<string, Cost>()
    const taking = servers.filter((server) => !isSlow(server) || round % SLOW_ROUNDS === 0)
    for (const server of shuffled(taking)) costs.set(server.name, await segment(client, server, scenario))
    for (const { name } of taking)
      pairs.set(name, [...(pairs.get(name) ?? []), [costs.get(name)!, costs.get(BASE)!]])
  }
}

function summarize(scenario: string, subject: string, pairs: readonly Pair[]): Overhead {
  return {
    scenario,
    subject,
    main: spread(pairs.map(([cost, base]) => cost.main / base.main)),
    all: spread(pairs.map(([cost, base]) => cost.all / base.all)),
    mainUs: spread(pairs.map(([cost]) => cost.main)).median,
  }
}

function isSlow({ name }: Server): boolean {
  return subjects[name].slow === true
}

interface Server {
  readonly name: string
  readonly process: ChildProcess
  readonly port: number
}

async function serve(name: string): Promise<Server> {
  const { execArgv, env } = subjects[name]
  const server = startChild('server', { args: [name], execArgv, env })
  const { port } = await heard<{ port: number }>(server)
  return { name, process: server, port }
}

/** Sends the requests of a segment. Resolves with the CPU time of the server per request, microseconds. */
async function segment(client: ChildProcess, server: Server, scenario: Scenario): Promise<Cost> {
  const { path, connections } = scenario
  const requests = isSlow(server) ? Math.ceil(scenario.requests / SLOW_SHARE) : scenario.requests
  const before = await ask<Cpu>(server.process, 'cpu')
  await ask(client, { port: server.port, path, requests, connections })
  const after = await ask<Cpu>(server.process, 'cpu')
  return { main: (after.mainUs - before.mainUs) / requests, all: (after.allUs - before.allUs) / requests }
}
