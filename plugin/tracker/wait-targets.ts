import type { WaitKind } from '../model/wire/waits.ts'
import { copyOf, withoutQueryValues } from '../urls.ts'

/** What a request waits for, by the type of Node's asynchronous resource. */
export const resourceKinds: ReadonlyMap<string, WaitKind> = new Map<string, WaitKind>([
  ['Timeout', 'timer'],
  ['FSREQCALLBACK', 'file'],
  ['FSREQPROMISE', 'file'],
  ['FILEHANDLECLOSEREQ', 'file'],
  ['GETADDRINFOREQWRAP', 'dns'],
  ['GETNAMEINFOREQWRAP', 'dns'],
  ['QUERYWRAP', 'dns'],
  ['TCPCONNECTWRAP', 'connect'],
  ['PIPECONNECTWRAP', 'connect'],
  ['PBKDF2REQUEST', 'compute'],
  ['SCRYPTREQUEST', 'compute'],
  ['HKDFREQUEST', 'compute'],
  ['RANDOMBYTESREQUEST', 'compute'],
  ['KEYPAIRGENREQUEST', 'compute'],
  ['SIGNREQUEST', 'compute'],
  ['HASHREQUEST', 'compute'],
  ['CIPHERREQUEST', 'compute'],
  ['PROCESSWRAP', 'process'],
])

/**
 * Whether the application waits for it. It does not for a timer that lets the process end: those keep time for libraries,
 * as the one of Node's own `fetch` does.
 */
export function isWaitedFor(resource: object): boolean {
  const { hasRef } = resource as { hasRef?: unknown }
  return typeof hasRef !== 'function' || hasRef.call(resource) !== false
}

/** Whether a timer is one of `setInterval`. */
export function repeats(timer: object): boolean {
  return typeof (timer as { _repeat?: unknown })._repeat === 'number'
}

/** When a timer is due that was made at `madeUs`, microseconds; infinite for all else. Node counts whole milliseconds. */
export function dueUs(type: string, resource: object, madeUs: number): number {
  // An addon's may throw when it is asked, which in a hook of Node's ends the process.
  if (resourceKinds.get(type) !== 'timer') return Number.POSITIVE_INFINITY
  const { _idleTimeout: ms } = resource as { _idleTimeout?: unknown }
  return typeof ms === 'number' ? madeUs + (ms + 1) * 1000 : Number.POSITIVE_INFINITY
}

/** Connections, including those to worker threads: a pool, such as that of `fetch`, keeps them for later requests. */
export const connections: ReadonlySet<string> = new Set([
  'TCPWRAP',
  'PIPEWRAP',
  'TLSWRAP',
  'UDPWRAP',
  'HTTP2SESSION',
  'WORKER',
  'MESSAGEPORT',
])

/** Longest target that is kept, characters. */
const LONGEST = 200
/** Name of jobs whose addon gives them none. */
const NAMELESS = 'generic'

/** The target of a wait, as far as Node's own object tells it when its callback runs. */
export function resourceTarget(kind: WaitKind, type: string, resource: object): string {
  if (kind === 'addon') return type === NAMELESS ? '' : copyOf(type, LONGEST)
  const said = resource as Record<string, unknown>
  // Node counts whole milliseconds, whatever a random delay before another try has behind the point.
  if (kind === 'timer')
    return typeof said._idleTimeout === 'number' ? `${Math.trunc(said._idleTimeout)} ms` : ''
  if (kind === 'dns') return text(said.hostname)
  if (kind === 'connect') return said.address === undefined ? '' : `${text(said.address)}:${text(said.port)}`
  return ''
}

/** The target of a `ClientRequest` of `node:http`. */
export function httpTarget(request: unknown): string {
  const { method, protocol, host, path, getHeader } = request as Record<string, unknown>
  const named = typeof getHeader === 'function' ? getHeader.call(request, 'host') : undefined
  return target(text(method), `${text(protocol)}//${text(named) || text(host)}`, text(path))
}

/** The target of a request of `fetch` or undici. */
export function undiciTarget(request: unknown): string {
  const { method, origin, path } = request as Record<string, unknown>
  return target(text(method), text(origin), text(path))
}

/** The statement without its literals: these may be secrets, and they make equal statements look different. */
export function sqlTarget(context: unknown): string {
  const { query, sql, database } = Object(context) as Record<string, unknown>
  const statement =
    typeof query === 'object' && query !== null ? (query as { text?: unknown }).text : (query ?? sql)
  const shape = text(statement)
    .slice(0, LONGEST_STATEMENT)
    .replace(valuesInSql, (_, name) => name ?? '?')
    .replace(/\s+/g, ' ')
    .trim()
  return copyOf(shape || text(database), LONGEST)
}

const LONGEST_STATEMENT = 4000

/**
 * Matches literals and comments. Where one ends may depend on the database (a backslash in a text, `#`, `--1`), or the
 * end is missing: then all the rest goes, since a wrong guess would mistake literals for the text between them.
 */
const valuesInSql = new RegExp(
  [
    // Names are kept.
    /(`[^`\\]*`)/,
    /'(?:[^'\\]|'')*'(?!')/,
    /"(?:[^"\\]|"")*"(?!")/,
    /\$(?<tag>[\w\u0080-\uffff]*)\$[\s\S]*?\$\k<tag>\$/,
    /\/\*(?:(?!\/\*)[\s\S])*?\*\//,
    /--(?=\s|$).*/,
    /\b\d[\w.]*/,
    /(?:['"`\\]|#(?!>)|--|\$[\w\u0080-\uffff]*\$|\/\*)[\s\S]*$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

/** The command's name without its arguments, which are data. */
export function redisTarget(context: unknown): string {
  const { command } = Object(context) as Record<string, unknown>
  return copyOf(text(command).toUpperCase(), LONGEST)
}

function target(method: string, origin: string, path: string): string {
  const host = origin.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
  return copyOf(`${method} ${host}${withoutQueryValues(path)}`, LONGEST)
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
