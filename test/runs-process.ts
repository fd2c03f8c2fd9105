import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PreviousAnswer } from '../plugin/model/wire/baselines.ts'
import { cleanEnv } from './child.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A process of `runs-child.ts`. */
export interface Child {
  readonly pid: number
  /** Sends that many requests, one after the other, and waits until they are recorded. */
  send(path: string, times: number): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: JSON, of which the tests say what is in it.
  ask(path: string, method?: string): Promise<{ status: number; body: any }>
  /** Of `GET api/previous`. */
  previous(): Promise<PreviousAnswer['routes']>
  /** Whether runs are kept, as it says. */
  keepsRuns(): Promise<boolean>
  /** Resolves when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Has the application close, and waits for the end of the process. */
  close(): Promise<void>
  /** What it logged. */
  readonly log: () => string
}

export interface Started {
  readonly persist: string
  /** CPU of a request, milliseconds. */
  readonly workMs?: number
  readonly options?: object
  readonly env?: Readonly<Record<string, string>>
}

export async function startChild(t: TestContext, started: Started): Promise<Child> {
  const { persist, workMs = 2, options = {}, env = {} } = started
  const file = fileURLToPath(new URL('runs-child.ts', import.meta.url))
  const args = ['--import', 'tsx', file, persist, String(workMs), JSON.stringify(options)]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: cleanEnv(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  t.after(() => child.kill('SIGKILL'))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  const reports: unknown[] = []
  let wake = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('report ')) reports.push(JSON.parse(line.slice('report '.length)))
    else log += `${line}\n`
    wake()
  })
  void ended.then(() => wake())
  // biome-ignore lint/suspicious/noExplicitAny: the child says it.
  async function report(): Promise<any> {
    while (reports.length === 0) {
      assert.equal(child.exitCode ?? child.signalCode, null, `it has ended: ${log}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return reports.shift()
  }
  const tell = (line: string) => child.stdin.write(`${line}\n`)
  const { url, pid } = await report()

  async function ask(path: string, method = 'GET') {
    const response = await fetch(`${url}/__profile/api/${path}`, { method })
    const body = await response.json()
    return { status: response.status, body }
  }

  return {
    pid,
    async send(path, times) {
      tell(`${path} ${times}`)
      assert.equal(await report(), 'sent')
    },
    ask,
    previous: async () => (await ask('previous')).body.routes,
    keepsRuns: async () => (await ask('previous')).body.kept,
    async kill(signal) {
      child.kill(signal)
      await ended
    },
    async close() {
      tell('close')
      assert.equal(await report(), 'closed')
      child.stdin.end()
      await ended
    },
    log: () => log,
  }
}

export interface KeptFile {
  readonly file: string
  readonly pid: number
  readonly route: string
  /** Since the start of its run. */
  readonly requests: number
}

/** What is kept of runs in the folder. */
export function keptIn(persist: string): KeptFile[] {
  const folder = join(persist, 'runs')
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((file) => file.startsWith('baseline-'))
  return files.flatMap((file) => {
    try {
      const head = JSON.parse(readFileSync(join(folder, file), 'utf8').split('\n')[0])
      const pid = Number(head.name.split('-')[2])
      return [{ file: join(folder, file), pid, route: head.routes[0].route, requests: head.course.requests }]
    } catch {
      return []
    }
  })
}

/** Waits until so many requests of a route are kept of a process, or fails after half a minute. */
export async function untilKept(
  persist: string,
  pid: number,
  route: string,
  requests: number,
): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const found = keptIn(persist).find((one) => one.pid === pid && one.route === route)
    if (found?.requests === requests) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(`not kept: ${requests} requests of ${route}, but ${JSON.stringify(keptIn(persist))}`)
}
