import { type RequestSummary, type RouteSummary, SLOWEST_KEPT_PER_ROUTE } from '../../plugin/model/wire.ts'

export const routeColumns = [
  'route',
  'own',
  'mean',
  'count',
  'errors',
  'p50',
  'p95',
  'p99',
  'max',
  'wall',
  'caused',
  'samples',
] as const
export type RouteColumn = (typeof routeColumns)[number]

/** A column and its direction: `own` is ascending, `-own` is descending. */
export interface Sort<Column extends string> {
  readonly column: Column
  readonly descending: boolean
}

export function readSort<Column extends string>(
  written: string,
  columns: readonly Column[],
  fallback: Sort<Column>,
): Sort<Column> {
  const descending = written.startsWith('-')
  const name = descending ? written.slice(1) : written
  const column = columns.find((known) => known === name)
  return column === undefined ? fallback : { column, descending }
}

export function writeSort(sort: Sort<string>): string {
  return sort.descending ? `-${sort.column}` : sort.column
}

/** The order after a click on a column's head: numbers start with the largest, names with A. */
export function toggleSort<Column extends string>(sort: Sort<Column>, column: Column): Sort<Column> {
  if (sort.column === column) return { column, descending: !sort.descending }
  return { column, descending: !namesThings.has(column) }
}

const namesThings: ReadonlySet<string> = new Set(['route', 'function', 'request'])

const routeKeys: Record<Exclude<RouteColumn, 'route'>, (route: RouteSummary) => number> = {
  own: (route) => route.own.totalMs,
  mean: (route) => route.own.meanMs,
  count: (route) => route.count,
  errors: (route) => route.errors,
  p50: (route) => route.latency.p50Ms,
  p95: (route) => route.latency.p95Ms,
  p99: (route) => route.latency.p99Ms,
  max: (route) => route.latency.maxMs,
  wall: (route) => route.latency.meanMs,
  caused: (route) => route.causedMs,
  samples: (route) => route.samples,
}

/** Routes in order; equal ones by pattern, so that the order does not depend on the server's. */
export function sortRoutes(routes: readonly RouteSummary[], sort: Sort<RouteColumn>): RouteSummary[] {
  const sign = sort.descending ? -1 : 1
  const byName = (a: RouteSummary, b: RouteSummary) => compare(a.url, b.url) || compare(a.method, b.method)
  if (sort.column === 'route') return [...routes].sort((a, b) => sign * byName(a, b))
  const key = routeKeys[sort.column]
  return [...routes].sort((a, b) => sign * (key(a) - key(b)) || byName(a, b))
}

/** Keeps rows in place while the user points at them: known ones in the old order, new ones after them. */
export function holdOrder<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
  held: readonly string[],
): Row[] {
  const place = new Map(held.map((id, i) => [id, i]))
  const at = (row: Row) => place.get(key(row)) ?? held.length
  return [...rows].sort((a, b) => at(a) - at(b))
}

export const requestColumns = ['request', 'started', 'wall', 'own'] as const
export type RequestColumn = (typeof requestColumns)[number]

export const newest: Sort<RequestColumn> = { column: 'started', descending: true }
const slowest: Sort<RequestColumn> = { column: 'wall', descending: true }

const requestOrder: Record<RequestColumn, (a: RequestSummary, b: RequestSummary) => number> = {
  request: (a, b) => compare(a.url, b.url) || a.statusCode - b.statusCode,
  started: (a, b) => compare(a.startedAt, b.startedAt),
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

/** How many of a route's kept requests, newest first, the server keeps for being the newest, at least. */
export function newestKept(list: readonly RequestSummary[]): number {
  const worst = worstOf(list)
  return list.findLastIndex((request) => !request.pinned && !worst.has(request)) + 1
}

/**
 * Adds requests that arrived to a list, and drops those that the server drops: only the `most` newest, the slowest and
 * the pinned stay.
 */
export function mergeRequests(
  list: readonly RequestSummary[],
  arrived: readonly RequestSummary[],
  most: number,
): RequestSummary[] {
  const byId = new Map(list.map((request) => [request.id, request]))
  for (const request of arrived) byId.set(request.id, request)
  const all = sortRequests([...byId.values()], newest)
  const worst = worstOf(all)
  return all.filter((request, i) => i < most || request.pinned || worst.has(request))
}

function worstOf(list: readonly RequestSummary[]): ReadonlySet<RequestSummary> {
  return new Set(sortRequests(list, slowest).slice(0, SLOWEST_KEPT_PER_ROUTE))
}

/** Compares texts by code units, so that the order is the same everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
