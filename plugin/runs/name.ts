import { createHash } from 'node:crypto'
import { cleanText } from '../model/clean.ts'

/** A run of an application: from its registration to its end, in one process. */
export interface Run {
  /** What it is a run of, over all restarts. */
  readonly app: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/**
 * What identifies an application: the scripts in its command (`node app.js`, `fastify start app.js`; other arguments may
 * change from start to start), where it is started, and how many of the same are running in this process.
 */
export function appKey(prefix: string, nth: number, argv: readonly string[] = process.argv): string {
  const scripts = argv.slice(1).filter((word, i) => i === 0 || /\.[cm]?[jt]sx?$/.test(word))
  return hash(JSON.stringify([scripts, process.cwd(), prefix, nth]), 12)
}

/** The name of what is kept of a route; a baseline's name, so that the same files serve. */
export function runName({ app, pid, startedAt }: Run, route: string): string {
  return `${app}-${routeKey(route)}-${pid}-${startedAt.toString(36)}`
}

export function routeKey(route: string): string {
  return hash(cleanText(route), 16)
}

export interface Named extends Run {
  readonly name: string
  readonly routeKey: string
}

export function readRunName(name: string): Named | undefined {
  const parts = /^([0-9a-f]{12})-([0-9a-f]{16})-([1-9]\d{0,9})-([0-9a-z]{1,9})$/.exec(name)
  if (parts === null) return undefined
  const [, app, routeKey, pid, start] = parts
  return { name, app, routeKey, pid: Number(pid), startedAt: Number.parseInt(start, 36) }
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
