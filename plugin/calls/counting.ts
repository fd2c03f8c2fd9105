import { nowUs } from '../clock.ts'
import { type Budget, createBudget } from './budget.ts'
import { type Coverage, type ScriptCalls, startCoverage } from './coverage.ts'
import { createPlaces, type Places } from './places.ts'
import { createTally, type Tally } from './tally.ts'
import { textsInV8 } from './texts.ts'
import { createVisits, type RouteVisits, type Visits } from './visits.ts'

/** A route, with what is known about the calls of its requests. */
export interface RouteCalls extends RouteVisits {
  readonly route: string
}

/** Counts the calls in this process. V8 has one set of counters, so all applications of a process share it. */
export interface Counting {
  readonly visits: Visits<RouteCalls>
  readonly tally: Tally<RouteCalls>
  readonly places: Places
  /** Counts for `user` from now on; nothing is loaded before the first user comes. */
  start(user: CountingUser): void
  /** Stops counting for `user`; after the last user V8 optimises again. */
  stop(user: CountingUser): void
  status(): { readonly counting: boolean; readonly problem: string; readonly spentMs: number }
}

export interface CountingUser {
  warn(message: string): void
}

export function createCounting(
  maxBytes: number,
  counts: (url: string) => boolean,
  start = startCoverage,
): Counting {
  const users = new Set<CountingUser>()
  const budget: Budget = createBudget(nowUs)
  const tally = createTally<RouteCalls>(maxBytes, counts)
  let coverage: Coverage | undefined
  let problem = ''
  let spentUs = 0

  const visits = createVisits<RouteCalls>({
    reset: (takes) => coverage !== undefined && budget.affords(takes + 1) && take() !== undefined,
    credit(route) {
      const scripts = take()
      if (scripts !== undefined) tally.add(route, scripts)
      return scripts !== undefined
    },
  })

  function take(): readonly ScriptCalls[] | undefined {
    const began = nowUs()
    try {
      return coverage?.take()
    } catch (error) {
      stepAside(error)
      return undefined
    } finally {
      const us = nowUs() - began
      spentUs += us
      budget.spend(us)
    }
  }

  /** Gives up until recording starts again: another user of the counters takes precedence. */
  function stepAside(error: unknown): void {
    problem = error instanceof Error ? error.message : String(error)
    release()
    for (const user of users) user.warn(`calls are not counted: ${problem}`)
  }

  function release(): void {
    coverage?.stop()
    coverage = undefined
  }

  return {
    visits,
    tally,
    places: createPlaces(textsInV8),
    start(user) {
      users.add(user)
      if (coverage !== undefined || problem !== '') return
      const began = nowUs()
      try {
        coverage = start()
      } catch (error) {
        stepAside(error)
      }
      spentUs += nowUs() - began
    },
    stop(user) {
      if (!users.delete(user) || users.size > 0) return
      visits.drop()
      release()
      problem = ''
    },
    status: () => ({ counting: coverage !== undefined, problem, spentMs: spentUs / 1000 }),
  }
}

let shared: Counting | undefined
let sharers = 0

/** Returns the counting of this process; the memory limit of the first user holds for all. */
export function acquireCounting(...settings: Parameters<typeof createCounting>): Counting {
  shared ??= createCounting(...settings)
  sharers++
  return shared
}

export function releaseCounting(): void {
  sharers--
  if (sharers === 0) shared = undefined
}
