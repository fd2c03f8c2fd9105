import type { Session } from 'node:inspector'
import { sum } from '../model/sum.ts'

/** What was called in a script; functions are identified by the place in its text where V8 says they begin. */
export interface ScriptCalls {
  readonly scriptId: string
  readonly url: string
  readonly functions: readonly {
    readonly functionName: string
    readonly ranges: readonly { readonly startOffset: number; readonly count: number }[]
  }[]
}

/** V8's exact call counters: one set for the whole process. While they are on, V8 optimises no code. */
export interface Coverage {
  /** Returns what was called since the last take. Throws when something else used the counters too. */
  take(): readonly ScriptCalls[]
  /** Lets V8 optimise again, unless somebody else uses the counters. Never throws. */
  stop(): void
}

/** Sessions that are never closed: closing any session that could count ends the counting of all. */
const abandoned: Session[] = []

/**
 * Starts counting, in an own session that neither waits for a debugger nor keeps the process alive. Throws if Node has
 * no inspector, or if the counters are taken already.
 *
 * `detailed` would count blocks, but V8 then optimises, and calls get lost: measured on Node 20 to 26.
 */
export function startCoverage(): Coverage {
  if (process.env.NODE_V8_COVERAGE) throw new Error('NODE_V8_COVERAGE is set, and uses the same counters')
  const session: Session = new (process.getBuiltinModule('node:inspector').Session)()
  session.connect()
  try {
    ask(session, 'Profiler.enable')
    ask(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    ask(session, 'Profiler.takePreciseCoverage')
    callWitness()
  } catch (error) {
    session.disconnect()
    throw error
  }
  let isAlone = true
  function take(): readonly ScriptCalls[] {
    isAlone = false
    const { result } = ask<{ result: ScriptCalls[] }>(session, 'Profiler.takePreciseCoverage')
    const seen = sum(result.map(witnessedIn))
    if (seen !== WITNESSED) throw new Error('something else takes the counters too, as a debugger does')
    isAlone = true
    callWitness()
    return result
  }
  return {
    take,
    stop() {
      try {
        if (isAlone) take()
      } catch {
        // Something else took the counters in the meantime.
      }
      if (isAlone) session.disconnect()
      else abandoned.push(session)
    },
  }
}

/** Asks the session. The answer has arrived when `post` returns, because V8 is in this thread. */
function ask<T>(session: Session, method: string, params: object = {}): T {
  let answer: T | undefined
  let failure: Error | null | undefined
  session.post(method, params, (error, result) => {
    failure = error
    answer = result as T
  })
  if (failure) throw failure
  if (answer === undefined) throw new Error(`the inspector gave no answer to ${method}`)
  return answer
}

/** How often we call a function of ours: if something else takes or stops the counters, its count goes to 0 too. */
const WITNESSED = 2
/** Our own function. It is a method that does something: bundlers and minifiers neither rename it nor leave it out. */
const witness = {
  calls: 0,
  fastifyProfilerWitness() {
    this.calls++
  },
}

function callWitness(): void {
  for (let i = 0; i < WITNESSED; i++) witness.fastifyProfilerWitness()
}

function witnessedIn({ functions }: ScriptCalls): number {
  const called = functions.find(({ functionName }) => functionName === 'fastifyProfilerWitness')
  return called?.ranges[0].count ?? 0
}
