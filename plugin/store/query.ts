import { byLabel, culpritLabel } from '../attribution/blocks.ts'
import { badParameter } from '../errors.ts'
import { withoutExplained } from '../model/arrivals.ts'
import { boundNames, isTime, type RequestBounds, timeForm, within } from '../model/bounds.ts'
import {
  type RequestDetail,
  type RequestFilter,
  type RequestSort,
  type RequestSummary,
  type RequestsAnswer,
  requestSorts,
  type Slice,
} from '../model/wire/requests.ts'
import type { Wait } from '../model/wire/waits.ts'
import type { PhaseRules } from '../requests/phases.ts'
import { type RequestRecord, splitOf } from '../requests/record.ts'
import { plainSlices } from '../requests/split.ts'
import { describePhases } from './route-phases.ts'
import { waitingUs } from './route-stats.ts'
import { checkRoute, onlyFields } from './selection.ts'

const LIMIT = 100
/** Most requests in an answer. */
export const MAX_LIMIT = 1000

export function summarize(record: RequestRecord): RequestSummary {
  return {
    id: record.id,
    route: record.stats.route,
    method: record.method,
    url: record.url,
    statusCode: record.statusCode,
    startedAt: startOf(record),
    wallMs: (record.endUs - record.startUs) / 1000,
    ownMs: record.ownUs / 1000,
    blockedMs: record.blockedUs / 1000,
    gcMs: record.gcUs / 1000,
    waitingMs: waitingUs(record) / 1000,
    queuedMs: record.queuedUs / 1000,
    queueKnown: record.queueKnown,
    samples: record.samples?.length ?? 0,
    outcome: record.outcome,
    pinned: record.pinned,
  }
}

export function describe(record: RequestRecord, rules: PhaseRules): RequestDetail {
  return {
    ...summarize(record),
    blockedBy: ranked(record.blockedBy, record),
    queuedBehind: ranked(record.queuedBehind, record),
    slices: slicesOf(record),
    phases: describePhases(record, rules),
    waits: waitsOf(record),
    afterMs: record.afterUs / 1000,
  }
}

/** What each culprit is charged with, worst first. */
function ranked(charged: RequestRecord['blockedBy'], record: RequestRecord): RequestDetail['blockedBy'] {
  return [...byLabel(charged, record)]
    .map(([route, us]) => ({ route, ms: us / 1000 }))
    .sort((a, b) => b.ms - a.ms)
}

export function waitsOf(record: RequestRecord): Wait[] {
  return toldWaits(record).map(({ by, ...wait }) => (by === undefined ? wait : { ...wait, requestId: by.id }))
}

/** The waits of a request that are told, in order and in times since its start, with whom it waited for. */
export function toldWaits({ waits = [], startUs, endUs }: RequestRecord) {
  const inOrder = waits
    .map(({ kind, target, by, ...times }) => ({
      kind,
      target,
      by,
      startUs: Math.round(Math.max(0, times.startUs - startUs)),
      endUs: Math.round(Math.min(endUs, times.endUs) - startUs),
    }))
    .filter((wait) => wait.endUs > wait.startUs)
    .sort((a, b) => a.startUs - b.startUs)
  return withoutExplained(inOrder)
}

export function slicesOf(record: RequestRecord): Slice[] {
  return Array.from(plainSlices(splitOf(record)), ({ by, ...slice }) =>
    slice.kind === 'blocked' ? { ...slice, route: culpritLabel(by, record) } : slice,
  )
}

/** Names of a filter's fields, and of the parameters of the API. */
export const filterNames = ['route', 'status', ...boundNames, 'sort', 'limit', 'cursor']

/** One page of the records that match a filter. Throws `FST_PROFILER_BAD_PARAMETER`. */
export function page(records: Iterable<RequestRecord>, filter: RequestFilter): RequestsAnswer {
  onlyFields(filter, filterNames)
  checkRoute(filter.route)
  const after = filter.cursor === undefined ? undefined : readCursor(filter.cursor)
  const sort = filter.sort ?? after?.sort ?? 'newest'
  if (!requestSorts.includes(sort)) throw badParameter('sort', sort, requestSorts.join(', '))
  const limit = filter.limit ?? LIMIT
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw badParameter('limit', limit, `a whole number from 1 to ${MAX_LIMIT}`)
  }
  const accepts = predicate(filter)
  const key = sortKeys[sort]
  if (after !== undefined && after.sort !== sort)
    throw badParameter('cursor', filter.cursor, `a cursor of an answer that is sorted by ${sort}`)
  const found: RequestRecord[] = []
  for (const record of records) {
    if (!accepts(record)) continue
    if (after !== undefined && compare(key(record), record.id, after.key, after.id) <= 0) continue
    found.push(record)
  }
  found.sort((a, b) => compare(key(a), a.id, key(b), b.id))
  const some = found.slice(0, limit)
  const last = some.at(-1)
  const cursor =
    last === undefined || found.length <= limit ? null : writeCursor({ sort, key: key(last), id: last.id })
  return { requests: some.map(summarize), cursor }
}

/** Sort keys: the smaller key comes first. */
const sortKeys: Record<RequestSort, (record: RequestRecord) => number> = {
  newest: (record) => -record.startUs,
  oldest: (record) => record.startUs,
  slowest: (record) => record.startUs - record.endUs,
  own: (record) => -record.ownUs,
}

function compare(keyA: number, idA: string, keyB: number, idB: string): number {
  if (keyA !== keyB) return keyA - keyB
  return idA < idB ? -1 : idA > idB ? 1 : 0
}

function predicate(filter: RequestFilter): (record: RequestRecord) => boolean {
  const { route } = filter
  const isWithin = boundsTest(filter)
  const status = statusTest(filter.status)
  return (record) =>
    (route === undefined || record.stats.route === route) && status(record.statusCode) && isWithin(record)
}

/** Start of a request, ISO 8601. */
function startOf({ startedAtMs }: RequestRecord): string {
  return new Date(startedAtMs).toISOString()
}

/** Makes a test of whether a record is within bounds. Throws `FST_PROFILER_BAD_PARAMETER` for invalid bounds. */
export function boundsTest(bounds: RequestBounds): (record: RequestRecord) => boolean {
  for (const name of ['minMs', 'maxMs'] as const) {
    const ms = bounds[name]
    if (ms !== undefined && !(Number.isFinite(ms) && ms >= 0)) {
      throw badParameter(name, ms, 'milliseconds, 0 or more')
    }
  }
  for (const name of ['from', 'to'] as const) {
    const time = bounds[name]
    if (time !== undefined && !isTime(time)) throw badParameter(name, time, timeForm)
  }
  const isWithin = within(bounds)
  return (record) => isWithin({ wallMs: (record.endUs - record.startUs) / 1000, startedAt: startOf(record) })
}

/** Returns the status filter if it is valid. Throws `FST_PROFILER_BAD_PARAMETER`. */
export function checkStatus(status: string | undefined): string | undefined {
  if (status === undefined || /^[1-5](\d\d|xx)$/i.test(status)) return status
  throw badParameter('status', status, 'a status code such as 404, or a class such as 5xx')
}

function statusTest(given: string | undefined): (code: number) => boolean {
  const status = checkStatus(given)
  if (status === undefined) return () => true
  if (/^\d+$/.test(status)) return (code) => code === Number(status)
  return (code) => Math.floor(code / 100) === Number(status[0])
}

/** The last request of a page: where the next one goes on, in the same order. */
interface Cursor {
  readonly sort: RequestSort
  readonly key: number
  readonly id: string
}

function writeCursor({ sort, key, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url')
}

function readCursor(cursor: string): Cursor {
  try {
    const [sort, key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (requestSorts.includes(sort) && typeof key === 'number' && typeof id === 'string')
      return { sort, key, id }
  } catch {
    // Falls through to the same error as for everything that is not our cursor.
  }
  throw badParameter('cursor', cursor, 'the cursor of the answer before')
}
