import type { FastifyBaseLogger, FastifyInstance, FastifyReply } from 'fastify'
import { conflict } from '../errors.ts'
import type { Status } from '../model/wire/status.ts'
import { hasLeft } from '../requests/response-end.ts'
import { clearInterval, clearTimeout, setInterval, setTimeout } from '../timers.ts'
import type { Backend } from './backend.ts'
import { batchOf } from './batch.ts'
import { addCall } from './call.ts'
import { queryOf } from './query.ts'
import { type EventStream, openStream, type StreamLimits } from './stream.ts'

const MOST_READERS = 16
const MOST_REQUESTS = 200
/** Sends at most four batches of requests a second. */
const BATCH_MS = 250
/** An unchanged status is still sent at every fifth look, so that both ends know that the other is there. */
const LOOKS_PER_HEARTBEAT = 5

interface Limits extends StreamLimits {
  /** Time between two looks at the status, milliseconds. */
  readonly lookMs: number
}

const usualLimits: Limits = { mostWaiting: 256 * 1024, patienceMs: 15_000, lookMs: 1000 }

interface Reader {
  readonly stream: EventStream
  /** Number of requests that were not sent to it because it was behind. */
  missed: number
}

export function eventRoutes(scope: FastifyInstance, readers: EventReaders): void {
  addCall(scope, 'GET', '/api/events', (request, reply) => {
    queryOf(request, [])
    if (request.method === 'HEAD') void reply.type('text/event-stream; charset=utf-8').send()
    else readers.open(reply)
  })
}

/** All readers of `api/events`. Without readers it costs nothing: no timer, no listener. */
export class EventReaders {
  readonly #backend: Backend
  readonly #log: FastifyBaseLogger
  readonly #limits: Limits
  readonly #readers = new Set<Reader>()
  readonly #batch = batchOf(MOST_REQUESTS)
  #closed = false
  #look: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #unlisten = (): void => {}
  #shape = ''
  #looks = 0

  constructor(backend: Backend, log: FastifyBaseLogger, limits = usualLimits) {
    this.#backend = backend
    this.#log = log
    this.#limits = limits
  }

  /** Answers a request with a stream whose first event is the status. Throws when there are too many readers. */
  open(reply: FastifyReply): void {
    // The client left while hooks of the application ran.
    if (hasLeft(reply.raw)) {
      reply.hijack()
      return
    }
    if (this.#closed || this.#readers.size >= MOST_READERS) {
      const message = `${MOST_READERS} event streams are open, and no more are possible; close another page first`
      throw conflict('FST_PROFILER_TOO_MANY_STREAMS', message)
    }
    const status = this.#backend.status()
    const reader: Reader = { stream: openStream(reply, this.#limits), missed: 0 }
    reply.raw.once('close', () => this.#remove(reader))
    reader.stream.send('status', JSON.stringify(status))
    this.#readers.add(reader)
    if (this.#readers.size === 1) this.#wake(status)
  }

  /** Sends the status to all readers soon, instead of at the next look. */
  statusChanged(): void {
    this.#shape = ''
    this.#hurry()
  }

  /** Must be called after a clear: drops requests that were not sent to readers yet, and sends the status soon. */
  cleared(): void {
    this.#batch.take()
    this.statusChanged()
  }

  /** Ends all streams and opens no more. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.stream.end()
  }

  #wake(told: Status): void {
    this.#shape = shapeOf(told)
    this.#looks = 0
    this.#unlisten = this.#backend.onRequests((ended) => {
      this.#batch.add(ended)
      this.#hurry()
    })
    this.#look = setInterval(() => this.#guarded(() => this.#tellStatus()), this.#limits.lookMs).unref()
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader)
    if (this.#readers.size > 0) return
    this.#unlisten()
    clearInterval(this.#look)
    clearTimeout(this.#soon)
    this.#soon = undefined
    this.#batch.take()
  }

  #hurry(): void {
    if (this.#soon !== undefined || this.#readers.size === 0) return
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      if (this.#shape === '') this.#guarded(() => this.#tellStatus())
      this.#guarded(() => this.#tellRequests())
    }, BATCH_MS).unref()
  }

  #tellStatus(): void {
    const status = this.#backend.status()
    const shape = shapeOf(status)
    this.#looks++
    if (shape === this.#shape && this.#looks < LOOKS_PER_HEARTBEAT) return
    this.#shape = shape
    this.#looks = 0
    const data = JSON.stringify(status)
    for (const reader of this.#readers) reader.stream.send('status', data)
  }

  #tellRequests(): void {
    const batch = this.#batch.take()
    if (batch === undefined) return
    const data = JSON.stringify(batch)
    for (const reader of this.#readers) {
      const own =
        reader.missed === 0 ? data : JSON.stringify({ ...batch, missed: batch.missed + reader.missed })
      if (reader.stream.send('requests', own)) reader.missed = 0
      else reader.missed += batch.requests.length + batch.missed
    }
  }

  /** Logs errors, since an error thrown in a timer would end the process. */
  #guarded(tell: () => void): void {
    try {
      tell()
    } catch (err) {
      this.#log.error({ err }, 'fastify-profiler could not send an event')
    }
  }
}

/** What makes a status worth sending when it changes. Times always change, so they are left out. */
function shapeOf(status: Status): string {
  const { sampler, recording, clearedAt, memory, counts, problem, baselines } = status
  const { name, state } = sampler
  return JSON.stringify([name, state, recording, clearedAt, memory, counts, problem, baselines])
}
