import { sum } from '../../plugin/model/sum.ts'
import type { RequestSummary, Slice } from '../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { durationText } from './format.ts'
import { roundedText } from './rounded.ts'

export type SplitKind = Slice['kind']

/** Where wall time went. */
export type Split = Pick<RequestSummary, 'ownMs' | 'blockedMs' | 'gcMs' | 'waitingMs'>

export interface SplitPart {
  readonly kind: SplitKind
  readonly name: string
  readonly ms: number
  /** Share of the whole, with one decimal; those of all parts add up to 100. */
  readonly percent: number
  /** The same as text. */
  readonly share: string
}

export const splitNames: Record<SplitKind, string> = {
  own: 'Own CPU',
  blocked: 'Held by others',
  gc: 'Garbage collection',
  waiting: 'Waiting',
}

export const splitMeanings: Record<SplitKind, string> = {
  own: 'Its own code ran',
  blocked: 'Others held the event loop until its turn',
  gc: 'The garbage collector held the event loop',
  waiting: 'For I/O, timers or other processes',
}

/** The four parts in their order, which is the same everywhere. */
export function splitParts(split: Split): SplitPart[] {
  const parts: readonly (readonly [SplitKind, number])[] = [
    ['own', split.ownMs],
    ['blocked', split.blockedMs],
    ['gc', split.gcMs],
    ['waiting', split.waitingMs],
  ]
  const percents = percentsOf(parts.map(([, ms]) => Math.max(0, ms)))
  return parts.map(([kind, ms], i) => {
    const percent = percents[i]
    return { kind, name: splitNames[kind], ms, percent, share: roundedText(percent, ms / splitMs(split)) }
  })
}

/** Own CPU and garbage collection first: no list of the page has their shares. */
const takesRest = [0, 2, 3, 1]

/**
 * Each part is rounded by itself, so that it reads as it does in lists of the same page; what is then missing to 100 goes
 * to one that is large enough to hide it.
 */
function percentsOf(parts: readonly number[]): number[] {
  const all = sum(parts)
  if (!(all > 0)) return parts.map(() => 0)
  const tenths = parts.map((part) => Math.round((part / all) * 1000))
  tenths[takesRest.find((i) => tenths[i] > 2)!] += 1000 - sum(tenths)
  return tenths.map((value) => value / 10)
}

export function splitMs({ ownMs, blockedMs, gcMs, waitingMs }: Split): number {
  return ownMs + blockedMs + gcMs + waitingMs
}

/**
 * The mean wall time of a route, split. The route's own CPU includes work after the response, which is not part of the
 * wall time, so here it is what the other parts leave over.
 */
export function splitOfRoute({ latency, own, blocked, gc, waiting }: RouteSummary): Split {
  const rest = latency.meanMs - blocked.meanMs - gc.meanMs - waiting.meanMs
  return {
    ownMs: Math.max(0, Math.min(own.meanMs, rest)),
    blockedMs: blocked.meanMs,
    gcMs: gc.meanMs,
    waitingMs: waiting.meanMs,
  }
}

/** A smaller share of CPU after the response is not worth mentioning: it would hardly show in three digits. */
const LEAST_AFTER = 0.0005

/** CPU after the response, if it is worth mentioning; otherwise 0. */
function worthTelling(after: number, all: number): number {
  return after > all * LEAST_AFTER ? after : 0
}

/** CPU per request of a route after the response, however little: less than a microsecond comes of rounding. */
export function allAfterOfRoute(route: RouteSummary): number {
  return route.own.meanMs - splitOfRoute(route).ownMs
}

/** CPU per request of a route after the response, if it is worth mentioning; otherwise 0. */
export function afterOfRoute(route: RouteSummary): number {
  return worthTelling(allAfterOfRoute(route), route.own.meanMs)
}

/**
 * Whether a request takes more CPU than wall time, as far as the two can be told apart on the page: it goes on after its
 * response, with which its wall time ends.
 */
export function exceedsWall({ own, latency }: RouteSummary): boolean {
  return own.meanMs > latency.meanMs && durationText(own.meanMs) !== durationText(latency.meanMs)
}

/** CPU per request, and how much of it is not in the wall time. */
export function ownText(route: RouteSummary): string {
  const { meanMs } = route.own
  const afterMs = exceedsWall(route) ? allAfterOfRoute(route) : afterOfRoute(route)
  const rest =
    afterMs > 0 ? `, of which ${durationText(afterMs)} after the response: no part of the wall time` : ''
  return `${durationText(meanMs)} own CPU${rest}`
}

/** A split as text, one part per line. */
export function splitText(split: Split): string {
  return splitParts(split)
    .map(({ name, ms, share }) => `${name} ${durationText(ms)} (${share})`)
    .join('\n')
}
