import { isBounded } from '../model/bounds.ts'
import { NO_REQUEST, routeLabel } from '../model/labels.ts'
import { toPath } from '../model/place.ts'
import type { Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import type { Selection } from '../model/wire/selection.ts'
import type { Status } from '../model/wire/status.ts'
import type { Naming } from '../symbols/naming.ts'
import { acquireCounting, type RouteCalls, releaseCounting } from './counting.ts'
import { addCalls } from './profile.ts'
import type { Visit } from './visits.ts'

/** Counts the calls of one application's functions, by route. */
export interface Calls {
  /** A recorded request begins; `pattern` is its route's, `undefined` when it matched none. */
  begins(method: string, pattern: string | undefined): Visit<RouteCalls>
  /** A request begins that is not recorded: nothing is credited to it, nor to others while it runs. */
  beginsUnrecorded(): Visit<RouteCalls>
  ends(visit: Visit<RouteCalls>): void
  /** Stops counting, as recording has stopped. What was counted stays. */
  stop(): void
  clear(): void
  /** Stops for good. */
  close(): void
  /** Adds what was counted to a profile, if it is that of all requests of a route or of all routes. */
  addTo(profile: Profile, selection: Selection): Steps<Profile>
  bytes(): number
  status(): Status['calls']
}

export interface CallsSetup {
  readonly naming: Naming & { isOwn(url: string): boolean }
  readonly maxBytes: number
  warn(message: string): void
}

/** Share of `maxBytes` that counts may take. */
const SHARE_OF_BYTES = 1 / 8

export function createCalls({ naming, maxBytes, warn }: CallsSetup): Calls {
  const counting = acquireCounting(maxBytes * SHARE_OF_BYTES, (url) => isFile(url) && !naming.isOwn(url))
  const { visits, tally } = counting
  const user = { warn }
  const routes = new Map<string, RouteCalls>()

  function routeOf(method: string, pattern: string | undefined): RouteCalls {
    const route = routeLabel(method, pattern)
    let calls = routes.get(route)
    if (calls === undefined) {
      calls = { route, requests: 0, partly: 0, overlapped: 0, skipped: 0 }
      routes.set(route, calls)
    }
    return calls
  }

  function reset(calls: RouteCalls): void {
    tally.forget(calls)
    Object.assign(calls, { requests: 0, partly: 0, overlapped: 0, skipped: 0 })
  }

  return {
    begins(method, pattern) {
      counting.start(user)
      return visits.begins(routeOf(method, pattern))
    },
    beginsUnrecorded: () => visits.begins(undefined),
    ends: visits.ends,
    stop: () => counting.stop(user),
    clear() {
      visits.drop()
      for (const calls of routes.values()) reset(calls)
    },
    close() {
      counting.stop(user)
      releaseCounting()
    },
    *addTo(profile, selection) {
      if (isPart(selection)) return profile
      const all = [...routes.values()]
      const { route } = selection
      const some = route === undefined ? all : all.filter((calls) => calls.route === route)
      return yield* addCalls(profile, some, counting, naming)
    },
    bytes: tally.bytes,
    status() {
      const { counting: isCounting, problem, spentMs } = counting.status()
      let requests = 0
      let others = 0
      for (const calls of routes.values()) {
        requests += calls.requests + calls.partly
        others += calls.overlapped + calls.skipped
      }
      return { counting: isCounting, problem, spentMs, requests, others, full: tally.isFull() }
    },
  }
}

/** Whether it is not all requests of a route or of all routes: counts are known by route, not by request. */
function isPart(selection: Selection): boolean {
  return selection.requests !== undefined || isBounded(selection) || selection.route === NO_REQUEST
}

/** Whether a script is a file: generated code has no place to show, and Node's own code runs for all requests. */
function isFile(url: string): boolean {
  return toPath(url) !== undefined
}
