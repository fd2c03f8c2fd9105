import type { Session } from 'node:inspector'

type Inspector = typeof import('node:inspector')
type OnProfile = (title: string | undefined, profile: unknown) => void

/**
 * Key of the sessions that no sampler uses now, on what all copies of this package in a thread share. They stay open:
 * V8 has one set of counters for coverage, and when a session closes that has enabled V8's profiler, nobody's coverage
 * goes on. They are few, since a sampler takes one of these before it opens another.
 */
const IDLE = Symbol.for('fastify-profiler.sessions')

/**
 * Takes a session that hands over the profiles of `inspector.console`; returns what gives it back. Throws if Node has
 * no inspector or does not permit it.
 */
export function takeSession(inspector: Inspector, intervalUs: number, onProfile: OnProfile): () => void {
  const shared = inspector.Session as unknown as { [IDLE]?: Session[] }
  shared[IDLE] ??= []
  const idle = shared[IDLE]
  // In one that the application's own `console.profile()` has reached, the interval cannot be set.
  const at = idle.findIndex((session) => refusal(session, intervalUs) === undefined)
  const session = at < 0 ? opened(inspector, intervalUs) : idle.splice(at, 1)[0]
  const listener = ({ params }: { params: { title?: string; profile: unknown } }) =>
    onProfile(params.title, params.profile)
  session.on('Profiler.consoleProfileFinished', listener)
  return () => {
    session.off('Profiler.consoleProfileFinished', listener)
    idle.push(session)
  }
}

function opened({ Session }: Inspector, intervalUs: number): Session {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  const error = refusal(session, intervalUs)
  if (error) throw error
  return session
}

/** Sets the interval; returns V8's error if it refuses. */
function refusal(session: Session, intervalUs: number): Error | undefined {
  let refused: Error | null = null
  session.post('Profiler.setSamplingInterval', { interval: intervalUs }, (error) => {
    refused = error
  })
  return refused ?? undefined
}

/**
 * What makes Node open a session of its own, if anything does. It prints each profile of `inspector.console`, the whole
 * of it, because it knows only answers.
 */
export function nodesOwnSession(): string | undefined {
  if (process.env.NODE_V8_COVERAGE) return 'NODE_V8_COVERAGE'
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  // Node takes underscores in names of options for dashes.
  return options.find((option) => option.replaceAll('_', '-') === '--cpu-prof')
}
