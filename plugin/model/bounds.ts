/**
 * Limits requests by how long they took and when they began. A bound that is left out limits nothing.
 *
 * A request is within the bounds when `minMs <= wallMs < maxMs` and `from <= startedAt < to`, so that adjoining ranges
 * share no request.
 */
export interface RequestBounds {
  /** Wall time, milliseconds. */
  minMs?: number | undefined
  maxMs?: number | undefined
  /** Start of the request, ISO 8601 with a time zone. */
  from?: string | undefined
  to?: string | undefined
}

export const boundNames = ['minMs', 'maxMs', 'from', 'to'] as const

export interface Bounded {
  readonly wallMs: number
  /** ISO 8601. */
  readonly startedAt: string
}

export function isBounded({ minMs, maxMs, from, to }: RequestBounds): boolean {
  return minMs !== undefined || maxMs !== undefined || from !== undefined || to !== undefined
}

/** What a time has to look like, for error messages. */
export const timeForm = 'a time such as 2026-11-22T10:00:00.000Z'
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/** Whether a value is a time that `from` and `to` accept. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !isoTime.test(value) || Number.isNaN(Date.parse(value))) return false
  // JavaScript takes February 30 for March 2.
  return new Date(value.slice(0, 10)).getUTCDate() === Number(value.slice(8, 10))
}

/** Makes a test of whether a request is within the bounds. */
export function within(bounds: RequestBounds): (request: Bounded) => boolean {
  const { minMs = Number.NEGATIVE_INFINITY, maxMs = Number.POSITIVE_INFINITY } = bounds
  const from = bounds.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(bounds.from)
  const to = bounds.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(bounds.to)
  const anyTime = bounds.from === undefined && bounds.to === undefined
  return ({ wallMs, startedAt }) => {
    if (wallMs < minMs || wallMs >= maxMs) return false
    if (anyTime) return true
    const startMs = Date.parse(startedAt)
    return startMs >= from && startMs < to
  }
}
