/**
 * The phases of Fastify's life cycle, in order. A phase named after a hook is the time in hooks of that name; `onError`
 * includes the error handler. `sending` is everything after `onSend`, including what a handler still does after
 * `reply.send()`; work after `reply.hijack()` stays in the phase that called it.
 */
export const phaseNames = [
  'onRequest',
  'preParsing',
  'parsing',
  'preValidation',
  'validation',
  'preHandler',
  'handler',
  'onError',
  'preSerialization',
  'serialization',
  'onSend',
  'sending',
] as const

export type PhaseName = (typeof phaseNames)[number]

export interface RequestPhase {
  readonly name: PhaseName
  /**
   * Later phases whose time is counted here, if they happened, because nothing marks where they began: for example on
   * routes added before the profiler, and in the not-found handler.
   */
  readonly includes: readonly PhaseName[]
  /** Microseconds since the request's start. */
  readonly startUs: number
  readonly endUs: number
  readonly wallMs: number
  /** CPU of the request itself in this phase. */
  readonly ownMs: number
}

/** A phase, summed over the kept requests of a route. */
export interface RoutePhase {
  readonly name: PhaseName
  readonly includes: readonly PhaseName[]
  /** Requests in which the phase happened. */
  readonly count: number
  readonly wallMs: number
  readonly ownMs: number
  /** Means are per request in which the phase happened. */
  readonly meanWallMs: number
  readonly meanOwnMs: number
}

/** A hook, and the plugin it belongs to as far as Fastify can tell. */
export interface PhaseHook {
  readonly phase: PhaseName
  /** Name of its function; `(anonymous)` when it has none. */
  readonly name: string
  /** Plugin in whose scope it was added; `''` if that has no name, or if other plugins add to the same scope. */
  readonly plugin: string
}

/** Answer of `GET api/phases?route=GET%20/users/:id`. */
export interface PhasesAnswer {
  readonly route: string
  /** Kept requests of the route, within the bounds if any are given. */
  readonly requests: number
  /** In the order of Fastify's life cycle. */
  readonly phases: readonly RoutePhase[]
  /** Hooks of the application on the route, in order; empty when they are not known. */
  readonly hooks: readonly PhaseHook[]
}
