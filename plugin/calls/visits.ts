import { addToSum } from '../model/sum.ts'

/**
 * Decides which route the counted calls belong to. The counters are the process's, so they are read when the set of
 * routes in flight changes, and what they hold is credited to a route if no other was in flight since the last reading.
 *
 * A *stretch* is such a time. It begins when a request comes and none is in flight, or when all but one route have
 * gone; it ends when the last request has gone, or one of another route comes.
 */
export interface Visits<R extends RouteVisits> {
  /** A request begins; `route` is `undefined` for one that nothing is credited to. */
  begins(route: R | undefined): Visit<R>
  /** A request has ended; only the first call for a visit counts. */
  ends(visit: Visit<R>): void
  /** The counters are gone; what they held is lost. */
  drop(): void
}

/** Number of a route's requests, by what is known about their calls. */
export interface RouteVisits {
  /** Requests whose calls were all counted. */
  requests: number
  /** Requests counted in part, since another route's request came or went meanwhile. */
  partly: number
  /** Requests not counted, since requests of other routes were in flight. */
  overlapped: number
  /** Requests not counted, since counting would have cost too much or was not possible. */
  skipped: number
}

export interface Visit<R> {
  readonly route: R | undefined
  open: boolean
  /** Whether all of it so far lies in one stretch. */
  whole: boolean
  /** Whether a part of it lay in a stretch. */
  partly: boolean
  /** Whether requests of other routes were in flight with it. */
  overlapped: boolean
}

export interface Counters<R> {
  /** Sets the counters to 0, if the budget affords it together with `takes` more takes; returns whether it did. */
  reset(takes: number): boolean
  /** Credits what the counters hold to a route, and sets them to 0; false when they could not be read. */
  credit(route: R): boolean
}

/** Takes that must be affordable. A stretch that begins amid requests tells less, so it needs plenty. */
const TAKES = 1
const TAKES_OF_PLENTY = 20

export function createVisits<R extends RouteVisits>(counters: Counters<R>): Visits<R> {
  const open = new Set<Visit<R>>()
  const inFlight = new Map<R | undefined, number>()
  /** The route whose calls the counters hold; `undefined` when they are nobody's. */
  let route: R | undefined
  /** Number of requests that ended in this stretch. */
  const ended = { requests: 0, partly: 0 }

  function begin(of: R | undefined, takes: number): void {
    if (of === undefined || !counters.reset(takes)) return
    route = of
    for (const visit of open) visit.partly = true
  }

  function end(): void {
    const of = route
    if (of === undefined) return
    const isKept = counters.credit(of)
    of.requests += isKept ? ended.requests : 0
    of.partly += isKept ? ended.partly : 0
    of.skipped += isKept ? 0 : ended.requests + ended.partly
    forget(isKept)
  }

  function forget(isKept: boolean): void {
    for (const visit of open) {
      visit.partly ||= isKept && visit.whole
      visit.whole = false
    }
    route = undefined
    ended.requests = 0
    ended.partly = 0
  }

  function note({ route: of, whole, partly, overlapped }: Visit<R>): void {
    if (of === undefined) return
    if (route === of) ended[whole ? 'requests' : 'partly']++
    else if (partly) of.partly++
    else if (overlapped) of.overlapped++
    else of.skipped++
  }

  return {
    begins(of) {
      const isMixed = inFlight.size > (inFlight.has(of) ? 1 : 0)
      if (open.size === 0) begin(of, TAKES)
      else if (!inFlight.has(of)) {
        end()
        for (const visit of open) visit.overlapped = true
      } else if (route === undefined && !isMixed) begin(of, TAKES_OF_PLENTY)
      const whole = route !== undefined && route === of
      const visit = { route: of, open: true, whole, partly: false, overlapped: isMixed }
      open.add(visit)
      addToSum(inFlight, of, 1)
      return visit
    },
    ends(visit) {
      if (!visit.open) return
      visit.open = false
      open.delete(visit)
      const left = inFlight.get(visit.route)! - 1
      if (left > 0) inFlight.set(visit.route, left)
      else inFlight.delete(visit.route)
      note(visit)
      if (open.size === 0) end()
      else if (route === undefined && inFlight.size === 1) begin([...inFlight.keys()][0], TAKES_OF_PLENTY)
    },
    drop() {
      if (route !== undefined) route.skipped += ended.requests + ended.partly
      forget(false)
    },
  }
}
