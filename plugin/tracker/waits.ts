import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Readable } from 'node:stream'
import { nowUs } from '../clock.ts'
import { MOST_WAITS_PER_REQUEST, type WaitKind } from '../model/wire/waits.ts'
import { httpTarget, redisTarget, sqlTarget, undiciTarget } from './wait-targets.ts'

/** Something that a request waited for, in times of `clock.ts`. */
export interface Wait {
  readonly kind: WaitKind
  /** What was waited for, without values: `GET http://prices/eur?day=`; `''` where Node does not say. */
  readonly target: string
  readonly startUs: number
  readonly endUs: number
  /** The request that let it go on, or of several of its route the one that it waited for longest. */
  readonly by: WaitedFor | undefined
}

export interface WaitedFor {
  readonly id: string
  /** When that request began: before that it kept nobody waiting. */
  readonly startUs: number
}

export interface Waits {
  start(): void
  stop(): void
}

export interface Waiter {
  waits: Wait[] | undefined
  /** -1 while it is open. */
  readonly endUs: number
}

/** A kind of operation, by the events that tell of it; the first one that Node publishes begins it. */
interface Operation {
  readonly begins: readonly string[]
  readonly ends: readonly string[]
  /** What the rest of the answer comes in after `ends`: the operation goes on until all of that has been read. */
  body?(message: unknown): Readable | undefined
  readonly kind: WaitKind
  /** The object that its begin and its end have in common. */
  key(message: unknown): object | undefined
  target(message: unknown): string
}

/** The begin and end events that Node, its `fetch` and database drivers publish; none of their code is patched. */
const operations: readonly Operation[] = [
  {
    // The first, which Node 20 does not have, comes before the request waits for a socket of its agent.
    begins: ['http.client.request.created', 'http.client.request.start'],
    ends: ['http.client.response.finish', 'http.client.request.error'],
    // Published when the headers have come.
    body: responseOf,
    kind: 'http',
    key: requestOf,
    target: (message) => httpTarget(requestOf(message)),
  },
  {
    begins: ['undici:request:create'],
    ends: ['undici:request:trailers', 'undici:request:error'],
    kind: 'http',
    key: requestOf,
    target: (message) => undiciTarget(requestOf(message)),
  },
  ...[
    'mysql2:query',
    'mysql2:execute',
    'pg:query',
    'mssql:query',
    'mssql:batch',
    'mssql:execute',
    'db0.query',
  ].map((name) => traced(name, sqlTarget)),
  ...['ioredis:command', 'node-redis:command'].map((name) => traced(name, redisTarget)),
]

/** An operation of a tracing channel: the same context object goes through all of its events. */
function traced(name: string, target: (context: unknown) => string): Operation {
  return {
    begins: [`tracing:${name}:start`],
    ends: [`tracing:${name}:asyncStart`, `tracing:${name}:error`],
    kind: 'database',
    key: objectOf,
    target,
  }
}

function requestOf(message: unknown): object | undefined {
  return objectOf((message as { request?: unknown } | null | undefined)?.request)
}

function responseOf(message: unknown): Readable | undefined {
  const { response } = message as { response?: unknown }
  return response instanceof Readable ? response : undefined
}

/** Calls `fn` once all of a stream has been read, or no more can come: before the application hears of it. */
function whenRead(stream: Readable | undefined, fn: () => void): void {
  let isRead = false
  const once = () => {
    if (!isRead) fn()
    isRead = true
  }
  stream?.prependListener('end', once)
  stream?.once('close', once)
}

/** A message of another form is ignored, and causes no error. */
function objectOf(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined
}

/** Listens for what requests wait for. `current` returns the request that is running now. */
export function createWaits<T extends Waiter>(current: () => T | undefined): Waits {
  const open = new WeakMap<object, { waiter: T; kind: WaitKind; target: string; startUs: number }>()
  const subscriptions = operations.flatMap((operation) => [
    ...operation.begins.map((name) => [name, (message: unknown) => begin(operation, message)] as const),
    ...operation.ends.map((name) => [name, (message: unknown) => end(operation, message)] as const),
  ])

  function begin(operation: Operation, message: unknown): void {
    const key = operation.key(message)
    if (key === undefined) return
    // What is asked of whom can still change between the first event and the next, which may come in others' turns.
    const { waiter, startUs } = open.get(key) ?? { waiter: current(), startUs: nowUs() }
    if (waiter === undefined) return
    open.set(key, { waiter, kind: operation.kind, target: target(operation, message), startUs })
  }

  function end(operation: Operation, message: unknown): void {
    const key = operation.key(message)
    const wait = key && open.get(key)
    if (wait === undefined) return
    open.delete(key!)
    const { waiter, kind, startUs } = wait
    const answered = addWait(waiter, kind, wait.target, startUs)
    whenRead(operation.body?.(message), () => {
      if (waiter.endUs >= 0) return
      waiter.waits = waiter.waits?.filter((one) => one !== answered)
      addWait(waiter, kind, wait.target, startUs)
    })
  }

  return {
    start() {
      for (const [name, listener] of subscriptions) subscribe(name, listener)
    },
    stop() {
      for (const [name, listener] of subscriptions) unsubscribe(name, listener)
    },
  }
}

/**
 * Notes what a waiter waited for from `startUs` on; until now, unless its end is given. Where there is no room for more,
 * the shortest goes: hundreds of parts of a stream must not hide what takes long after them. Returns what it has noted.
 */
export function addWait(
  waiter: Waiter,
  kind: WaitKind,
  target: string,
  startUs: number,
  endUs = nowUs(),
  by?: WaitedFor,
): Wait | undefined {
  waiter.waits ??= []
  if (waiter.waits.length === MOST_WAITS_PER_REQUEST) {
    const shortest = shortestOf(waiter.waits)
    if (lengthOf(waiter.waits[shortest]) >= endUs - startUs) return undefined
    waiter.waits.splice(shortest, 1)
  }
  const wait = { kind, target, startUs, endUs, by }
  waiter.waits.push(wait)
  return wait
}

type Span = Pick<Wait, 'startUs' | 'endUs'>

/** Index of the shortest of spans, of several the first. */
export function shortestOf(spans: readonly Span[]): number {
  let shortest = 0
  for (let i = 1; i < spans.length; i++) if (lengthOf(spans[i]) < lengthOf(spans[shortest])) shortest = i
  return shortest
}

/** Of none it is infinite. */
export function lengthOf(span: Span | undefined): number {
  return span === undefined ? Number.POSITIVE_INFINITY : span.endUs - span.startUs
}

/** The target of a message. It comes from another package, so whatever it holds, reading it must not throw. */
function target(operation: Operation, message: unknown): string {
  try {
    return operation.target(message)
  } catch {
    return ''
  }
}
