import { type RequestBounds, within } from '../../plugin/model/bounds.ts'
import { quantilesOf } from '../../plugin/model/rank.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import { PERCENTILE_ERROR, type RouteSummary } from '../../plugin/model/wire/routes.ts'
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

type Percentiles = Pick<RouteSummary['latency'], 'p50Ms' | 'p95Ms' | 'p99Ms'>

/**
 * The kept requests in bands from the slowest to the fastest: from p99 on, from p95, from the median, and the rest. Each
 * belongs to one band. The percentiles are of all `count` requests of the route, kept or not: those of the kept ones if
 * these are all. One says little of so few requests that not even a whole one is above it, and is left out.
 */
export function bands(requests: readonly RequestSummary[], latency: Percentiles, count: number): Band[] {
  const { p50Ms, p95Ms, p99Ms } = count > requests.length ? certain(latency) : exact(requests)
  const cuts = [
    { name: 'p99', minMs: p99Ms, fewest: 100 },
    { name: 'p95', minMs: p95Ms, fewest: 20 },
    { name: 'p50', minMs: p50Ms, fewest: 0 },
  ].filter(({ fewest }) => count >= fewest)
  const all = cuts.map(({ name, minMs }, i): [string, RequestBounds] =>
    i === 0
      ? [`${name} and above`, { minMs }]
      : [`${name} to ${cuts[i - 1].name}`, { minMs, maxMs: cuts[i - 1].minMs }],
  )
  all.push(['Below p50', { maxMs: p50Ms }])
  return all.map(([name, bounds]) => bandOf(name, bounds, requests.filter(within(bounds))))
}

/** What is longer is certainly above: of requests that all take about the same, none is. */
function certain({ p50Ms, p95Ms, p99Ms }: Percentiles): Percentiles {
  const end = (ms: number) => ms / (1 - PERCENTILE_ERROR)
  return { p50Ms: end(p50Ms), p95Ms: end(p95Ms), p99Ms: end(p99Ms) }
}

function exact(requests: readonly RequestSummary[]): Percentiles {
  const quantile = quantilesOf(requests.map(({ wallMs }) => wallMs))
  return { p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99) }
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
