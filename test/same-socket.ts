import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { type RawClient, rawClient, requestText } from './raw-client.ts'

/** Writes a line into the trace of the case whose request it is. */
export type Note = (request: { headers: Readonly<Record<string, unknown>> }, line: string) => void

/** A request on a connection of its own, after which the connection ends. */
export interface Ask {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly length?: number
}

/** What a client without manners does. */
export interface Talk extends RawClient {
  /** A request of this case; `connection: close` unless `headers` say otherwise. */
  ask(ask: Ask): void
  /** Resolves when the trace of this case has a line that begins so. */
  noted(line: string): Promise<void>
  readonly app: FastifyInstance
}

/** One application, and what clients do to it, by name. `T` is what a case that is no mere request is given. */
export interface Group<T = Talk> {
  readonly name: string
  readonly server?: FastifyServerOptions
  /** Whether requests for no route are among the cases. */
  readonly mayMiss?: boolean
  build(app: FastifyInstance, note: Note): void | Promise<void>
  readonly cases: Readonly<Record<string, Ask | ((talk: T) => Promise<void>)>>
}

/** What there was to see of one case: bytes as the client got them, hooks and handlers in order, lines of the log. */
export interface Seen {
  bytes: string
  readonly trace: string[]
  readonly log: string[]
}

export type Install = (app: FastifyInstance) => unknown
export type Play<T> = (group: Group<T>, install?: Install) => Promise<Map<string, Seen>>

/** Plays all cases over real sockets, one after another. */
export const playGroup: Play<Talk> = (group, install = () => {}) =>
  playCases(group, install, async (app, name, seen) => {
    const what = group.cases[name]
    const talk = await talkTo(app, name, seen)
    if (typeof what === 'function') await what(talk)
    else {
      talk.ask(what)
      await talk.closed()
    }
    talk.leave()
    return withoutTimes(talk.received())
  })

/** Plays one case after another, each as `playCase` does it, which answers with the bytes that the client got. */
export async function playCases<T>(
  group: Group<T>,
  install: Install,
  playCase: (app: FastifyInstance, name: string, seen: Seen) => Promise<string>,
): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>()
  const seenOf = (name: string): Seen => {
    const known = seen.get(name) ?? { bytes: '', trace: [], log: [] }
    seen.set(name, known)
    return known
  }
  /** By what stands in the request's header. */
  const caseOf = (header: unknown): Seen => seenOf(decodeURIComponent(String(header)))
  const app = fastify({
    forceCloseConnections: true,
    genReqId: (raw) => String(raw.headers['x-case']),
    logger: { level: 'trace', stream: { write: (line: string) => keepLine(line, caseOf) } },
    ...group.server,
  } as FastifyServerOptions)
  await install(app)
  await group.build(app, ({ headers }, line) => void caseOf(headers['x-case']).trace.push(line))
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const name of Object.keys(group.cases)) {
    seenOf(name).bytes = await playCase(app, name, seenOf(name))
  }
  // Handlers and timers that go on when their client has left.
  await sleep(100)
  await app.close()
  return seen
}

async function talkTo(app: FastifyInstance, name: string, { trace }: Seen): Promise<Talk> {
  const client = await rawClient(app)
  return {
    ...client,
    app,
    ask({ method = 'GET', path, headers, body, length }) {
      const all = { 'x-case': encodeURIComponent(name), connection: 'close', ...headers }
      client.send(requestText(method, path, { headers: all, body, ...(length !== undefined && { length }) }))
    },
    noted: (line) => notedIn(trace, line),
  }
}

/** Resolves when a trace has a line that begins so. */
export async function notedIn(trace: readonly string[], line: string): Promise<void> {
  while (!trace.some((noted) => noted.startsWith(line))) await sleep(2)
}

/** The group without the cases that are more than a request, or are named. */
export function requestsOf<T>(group: Group, without: readonly string[] = []): Group<T> {
  const cases = Object.entries(group.cases).filter(
    (one): one is [string, Ask] => typeof one[1] !== 'function' && !without.includes(one[0]),
  )
  return { ...group, cases: Object.fromEntries(cases) }
}

/** What differs from one run to the next, and what the profiler adds by intention. */
const times = /^(?:date|server-timing): .*\r\n/gim

export function withoutTimes(text: string): string {
  return text.replace(times, '')
}

function keepLine(line: string, caseOf: (header: unknown) => Seen): void {
  const { time, pid, hostname, responseTime, reqId, req, err, ...rest } = JSON.parse(line)
  // Addresses and the profiler's own lines.
  if (rest.msg.startsWith('fastify-profiler') || rest.msg.startsWith('Server listening')) return
  const { remotePort, host, ...asked } = req ?? {}
  const error = err && { type: err.type, message: err.message, code: err.code, statusCode: err.statusCode }
  caseOf(reqId).log.push(JSON.stringify({ ...rest, asked, error }))
}

export const hookNames = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onError',
  'onResponse',
  'onTimeout',
  'onRequestAbort',
] as const
export type HookName = (typeof hookNames)[number]
export const hooksWithPayload: ReadonlySet<string> = new Set([
  'preParsing',
  'preSerialization',
  'onSend',
  'onError',
])

type Any = never

/** Hooks of every kind on an instance: by callback, or by promise. */
export function noteHooks(app: FastifyInstance, label: string, note: Note, async = false): void {
  for (const name of hookNames) app.addHook(name as 'onRequest', notingHook(name, label, note, async))
}

/** The same as options of a route. */
export function routeHooks(label: string, note: Note, async = false): object {
  return Object.fromEntries(hookNames.map((name) => [name, notingHook(name, label, note, async)]))
}

function notingHook(name: HookName, label: string, note: Note, async: boolean): Any {
  type Request = { headers: Record<string, unknown> }
  const say = (request: Request, payload?: unknown) => note(request, `${label} ${name} ${textOf(payload)}`)
  if (name === 'onRequestAbort') {
    return (
      async
        ? async (request: Request) => say(request)
        : (request: Request, done: () => void) => {
            say(request)
            done()
          }
    ) as Any
  }
  if (hooksWithPayload.has(name)) {
    return (
      async
        ? async (request: Request, _reply: unknown, payload: unknown) => say(request, payload)
        : (request: Request, _reply: unknown, payload: unknown, done: () => void) => {
            say(request, payload)
            done()
          }
    ) as Any
  }
  return (
    async
      ? async (request: Request) => say(request)
      : (request: Request, _reply: unknown, done: () => void) => {
          say(request)
          done()
        }
  ) as Any
}

/** A label as part of a path. */
export function slug(label: string): string {
  return label.replace(/\W+/g, '-')
}

/** A payload or an error, short enough for a line. */
export function textOf(payload: unknown): string {
  if (payload instanceof Error) return `${payload.name} ${payload.message}`
  if (typeof payload !== 'object' || payload === null) return String(payload).slice(0, 60)
  if (Buffer.isBuffer(payload)) return `Buffer ${payload.length}`
  return payload.constructor?.name ?? 'object without a class'
}
