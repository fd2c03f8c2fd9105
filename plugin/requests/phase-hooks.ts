import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { nowUs } from '../clock.ts'
import type { PhaseName } from '../model/wire.ts'
import { isOwnScope } from './own.ts'
import { type HookPhase, hookPhases, type PhaseBook } from './phase-rules.ts'
import { addMark, phaseCode } from './phases.ts'
import type { RequestRecord } from './record.ts'
import { ownHook } from './route-hooks.ts'

/** What follows when the hooks of a phase are through. */
const next: Record<HookPhase, PhaseName> = {
  preParsing: 'parsing',
  preValidation: 'validation',
  preHandler: 'handler',
  preSerialization: 'serialization',
  onSend: 'sending',
}
/** Their hooks are given a payload between reply and `done`. */
const withPayload: ReadonlySet<string> = new Set(['preParsing', 'preSerialization', 'onSend'])

/**
 * Notes when the phases of recorded requests begin, with hooks of our own around those of the application: ahead of
 * them by being registered first, behind them by being the last of each route. Hooks of the application stay as they
 * are and in their order. The beginning of `onSend` is left to `lifecycle.ts`, which has a hook there anyway.
 */
export function markPhases(
  app: FastifyInstance,
  book: PhaseBook,
  recordOf: (request: FastifyRequest) => RequestRecord | undefined,
): void {
  for (const phase of hookPhases) {
    if (phase === 'onSend' || book.isLate(phase)) continue
    app.addHook(phase as 'preHandler', marker(phase, phase, recordOf) as never)
  }
  const ends = Object.fromEntries(hookPhases.map((phase) => [phase, marker(phase, next[phase], recordOf)]))
  const parsing = ends.preParsing
  ends.preParsing = ownHook((request: FastifyRequest, reply: unknown, payload: unknown, done: Done) =>
    hasBody(request) ? parsing(request, reply, payload, done) : new GoOn(done),
  ) as Marker

  app.addHook('onRoute', function (this: FastifyInstance, route) {
    if (isOwnScope(this)) return
    const methods = [route.method].flat()
    const labels = methods.map((method) => `${method} ${route.url}`)
    // Hooks of this event that come after ours may add to the route too, or look at what it has. Fastify reads the
    // route's hooks only when all are loaded.
    process.nextTick(() => {
      book.note(this, route, labels)
      for (const phase of hookPhases) {
        if (phase === 'preParsing' && methods.every(isBodyless)) continue
        if (phase === 'preValidation' && !validates(route)) continue
        append(route, phase, ends[phase])
      }
    })
  })
  app.addHook('onReady', async () => book.close())
}

type Done = () => void
type Marker = (request: FastifyRequest, reply: unknown, ...rest: unknown[]) => GoOn

function marker(
  phase: HookPhase,
  begins: PhaseName,
  recordOf: (request: FastifyRequest) => RequestRecord | undefined,
): Marker {
  const code = phaseCode(begins)
  function mark(request: FastifyRequest): void {
    const record = recordOf(request)
    if (record !== undefined) addMark(record, code, nowUs())
  }
  const markPhase = withPayload.has(phase)
    ? (request: FastifyRequest, _reply: unknown, _payload: unknown, done: Done) => {
        mark(request)
        return new GoOn(done)
      }
    : (request: FastifyRequest, _reply: unknown, done: Done) => {
        mark(request)
        return new GoOn(done)
      }
  return ownHook(markPhase as Marker)
}

/**
 * What our hooks answer instead of calling `done()`. Fastify calls hooks inside a `try`, and the `then` of what they
 * answer outside of it: so an exception of what follows (`reply.send()` of a wrong payload, say) goes where it would
 * go without the hook, and is not taken for one of the hook. Nothing is passed on, so no payload changes.
 *
 * Tracers put functions around hooks and wait for what these answer, before Fastify does or in its place: to them it is
 * a promise that is fulfilled.
 */
export class GoOn {
  readonly done: Done
  constructor(done: Done) {
    this.done = done
  }
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for
  then(fulfilled?: () => void): this {
    if (fulfilled?.name === FASTIFYS) this.goOn()
    else fulfilled?.()
    return this
  }
  goOn(): void {
    this.done()
  }
}

/** What Fastify gives to `then`. Under another name it would do as well, but for where exceptions go. */
const FASTIFYS = 'handleResolve'

/** By the rules by which Fastify decides whether there is a body to parse. */
function hasBody({ method, raw: { headers } }: FastifyRequest): boolean {
  if (isBodyless(method)) return false
  if (headers['content-type'] !== undefined || headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && length !== '0'
}

function isBodyless(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function validates({ schema }: RouteOptions): boolean {
  if (schema === undefined || schema === null) return false
  return ['body', 'querystring', 'query', 'params', 'headers'].some((part) => part in schema)
}

/** A list of its own: the one given may be shared by several routes. */
function append(route: RouteOptions, phase: HookPhase, hook: Marker): void {
  const hooks = route as unknown as Record<HookPhase, unknown>
  hooks[phase] = [hooks[phase] ?? [], hook].flat()
}
