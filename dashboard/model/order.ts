import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { waitedMs } from './culprits.ts'

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
  caused: waitedMs,
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

/** Compares texts by code units, so that the order is the same everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
