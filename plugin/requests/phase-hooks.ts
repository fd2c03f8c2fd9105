import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { nowUs } from '../clock.ts'
import { bodyless } from '../model/bodyless.ts'
import { routeLabel } from '../model/labels.ts'
import type { PhaseName } from '../model/wire/phases.ts'
import type { Tracker } from '../tracker/index.ts'
import { isOwnScope } from './own.ts'
import { type HookPhase, hookPhases, type PhaseBook } from './phase-rules.ts'
import { addMark, phaseCode } from './phases.ts'
import type { RequestRecord } from './record.ts'
import { ownHook } from './route-hooks.ts'

/** The phase that follows when the hooks of a phase are done. */
const next: Record<HookPhase, PhaseName> = {
  preParsing: 'parsing',
  preValidation: 'validation',
  preHandler: 'handler',
  preSerialization: 'serialization',
  onSend: 'sending',
}
/** Phases whose hooks get a payload between reply and `done`. */
const withPayload: ReadonlySet<string> = new Set(['preParsing', 'preSerialization', 'onSend'])
/** Phases after whose hooks Fastify catches exceptions of what follows, where it would not after `done()`. */
const caught: ReadonlySet<string> = new Set(['preSerialization', 'onSend'])

/**
 * Notes when the phases of recorded requests begin, with own hooks around those of the application: one before them,
 * which is registered first, and one after them, the last hook of each route. The application's hooks stay as they are
 * and in their order. The beginning of `onSend` is left to `lifecycle.ts`, which has a hook there anyway.
 *
 * A hook of the application may go on in a context that is older than the record, `@fastify/request-context` in
 * `preValidation` for one: the next of our hooks takes the request back to its own.
 */
export function markPhases(
  app: FastifyInstance,
  book: PhaseBook,
  recordOf: (request: FastifyRequest) => RequestRecord | undefined,
  tracker: Tracker<RequestRecord>,
): void {
  const following = (phase: HookPhase, begins?: PhaseName) => marker(phase, begins, recordOf, tracker)
  for (const phase of hookPhases) {
    if (phase === 'onSend') continue
    app.addHook(phase as 'preHandler', following(phase, book.isLate(phase) ? undefined : phase) as never)
  }
  const ends = Object.fromEntries(hookPhases.map((phase) => [phase, following(phase, next[phase])]))
  const parsing = ends.preParsing
  ends.preParsing = ownHook((request: FastifyRequest, reply: unknown, payload: unknown, done: Done) =>
    hasBody(request) ? parsing(request, reply, payload, done) : goOn,
  ) as Marker

  app.addHook('onRoute', function (this: FastifyInstance, route) {
    if (isOwnScope(this)) return
    const methods = [route.method].flat()
    const labels = methods.map((method) => routeLabel(method, route.url))
    // Other `onRoute` hooks that run after ours may add to the route, or look at its hooks. Fastify reads the route's
    // hooks only when all are loaded.
    process.nextTick(() => {
      book.note(this, route, labels)
      for (const phase of hookPhases) {
        if (phase === 'preParsing' && methods.every((method) => bodyless.has(method))) continue
        if (phase === 'preValidation' && !validates(route)) continue
        append(route, phase, ends[phase])
      }
    })
  })
  app.addHook('onReady', async () => book.close())
}

type Done = () => void
type Marker = (request: FastifyRequest, reply: unknown, ...rest: unknown[]) => GoOn

/** A hook of a phase, which goes on as its request; without `begins` it marks nothing. */
function marker(
  phase: HookPhase,
  begins: PhaseName | undefined,
  recordOf: (request: FastifyRequest) => RequestRecord | undefined,
  tracker: Tracker<RequestRecord>,
): Marker {
  const code = begins === undefined ? -1 : phaseCode(begins)
  const isCaught = caught.has(phase)
  function mark(request: FastifyRequest, done: Done): GoOn {
    const record = recordOf(request)
    if (record !== undefined && code >= 0) addMark(record, code, nowUs())
    const passed = isCaught ? done : undefined
    if (record !== undefined && tracker.current() !== record) return new GoOnAs(record, tracker, passed)
    return passed === undefined ? goOn : new GoOn(passed)
  }
  const markPhase = withPayload.has(phase)
    ? (request: FastifyRequest, _reply: unknown, _payload: unknown, done: Done) => mark(request, done)
    : (request: FastifyRequest, _reply: unknown, done: Done) => mark(request, done)
  return ownHook(markPhase as Marker)
}

/**
 * Returned by our hooks instead of calling `done()`. Fastify calls a hook inside a `try`, but the `then` of what it
 * returns outside of it: so an exception of what follows (`reply.send()` of a wrong payload, say) goes where it would
 * go without the hook, and is not taken for one of the hook. Nothing is passed on, so no payload changes.
 *
 * Where Fastify's `then` catches such an exception, the hook's `done` is called in place of what Fastify gives to it.
 *
 * Tracers wrap hooks and wait for what these return, before Fastify does or in its place: for them it is a fulfilled
 * promise.
 */
export class GoOn {
  readonly done: Done | undefined
  constructor(done?: Done) {
    this.done = done
  }
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for
  then(fulfilled?: () => void): this {
    const { done } = this
    if (fulfilled !== undefined)
      this.run(done !== undefined && fulfilled.name === FASTIFYS ? done : fulfilled)
    return this
  }
  /** Calls what follows the hook. */
  run(fn: () => void): void {
    fn()
  }
}

/** Goes on where Fastify catches nothing. */
export const goOn = new GoOn()

/** Goes on in a turn of the request. */
export class GoOnAs extends GoOn {
  readonly record: RequestRecord
  readonly tracker: Tracker<RequestRecord>
  constructor(record: RequestRecord, tracker: Tracker<RequestRecord>, done?: Done) {
    super(done)
    this.record = record
    this.tracker = tracker
  }
  override run(fn: () => void): void {
    const outer = this.tracker.enter(this.record)
    this.entered()
    try {
      fn()
    } finally {
      this.tracker.leave(outer)
    }
  }
  /** The turn has begun. */
  entered(): void {}
}

/**
 * Name of what Fastify gives to `then`. Another name works as well, that of a minified Fastify say, but for where
 * exceptions go.
 */
const FASTIFYS = 'handleResolve'

/** Whether there is a body to parse, by Fastify's own rules. */
function hasBody({ method, raw: { headers } }: FastifyRequest): boolean {
  if (bodyless.has(method)) return false
  if (headers['content-type'] !== undefined || headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && length !== '0'
}

function validates({ schema }: RouteOptions): boolean {
  if (schema === undefined || schema === null) return false
  return ['body', 'querystring', 'query', 'params', 'headers'].some((part) => part in schema)
}

/** Appends to a new list: the given one may be shared by several routes. */
function append(route: RouteOptions, phase: HookPhase, hook: Marker): void {
  const hooks = route as unknown as Record<HookPhase, unknown>
  hooks[phase] = [hooks[phase] ?? [], hook].flat()
}
