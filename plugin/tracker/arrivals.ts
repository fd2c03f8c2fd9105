import { Socket } from 'node:net'
import { MessagePort } from 'node:worker_threads'
import { bodyless } from '../model/bodyless.ts'
import type { ArrivalKind } from '../model/wire/waits.ts'
import { symbolOf } from '../symbol-of.ts'
import { isParser } from './async-hooks.ts'
import { addWait, type Wait, type Waiter } from './waits.ts'

/** A request that waits, in times of `clock.ts`. */
export interface Waiting extends Waiter {
  readonly method: string
  /** End of its last turn, -1 before that. */
  readonly leftUs: number
}

/** The answer to a query takes longer, even from the same machine. */
export const SHORTEST_US = 50

/**
 * A request goes on at `us` in a turn of the loop that began at `turnUs` with the callback of `resource`: notes what
 * arrived there, and that it waited for that since its last turn. So waits have a name that no driver announces: for the
 * answer of a database, say. Never throws.
 */
export function noteArrival(request: Waiting, resource: object, us: number, turnUs: number): void {
  if (!hasWaited(request, us, turnUs)) return
  const arrival = arrivalOf(resource)
  if (arrival === undefined || (arrival.kind === 'body' && bodyless.has(request.method))) return
  const { kind, target } = arrival
  const last = request.waits?.at(-1)
  let fromUs = request.leftUs
  if (last !== undefined && isGoingOn(last, kind, fromUs)) {
    fromUs = last.startUs
    request.waits!.pop()
  }
  addWait(request, kind, target, fromUs)
}

/**
 * Whether what arrives is the next part of what arrived last: a body is one thing, in however many parts it comes. So is
 * what a stream compresses, if nothing else can have been waited for in between.
 */
function isGoingOn(last: Wait, kind: Arrival['kind'], fromUs: number): boolean {
  if (last.kind !== kind || last.target !== '') return false
  return kind === 'body' || (kind === 'compute' && fromUs - last.endUs < SHORT_TURN_US)
}

/** In which a request passes on one part of a stream, and asks for the next. */
const SHORT_TURN_US = 1000

/** In the turn in which it goes on it may be interrupted, but does not wait. */
export function hasWaited({ endUs, leftUs }: Waiting, us: number, turnUs: number): boolean {
  return endUs < 0 && leftUs >= 0 && leftUs <= turnUs && us - leftUs >= SHORTEST_US
}

interface Arrival {
  readonly kind: Exclude<ArrivalKind, 'request'> | 'addon' | 'compute'
  /** Host and port of a connection; `''` for what has none. */
  readonly target: string
}

/** Undefined for resources that bring nothing from outside. */
function arrivalOf(resource: object): Arrival | undefined {
  try {
    // From Node 24 on, promise jobs are not among the callbacks: this is the promise that an addon made for its job.
    if (resource instanceof Promise) return { kind: 'addon', target: '' }
    if (resource instanceof MessagePort) return { kind: 'message', target: '' }
    if (isParser(resource)) return { kind: 'body', target: '' }
    if (OF_COMPRESSION in resource) return { kind: 'compute', target: '' }
    const socket = socketOf(resource)
    return socket === undefined || isAccepted(socket)
      ? undefined
      : { kind: 'connection', target: peerOf(socket) }
  } catch {
    // An object of the application's, which may throw whatever is asked of it.
    return undefined
  }
}

/** What only handles of `node:zlib` have. One does a job for each part of what it compresses. */
const OF_COMPRESSION = 'writeSync'
/** What only handles of streams have. Asked first, because most requests are woken by timers. */
const OF_STREAMS = 'readStop'

let socketKey: symbol | undefined

function socketOf(handle: object): Socket | undefined {
  if (!(OF_STREAMS in handle)) return undefined
  socketKey ??= symbolOf(handle, 'owner_symbol')
  const owner = socketKey && (handle as Record<symbol, unknown>)[socketKey]
  return owner instanceof Socket ? owner : undefined
}

/** Whether a client has opened it. What clients send is not what a request asked for, and their address is not kept. */
function isAccepted(socket: Socket): boolean {
  const { server, _tlsOptions: tls } = socket as { server?: unknown; _tlsOptions?: { isServer?: boolean } }
  return (server !== undefined && server !== null) || tls?.isServer === true
}

/** The host by the name that the application gave it; `''` for pipes and what has closed. */
function peerOf(socket: Socket): string {
  const { _host, remoteAddress, remotePort } = socket as Socket & { _host?: unknown }
  const host = typeof _host === 'string' ? _host : remoteAddress
  if (host === undefined || remotePort === undefined) return ''
  return `${host.includes(':') ? `[${host}]` : host}:${remotePort}`
}
