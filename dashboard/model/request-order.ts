import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import { type Culprit, SLOWEST_KEPT_PER_ROUTE } from '../../plugin/model/wire/routes.ts'
import { compare, type Sort } from './order.ts'
import { knownQueueMs } from './queue.ts'

export const requestColumns = ['request', 'started', 'queued', 'wall', 'own'] as const
export type RequestColumn = (typeof requestColumns)[number]

export const newest: Sort<RequestColumn> = { column: 'started', descending: true }
const slowest: Sort<RequestColumn> = { column: 'wall', descending: true }

const requestOrder: Record<RequestColumn, (a: RequestSummary, b: RequestSummary) => number> = {
  request: (a, b) => compare(a.url, b.url) || a.statusCode - b.statusCode,
  started: (a, b) => compare(a.startedAt, b.startedAt),
  queued: (a, b) => knownQueueMs(a) - knownQueueMs(b),
  wall: (a, b) => a.wallMs - b.wallMs,
  own: (a, b) => a.ownMs - b.ownMs,
}

/** Requests in order; of equal ones the newer first. */
export function sortRequests(
  list: readonly RequestSummary[],
  { column, descending }: Sort<RequestColumn>,
): RequestSummary[] {
  const order = requestOrder[column]
  const sign = descending ? -1 : 1
  return [...list].sort((a, b) => sign * order(a, b) || requestOrder.started(b, a))
}

/** Ids of the requests that the server keeps because they made others wait longest. */
export function culpritsOf(route: Partial<Culprit> = {}): string[] {
  const { longestBlock, longestQueued, longestAwaited } = route
  return [longestBlock, longestQueued, longestAwaited].map((longest) => longest?.requestId ?? '')
}

/** How many of a route's kept requests, newest first, the server keeps for being the newest, at least. */
export function newestKept(list: readonly RequestSummary[], culprits: readonly string[] = []): number {
  const slow = slowestOf(list)
  return list.findLastIndex((one) => !one.pinned && !slow.has(one) && !culprits.includes(one.id)) + 1
}

/**
 * Adds requests that arrived to a list, and drops those that the server drops: only the `most` newest, the slowest, the
 * pinned and the culprits stay.
 */
export function mergeRequests(
  list: readonly RequestSummary[],
  arrived: readonly RequestSummary[],
  most: number,
  culprits: readonly string[] = [],
): RequestSummary[] {
  const byId = new Map(list.map((request) => [request.id, request]))
  for (const request of arrived) byId.set(request.id, request)
  const all = sortRequests([...byId.values()], newest)
  const slow = slowestOf(all)
  return all.filter((one, i) => i < most || one.pinned || slow.has(one) || culprits.includes(one.id))
}

function slowestOf(list: readonly RequestSummary[]): ReadonlySet<RequestSummary> {
  return new Set(sortRequests(list, slowest).slice(0, SLOWEST_KEPT_PER_ROUTE))
}
