import { type Bounded, isTime, type RequestBounds } from '../../plugin/model/bounds.ts'
import { durationText } from './format.ts'
import { clock } from './when.ts'

/** Bounds as written in the URL: `wall` in milliseconds as `12.5_40`, `started` as two times; open ends are empty. */
export interface WrittenBounds {
  readonly wall: string
  readonly started: string
}

/** The inverse of `writeBounds`; text that makes no sense sets no bounds. */
export function readBounds({ wall, started }: WrittenBounds): RequestBounds {
  const ms = wall.split('_').map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : undefined))
  const times = started.split('_').map((part) => (isTime(part) ? part : undefined))
  const bounds = { minMs: ms[0], maxMs: ms[1], from: times[0], to: times[1] }
  return Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined))
}

export function writeBounds({ minMs, maxMs, from, to }: RequestBounds): WrittenBounds {
  const pair = (a: string | number = '', b: string | number = '') => (a === '' && b === '' ? '' : `${a}_${b}`)
  return { wall: pair(minMs, maxMs), started: pair(from, to) }
}

/** `40 ms or longer, started from 10:00:05.000`; `''` for no bounds. */
export function boundsText({ minMs, maxMs, from, to }: RequestBounds): string {
  return [between(minMs, maxMs), started(from, to)].filter((part) => part !== '').join(', ')
}

function between(minMs?: number, maxMs?: number): string {
  if (minMs === undefined) return maxMs === undefined ? '' : `shorter than ${durationText(maxMs)}`
  return maxMs === undefined
    ? `${durationText(minMs)} or longer`
    : `${durationText(minMs)} to ${durationText(maxMs)}`
}

function started(from?: string, to?: string): string {
  if (from === undefined) return to === undefined ? '' : `started before ${clock(to)}`
  return to === undefined ? `started from ${clock(from)}` : `started ${clock(from)} to ${clock(to)}`
}

/** One side of the bounds. */
export type Edge = keyof RequestBounds

/**
 * Moves an edge so that it excludes `by` more requests than before, or fewer if `by` is negative. At least one request
 * stays; an edge that excludes none is open.
 */
export function moveEdge(
  requests: readonly Bounded[],
  bounds: RequestBounds,
  edge: Edge,
  by: number,
): RequestBounds {
  const ofWall = edge === 'minMs' || edge === 'maxMs'
  const lower = edge === 'minMs' || edge === 'from'
  const values = Float64Array.from(
    new Set(requests.map(({ wallMs, startedAt }) => (ofWall ? wallMs : Date.parse(startedAt)))),
  ).sort()
  const isBelow = (bound: string | number | undefined) =>
    bound === undefined ? 0 : values.filter((value) => value < toNumber(bound)).length
  const isAbove = (bound: string | number | undefined) =>
    bound === undefined ? 0 : values.filter((value) => value >= toNumber(bound)).length
  const below = isBelow(ofWall ? bounds.minMs : bounds.from)
  const above = isAbove(ofWall ? bounds.maxMs : bounds.to)
  const most = values.length - 1 - (lower ? above : below)
  const out = Math.max(0, Math.min((lower ? below : above) + by, most))
  const value = lower ? values[out] : values[values.length - out]
  const bound = out === 0 ? undefined : ofWall ? value : new Date(value).toISOString()
  return { ...bounds, [edge]: bound }
}

function toNumber(bound: string | number): number {
  return typeof bound === 'number' ? bound : Date.parse(bound)
}
