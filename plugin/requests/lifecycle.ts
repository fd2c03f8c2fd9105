import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nowUs } from '../clock.ts'
import type { Recorder } from '../recorder.ts'
import type { Tracker } from '../tracker/index.ts'
import { withQuestionMark } from '../urls.ts'
import { lastAnswerUs, noteAnswer } from './last-answer.ts'
import { outcomeOf, type Told } from './outcome.ts'
import { GoOn, GoOnAs, goOn, markPhases } from './phase-hooks.ts'
import type { PhaseBook } from './phase-rules.ts'
import { addMark, phaseCode } from './phases.ts'
import type { RequestRecord } from './record.ts'
import { createResponseEnds, type Ending, hasSentHeaders } from './response-end.ts'
import { ownHook } from './route-hooks.ts'
import { type AddedTiming, addServerTiming } from './server-timing.ts'

export interface LifecycleSetup {
  readonly recorder: Recorder
  readonly tracker: Tracker<RequestRecord>
  readonly phases: PhaseBook
  /** URL of a request's page in the dashboard. */
  page(id: string): string
  /** Whether responses get a `Server-Timing` header. */
  readonly serverTiming: boolean
  /** Whether a request is not to be recorded. Never throws. */
  ignored(request: FastifyRequest): boolean
  warn(message: string): void
}

/** A recorded request whose response has not ended. */
class Open implements Told, Ending {
  readonly record: RequestRecord
  readonly reply: FastifyReply
  /** When its answer began to be sent, -1 before that. */
  answeredUs = -1
  failed = false
  timedOut = false
  silent = false
  timing: AddedTiming | undefined = undefined
  also: Ending | undefined = undefined
  readonly #end: (open: Open, finished: boolean) => void

  constructor(record: RequestRecord, reply: FastifyReply, end: (open: Open, finished: boolean) => void) {
    this.record = record
    this.reply = reply
    this.#end = end
  }

  get answered(): boolean {
    return this.answeredUs >= 0
  }

  finished(): void {
    this.#end(this, true)
  }

  closed(): void {
    this.#end(this, this.reply.raw.writableFinished)
  }
}

/** Key on the request itself: a map would make every hook of every request ten times as expensive. */
const OPEN = Symbol('fastify-profiler.open')
type Opened = { [OPEN]?: Open }

function openOf(request: FastifyRequest): Open | undefined {
  return (request as Opened)[OPEN]
}

const onErrorCode = phaseCode('onError')
const onSendCode = phaseCode('onSend')

/**
 * Opens a record in `onRequest` and closes it with the first of the response's `finish` and `close`.
 *
 * If a request cannot be recorded, the profiler stops recording, with one line in the log; the request goes on.
 */
export function followRequests(app: FastifyInstance, setup: LifecycleSetup): void {
  const { recorder, tracker } = setup
  const semicolons = beginsQueriesWithSemicolon(app)
  const ends = createResponseEnds()
  // Over HTTP/2 a client sends requests while others are open.
  const isOneByOne = app.initialConfig.http2 !== true

  /** Since when the application has listened: nothing was sent to it before that. */
  let listeningUs = 0
  app.addHook('onListen', (done) => {
    listeningUs = nowUs()
    done()
  })

  const onRequest = (request: FastifyRequest, reply: FastifyReply, _done: () => void) => {
    const open = begin(request, reply)
    return open === undefined ? goOn : new Begin(open.record, tracker)
  }
  app.addHook('onRequest', ownHook(onRequest))
  markPhases(app, setup.phases, (request) => openOf(request)?.record, tracker)
  const marksSending = !setup.phases.isLate('onSend')
  const onSend = (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: () => void) => {
    const open = openOf(request)
    if (open !== undefined) {
      open.answeredUs = nowUs()
      if (marksSending) addMark(open.record, onSendCode, open.answeredUs)
      if (setup.serverTiming && isWhole(payload) && !hasSentHeaders(reply.raw)) tellTiming(open)
    }
    return new GoOn(done)
  }
  app.addHook('onSend', ownHook(onSend))
  const onError = (
    request: FastifyRequest,
    _reply: FastifyReply,
    error: FastifyError | null,
    done: () => void,
  ) => {
    const open = openOf(request)
    if (open !== undefined) {
      open.failed = true
      // An application may throw `null`.
      if (error?.code === 'FST_ERR_HANDLER_TIMEOUT') open.timedOut = true
      addMark(open.record, onErrorCode, nowUs())
    }
    return new GoOn(done)
  }
  app.addHook('onError', ownHook(onError))
  // Over HTTP/2 Fastify would listen where it finds no request, which would end the process.
  if (isOneByOne) {
    app.addHook('onTimeout', (request, _reply, done) => {
      const open = openOf(request)
      if (open !== undefined) open.silent = true
      done()
    })
  }

  function tellTiming(open: Open): void {
    const { record, reply } = open
    try {
      const split = recorder.splitNow(record)
      if (split !== undefined) open.timing = addServerTiming(reply, split, setup.page(record.id), open.timing)
    } catch (error) {
      setup.warn(`could not add Server-Timing: ${(error as Error).message}`)
    }
  }

  function begin(request: FastifyRequest, reply: FastifyReply): Open | undefined {
    if (!recorder.recording) return undefined
    try {
      if (setup.ignored(request)) {
        tracker.disown(request.raw)
        return undefined
      }
      const { url = '' } = request.raw
      const record = recorder.open(
        request.method,
        request.routeOptions.url,
        semicolons ? withQuestionMark(url) : url,
      )
      record.answeredUs = Math.max(listeningUs, isOneByOne ? lastAnswerUs(request.raw.socket) : 0)
      const open = new Open(record, reply, end)
      ;(request as Opened)[OPEN] = open
      // Done first: whatever fails below, the record ends.
      ends.follow(reply, open)
      tracker.adopt(request.raw, record)
      // A connection that this request has upgraded, to a WebSocket say, belongs to the record too.
      if ((request.raw as { upgrade?: boolean }).upgrade) tracker.bindEmitter(request.raw.socket, record)
      return open
    } catch (error) {
      recorder.stop()
      setup.warn(`stopped recording, because a request could not be recorded: ${(error as Error).message}`)
      return undefined
    }
  }

  function end(open: Open, finished: boolean): void {
    if (open.record.endUs >= 0) return
    const { reply } = open
    const { raw } = reply
    if (finished && open.answered && isOneByOne) noteAnswer(reply.request.raw.socket, open.answeredUs)
    // The end is a turn of its own, however short, to account for what delayed it.
    const outer = tracker.enter(open.record)
    recorder.close(open.record, hasSentHeaders(raw) ? raw.statusCode : 0, outcomeOf(open, finished))
    tracker.leave(outer)
  }
}

/** Goes on in the first turn of the request, which begins here. */
class Begin extends GoOnAs {
  override entered(): void {
    if (this.record.endUs < 0) this.record.startUs = this.tracker.changedUs()
  }
}

/** Whether a semicolon begins the query, by an option that Fastify 5 takes in two places. */
function beginsQueriesWithSemicolon({ initialConfig }: FastifyInstance): boolean {
  const { useSemicolonDelimiter, routerOptions } = initialConfig
  const ofRouter = routerOptions as { useSemicolonDelimiter?: boolean } | undefined
  return useSemicolonDelimiter === true || ofRouter?.useSemicolonDelimiter === true
}

/** Whether the payload is not a stream: streams send headers in their own ways, and their time is not over yet. */
function isWhole(payload: unknown): boolean {
  return payload == null || typeof payload === 'string' || Buffer.isBuffer(payload)
}
