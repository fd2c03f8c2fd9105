import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Arguments for Node itself. */
  readonly nodeArgs?: readonly string[]
  /** Signal to send as soon as it has printed a line that says `ready`. */
  readonly kill?: NodeJS.Signals
  /** A child that has not ended by then is killed, which fails its test; milliseconds. */
  readonly patienceMs?: number
  /** Folder to run in; else the project's. */
  readonly cwd?: string
}

/**
 * Runs a module in a process of its own, in the project's folder, and answers with how it ended. `fastify` and
 * `profiler` are imported already.
 */
export function runChild(source: string, options: ChildOptions = {}): Promise<ChildEnd> {
  const program = `
    import fastify from 'fastify'
    import profiler from './plugin/index.ts'
    ${source}`
  return run(['--input-type=module', '-e', program], options)
}

/**
 * Runs a file of the project in a process of its own, and answers with what it reported (see `faults-app.ts`). Throws
 * unless it ends without being stopped, and well.
 */
export async function runFile<T>(
  file: string,
  args: readonly string[],
  options?: ChildOptions,
): Promise<T[]> {
  const { code, signal, stdout, stderr } = await run([file, ...args], options)
  if (code !== 0) throw new Error(`${file} ended with ${signal ?? code}:\n${stdout}\n${stderr}`)
  return [...stdout.matchAll(/^report (.*)$/gm)].map(([, json]) => JSON.parse(json))
}

/** The environment of these tests, without what the profiler or Node would go by. */
export function cleanEnv(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const none = { NODE_ENV: '', FASTIFY_PROFILER: '', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined }
  return { ...process.env, ...none, ...env }
}

function run(program: readonly string[], options: ChildOptions = {}): Promise<ChildEnd> {
  const { env, nodeArgs = [], kill, patienceMs = 60_000, cwd = root } = options
  const args = ['--import', 'tsx', ...nodeArgs, ...program]
  const child = spawn(process.execPath, args, { cwd, env: cleanEnv(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text) => {
    out.stderr += text
  })
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out.stdout += text
    if (kill !== undefined && /^ready$/m.test(out.stdout)) child.kill(kill)
  })
  const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(patience)
      resolve({ code, signal, ...out })
    })
  })
}
