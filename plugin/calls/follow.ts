import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../model/wire/paths.ts'
import { isOwnRequest } from '../requests/own.ts'
import { goOn } from '../requests/phase-hooks.ts'
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
  /** Whether a request is not to be recorded. Never throws. */
  ignored(request: FastifyRequest): boolean
  warn(message: string): void
}

const END = Symbol('fastify-profiler.calls')
type Followed = { [END]?: () => void }

/**
 * Tells `calls` when requests of the application begin and end, including ignored ones and those of the dashboard. Call
 * it before what records requests, so that reading the counters does not count as their time.
 */
export function followCalls(app: FastifyInstance, setup: FollowSetup): void {
  const { calls, tracker, recorder, warn } = setup
  const ends = createResponseEnds()

  const onRequest = (request: FastifyRequest, reply: FastifyReply, _done: () => void) => {
    try {
      follow(request, reply)
    } catch (error) {
      warn(`calls of a request are not counted: ${(error as Error).message}`)
    }
    return goOn
  }
  app.addHook('onRequest', ownHook(onRequest))
  // From here on the dashboard's event stream, which stays open, runs nothing that is counted.
  const preHandler = (request: FastifyRequest, _reply: FastifyReply, _done: () => void) => {
    if (isOwnRequest(request) && request.routeOptions.url?.endsWith(paths.events)) {
      ;(request as Followed)[END]?.()
    }
    return goOn
  }
  app.addHook('preHandler', ownHook(preHandler))

  function follow(request: FastifyRequest, reply: FastifyReply): void {
    const visit = begin(request)
    const end = () => {
      // Reading the counters is not the request's work.
      const outer = tracker.enter(undefined)
      calls.ends(visit)
      tracker.leave(outer)
    }
    ;(request as Followed)[END] = end
    // At `close`, the application's hooks that run after the response was sent are done. But `close` may never come.
    ends.follow(reply, { closed: end, finished: () => tracker.outside(() => setImmediate(end)) })
  }

  function begin(request: FastifyRequest) {
    if (!recorder.recording) calls.stop()
    else if (!setup.ignored(request)) return calls.begins(request.method, request.routeOptions.url)
    return calls.beginsUnrecorded()
  }
}
