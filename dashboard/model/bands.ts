import { type RequestBounds, within } from '../../plugin/model/bounds.ts'
import { PERCENTILE_ERROR, type RequestSummary, type RouteSummary } from '../../plugin/model/wire.ts'
import type { Split } from './split.ts'

/** Requests between two percentiles of the latency, taken together. */
export interface Band {
  readonly name: string
  readonly bounds: RequestBounds
  readonly requests: number
  /** Mean of the requests; so are the parts of `split`. */
  readonly wallMs: number
  readonly split: Split
}

/**
 * The kept requests in bands from the slowest to the fastest: above p99, above p95, above the median, below it.
 * Each belongs to one band. The percentiles are of all requests of the route, kept or not; since they are not exact, only
 * what is certainly longer is above one. Of requests that all take the same, none is.
 */
export function bands(
  requests: readonly RequestSummary[],
  { p50Ms, p95Ms, p99Ms }: Pick<RouteSummary['latency'], 'p50Ms' | 'p95Ms' | 'p99Ms'>,
): Band[] {
  const [p50, p95, p99] = [p50Ms, p95Ms, p99Ms].map((ms) => ms / (1 - PERCENTILE_ERROR))
  const all: [string, RequestBounds][] = [
    ['Above p99', { minMs: p99 }],
    ['p95 to p99', { minMs: p95, maxMs: p99 }],
    ['p50 to p95', { minMs: p50, maxMs: p95 }],
    ['Up to p50', { maxMs: p50 }],
  ]
  return all.map(([name, bounds]) => bandOf(name, bounds, requests.filter(within(bounds))))
}

function bandOf(name: string, bounds: RequestBounds, requests: readonly RequestSummary[]): Band {
  const mean = (of: (request: RequestSummary) => number) =>
    requests.length === 0 ? 0 : requests.reduce((sum, request) => sum + of(request), 0) / requests.length
  return {
    name,
    bounds,
    requests: requests.length,
    wallMs: mean((request) => request.wallMs),
    split: {
      ownMs: mean((request) => request.ownMs),
      blockedMs: mean((request) => request.blockedMs),
      gcMs: mean((request) => request.gcMs),
      waitingMs: mean((request) => request.waitingMs),
    },
  }
}
