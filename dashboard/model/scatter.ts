import type { RequestBounds } from '../../plugin/model/bounds.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import type { SplitKind } from './split.ts'
import { type StartScale, startScale } from './start-scale.ts'
import { type WallScale, wallScale } from './wall-scale.ts'

/** Requests as dots: start time against wall time. */
export interface Scatter {
  readonly requests: readonly RequestSummary[]
  readonly start: StartScale
  readonly wall: WallScale
  /** Place of each request, from 0 to 1: from the left, and from the bottom. */
  readonly x: Float64Array
  readonly y: Float64Array
}

/** A part of the plot; the edges as shares of it, `y` from the bottom. */
export interface Rect {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

export function scatter(requests: readonly RequestSummary[]): Scatter {
  const starts = requests.map(({ startedAt }) => Date.parse(startedAt))
  const start = startScale(starts)
  const wall = wallScale(requests.map(({ wallMs }) => wallMs))
  return {
    requests,
    start,
    wall,
    x: Float64Array.from(starts, start.at),
    y: Float64Array.from(requests, ({ wallMs }) => wall.at(wallMs)),
  }
}

/** The kind of time that most of the wall time went to. */
export function mainPart({ ownMs, blockedMs, gcMs, waitingMs }: RequestSummary): SplitKind {
  const most = Math.max(ownMs, blockedMs, gcMs, waitingMs)
  if (most === ownMs) return 'own'
  if (most === blockedMs) return 'blocked'
  return most === gcMs ? 'gc' : 'waiting'
}

/** Percentiles of the latency that lie on the axis; if two would overlap, only the higher. */
export function percentileMarks(
  wall: WallScale,
  { p50Ms, p95Ms, p99Ms }: Pick<RouteSummary['latency'], 'p50Ms' | 'p95Ms' | 'p99Ms'>,
): { readonly name: string; readonly ms: number; readonly at: number }[] {
  const marks = [
    { name: 'p99', ms: p99Ms },
    { name: 'p95', ms: p95Ms },
    { name: 'p50', ms: p50Ms },
  ].map((mark) => ({ ...mark, at: wall.at(mark.ms) }))
  let lowest = Number.POSITIVE_INFINITY
  return marks.filter(({ at }) => {
    if (at < 0 || at > 1 || lowest - at <= LEAST_APART) return false
    lowest = at
    return true
  })
}

/** The request whose dot is nearest to a point of the plot, `reach` pixels away at most; -1 for none. */
export function dotAt(
  { x, y }: Scatter,
  at: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  reach: number,
): number {
  let nearest = -1
  let least = reach
  for (let i = 0; i < x.length; i++) {
    const distance = Math.hypot((x[i] - at.x) * size.width, (y[i] - at.y) * size.height)
    if (distance > least) continue
    least = distance
    nearest = i
  }
  return nearest
}

/** Share of the axis that the name of a mark needs. */
const LEAST_APART = 0.09

/** An edge closer than this share to the end of its axis is open. */
const OPEN = 0.004

/** The bounds that correspond to a part of the plot, in numbers no more precise than the eye. */
export function boundsIn({ start, wall }: Scatter, { left, right, bottom, top }: Rect): RequestBounds {
  const ms = (share: number) => Number(wall.msAt(share).toPrecision(4))
  const time = (share: number) => new Date(Math.round(start.msAt(share))).toISOString()
  return {
    ...(bottom > OPEN && { minMs: ms(bottom) }),
    ...(top < 1 - OPEN && { maxMs: ms(top) }),
    ...(left > OPEN && { from: time(left) }),
    ...(right < 1 - OPEN && { to: time(right) }),
  }
}

/** The inverse of `boundsIn`. */
export function rectOf({ start, wall }: Scatter, { minMs, maxMs, from, to }: RequestBounds): Rect {
  const inside = (share: number) => Math.min(Math.max(share, 0), 1)
  return {
    left: from === undefined ? 0 : inside(start.at(Date.parse(from))),
    right: to === undefined ? 1 : inside(start.at(Date.parse(to))),
    bottom: minMs === undefined ? 0 : inside(wall.at(minMs)),
    top: maxMs === undefined ? 1 : inside(wall.at(maxMs)),
  }
}
