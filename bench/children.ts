import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** What the process of a script is given. */
export interface Setting {
  readonly args?: readonly string[]
  /** Further arguments for Node. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `bench/${script}.ts` in a process of its own. */
export function startChild(script: string, setting: Setting = {}): ChildProcess {
  const { args = [], execArgv = [], env = {} } = setting
  return fork(new URL(`./${script}.ts`, import.meta.url), args, {
    execArgv: ['--import', 'tsx', ...execArgv],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** The next message of a process. Rejects when it ends before it sends one, with the exit code or the signal. */
export async function heard<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController()
  const ended = exitOf(child, over.signal).then((how) => {
    throw new Error(`ended with ${how}`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', over), ended])
    return message
  } finally {
    ended.catch(() => {})
    over.abort()
  }
}

async function exitOf(child: ChildProcess, signal: AbortSignal): Promise<string | number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal })
  return child.signalCode ?? child.exitCode!
}

/** Sends a message and waits for the answer. */
export function ask<T>(child: ChildProcess, message: object | string): Promise<T> {
  const answer = heard<T>(child)
  // If it cannot be sent, waiting for the answer fails.
  child.send(message, () => {})
  return answer
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
