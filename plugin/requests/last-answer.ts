import type { Socket } from 'node:net'

/**
 * When the last answer on a connection began to be sent: what comes next was not sent before that, by a client that
 * awaits its answers. Unknown while a request is open, since a client that does not await them may have sent more.
 */
const ANSWERED = Symbol('fastify-profiler.answered')
type Connection = Socket & { [ANSWERED]?: number }

/** Notes that the answers on a connection are complete, the last of which began to be sent at `us`, of `clock.ts`. */
export function noteAnswer(connection: Connection, us: number): void {
  connection[ANSWERED] = us
}

/**
 * A request begins on a connection: when the last answer there began to be sent, 0 where that is unknown. A request that
 * was injected came over none, and has waited in none: `Infinity`.
 */
export function lastAnswerUs(connection: Connection): number {
  if (!('bytesRead' in connection)) return Number.POSITIVE_INFINITY
  const answeredUs = connection[ANSWERED]
  if (answeredUs === undefined) return 0
  connection[ANSWERED] = undefined
  return answeredUs
}
