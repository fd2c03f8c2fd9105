import { createHash } from 'node:crypto'
import { cleanText } from '../model/clean.ts'
import { workFolder } from '../work-folder.ts'

/** A run of an application: from its registration to its end, in one process. */
export interface Run {
  /** Key of the application, the same after every restart. */
  readonly app: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
}

/**
 * Key of an application, made from the scripts in its command (`node app.js`, `fastify start app.js`; other arguments
 * may change from start to start), its working directory, its prefix, and how many equal ones run in this process.
 */
export function appKey(prefix: string, nth: number, argv: readonly string[] = process.argv): string {
  const scripts = argv.slice(1).filter((word, i) => i === 0 || /\.[cm]?[jt]sx?$/.test(word))
  return hash(JSON.stringify([scripts, workFolder(), prefix, nth]), 12)
}

/** Name under which a route of a run is kept. It is a valid baseline name, so that files have the same form. */
export function runName({ app, pid, startedAtMs }: Run, route: string): string {
  return `${app}-${routeKey(route)}-${pid}-${startedAtMs.toString(36)}`
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
  return { name, app, routeKey, pid: Number(pid), startedAtMs: Number.parseInt(start, 36) }
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
