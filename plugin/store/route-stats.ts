import type { Block } from '../attribution/blocks.ts'
import type { Culprit, LongestBlock, RouteSummary } from '../model/wire/routes.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { Naming } from '../symbols/naming.ts'
import { createSketch, type Sketch } from './sketch.ts'

/**
 * The application that a route belongs to. It is compared by identity, since another one may have a route of the same
 * name. Requests of other applications can keep it in memory for long, so it refers to nothing else.
 */
export interface App {
  /** Whether nothing more is recorded for it. */
  closed: boolean
  /** Memory that its routes take, without their requests. */
  bytes: number
}

/** Sums over all requests of a route since the start; their size grows with the range of times, not with the number. */
export interface RouteStats {
  readonly route: string
  readonly method: string
  readonly url: string
  readonly app: App
  count: number
  errors: number
  wallUs: number
  ownUs: number
  /** Own time of requests that are not counted yet, because they are open or have just ended. */
  uncountedUs: number
  gcUs: number
  blockedUs: number
  waitingUs: number
  /** Time that its requests made others wait. */
  causedUs: number
  /** The longest that one of their turns made a request wait. */
  longestBlockUs: number
  /** The longest of which samples tell what it was; if none is, the longest. */
  longestBlock: Block | undefined
  /** Upper bound of the time that requests queued, before they began, while its requests held the event loop. */
  queuedUs: number
  /** Of those turns the longest of which samples tell what it was; if none is, the longest. */
  longestQueued: Block | undefined
  /** Time that requests waited until one of its requests let them go on. */
  awaitedUs: number
  longestAwaited: { readonly us: number; readonly requestId: string } | undefined
  samples: number
  readonly walls: Sketch
  readonly owns: Sketch
  readonly recentMs: number[]
  /** Its index in `blame.ts`, which checks that it is still valid. */
  blameIndex: number
}

const RECENT = 60
/** Measured: a route without the contents of its sketches. */
export const ROUTE_BYTES = 2048

export function createRouteStats(route: string, method: string, url: string, app: App): RouteStats {
  const grew = (bytes: number) => {
    app.bytes += bytes
  }
  grew(ROUTE_BYTES)
  return {
    route,
    method,
    url,
    app,
    count: 0,
    errors: 0,
    wallUs: 0,
    ownUs: 0,
    uncountedUs: 0,
    gcUs: 0,
    blockedUs: 0,
    waitingUs: 0,
    causedUs: 0,
    longestBlockUs: 0,
    longestBlock: undefined,
    queuedUs: 0,
    longestQueued: undefined,
    awaitedUs: 0,
    longestAwaited: undefined,
    samples: 0,
    walls: createSketch(grew),
    owns: createSketch(grew),
    recentMs: [],
    blameIndex: -1,
  }
}

/** Forgets all requests that have been counted. */
export function resetRoute(stats: RouteStats): void {
  stats.count = 0
  stats.errors = 0
  stats.wallUs = 0
  stats.ownUs = 0
  stats.gcUs = 0
  stats.blockedUs = 0
  stats.waitingUs = 0
  stats.causedUs = 0
  stats.longestBlockUs = 0
  stats.longestBlock = undefined
  stats.queuedUs = 0
  stats.longestQueued = undefined
  stats.awaitedUs = 0
  stats.longestAwaited = undefined
  stats.samples = 0
  stats.walls.reset()
  stats.owns.reset()
  stats.recentMs.length = 0
}

/** Counts a request that has ended and whose time has been attributed. */
export function countRequest(stats: RouteStats, record: RequestRecord): void {
  const wallUs = record.endUs - record.startUs
  stats.count++
  if (isError(record)) stats.errors++
  stats.wallUs += wallUs
  stats.ownUs += record.ownUs
  stats.gcUs += record.gcUs
  stats.blockedUs += record.blockedUs
  stats.waitingUs += waitingUs(record)
  stats.samples += record.samples?.length ?? 0
  stats.walls.add(wallUs)
  stats.owns.add(record.ownUs)
  stats.recentMs.push(wallUs / 1000)
  if (stats.recentMs.length > RECENT) stats.recentMs.shift()
}

export function summarizeRoute(
  stats: RouteStats,
  naming: Naming,
  isKept: (id: string) => boolean,
): RouteSummary {
  const { count, walls, owns } = stats
  const mean = (us: number) => (count > 0 ? us / count / 1000 : 0)
  return {
    route: stats.route,
    method: stats.method,
    url: stats.url,
    count,
    errors: stats.errors,
    latency: {
      p50Ms: walls.quantile(0.5) / 1000,
      p95Ms: walls.quantile(0.95) / 1000,
      p99Ms: walls.quantile(0.99) / 1000,
      maxMs: walls.max() / 1000,
      meanMs: mean(stats.wallUs),
    },
    own: {
      totalMs: (stats.ownUs + stats.uncountedUs) / 1000,
      meanMs: mean(stats.ownUs),
      p95Ms: owns.quantile(0.95) / 1000,
    },
    blocked: { totalMs: stats.blockedUs / 1000, meanMs: mean(stats.blockedUs) },
    gc: { totalMs: stats.gcUs / 1000, meanMs: mean(stats.gcUs) },
    waiting: { meanMs: mean(stats.waitingUs) },
    ...summarizeCulprit(stats, naming, isKept),
    samples: stats.samples,
    recentMs: [...stats.recentMs],
  }
}

/** How much a route, or work of no request, made requests wait. Only requests that are kept are named. */
export function summarizeCulprit(
  stats: RouteStats,
  naming: Naming,
  isKept: (id: string) => boolean,
): Culprit {
  const { longestAwaited: awaited } = stats
  const nameOf = ({ requestId }: { readonly requestId: string }) => (isKept(requestId) ? requestId : '')
  const told = (block: Block | undefined): LongestBlock | null =>
    block === undefined
      ? null
      : {
          ms: block.us / 1000,
          requestId: nameOf(block),
          stack: block.stack.map((frame) => naming.frame(frame)),
        }
  return {
    awaitedMs: stats.awaitedUs / 1000,
    longestAwaited: awaited === undefined ? null : { ms: awaited.us / 1000, requestId: nameOf(awaited) },
    causedMs: stats.causedUs / 1000,
    longestBlockMs: stats.longestBlockUs / 1000,
    longestBlock: told(stats.longestBlock),
    queuedMs: stats.queuedUs / 1000,
    longestQueued: told(stats.longestQueued),
  }
}

/** The rest of a request's wall time, in which it waited for something outside or for a timer. */
export function waitingUs(record: RequestRecord): number {
  return Math.max(0, record.endUs - record.startUs - record.ownUs - record.gcUs - record.blockedUs)
}

/**
 * Whether a request failed: in the error handler, by timeout, or with a status of 500 or more. That a client left is no
 * error of the route.
 */
function isError(record: RequestRecord): boolean {
  return record.outcome === 'errored' || record.outcome === 'timedOut' || record.statusCode >= 500
}
