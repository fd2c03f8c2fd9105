import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../model/wire.ts'
import { isOwnRequest } from '../requests/own.ts'
import { GoOn } from '../requests/phase-hooks.ts'
import type { RequestRecord } from '../requests/record.ts'
import { createResponseEnds } from '../requests/response-end.ts'
import { ownHook } from '../requests/route-hooks.ts'
import { setImmediate } from '../timers.ts'
import type { Tracker } from '../tracker/index.ts'
import type { Calls } from './index.ts'

export interface FollowSetup {
  readonly calls: Calls
  readonly tracker: Pick<Tracker<RequestRecord>, 'enter' | 'leave' | 'outside'>
  readonly recorder: { readonly recording: boolean }
  /** Requests that are not recorded. Never throws. */
  ignored(request: FastifyRequest): boolean
  warn(message: string): void
}

const END = Symbol('fastify-profiler.calls')
type Ending = { [END]?: () => void }

/**
 * Tells when requests of the application begin and end, the ignored ones and the dashboard's too. To be called ahead of
 * what records requests, so that reading the counters is no time of theirs.
 */
export function followCalls(app: FastifyInstance, setup: FollowSetup): void {
  const { calls, tracker, recorder, warn } = setup
  const ends = createResponseEnds()

  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    try {
      follow(request, reply)
    } catch (error) {
      warn(`calls of a request are not counted: ${(error as Error).message}`)
    }
    return new GoOn(done)
  }
  app.addHook('onRequest', ownHook(onRequest))
  // From here on the dashboard's event stream, which stays open, runs nothing that could be counted.
  const preHandler = (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    if (isOwnRequest(request) && request.routeOptions.url?.endsWith(paths.events)) {
      ;(request as Ending)[END]?.()
    }
    return new GoOn(done)
  }
  app.addHook('preHandler', ownHook(preHandler))

  function follow(request: FastifyRequest, reply: FastifyReply): void {
    const visit = begin(request)
    const end = () => {
      // Reading the counters is no work of the request.
      const outer = tracker.enter(undefined)
      calls.ends(visit)
      tracker.leave(outer)
    }
    ;(request as Ending)[END] = end
    // With `close`, hooks of the application that run when the response is sent have run. It may never come.
    ends.follow(reply, { closed: end, finished: () => tracker.outside(() => setImmediate(end)) })
  }

  function begin(request: FastifyRequest) {
    if (!recorder.recording) calls.stop()
    else if (!setup.ignored(request)) return calls.begins(request.method, request.routeOptions.url)
    return calls.beginsUnrecorded()
  }
}
