import { durationText } from './format.ts'
import { roundStep, tickLabel } from './ticks.ts'

/** The places of wall times on an axis: 0 is its low end, 1 its high end. */
export interface WallScale {
  /** Whether steps are factors; otherwise they are milliseconds, from 0. */
  readonly log: boolean
  readonly at: (ms: number) => number
  /** The inverse of `at`. */
  readonly msAt: (share: number) => number
}

/** From this ratio of slowest to fastest on, a linear axis would squeeze most requests together. */
const LOG_FROM = 25
/** Nothing is faster than the clock's step, and 0 has no logarithm. */
const LEAST_MS = 0.001
const ROOM = 1.06

/** An axis that has room for all of the times, in milliseconds. */
export function wallScale(timesMs: readonly number[]): WallScale {
  let [fastest, slowest] = [Number.POSITIVE_INFINITY, LEAST_MS]
  for (const ms of timesMs) {
    fastest = Math.min(fastest, Math.max(ms, LEAST_MS))
    slowest = Math.max(slowest, ms)
  }
  if (slowest / fastest < LOG_FROM) {
    const high = slowest * ROOM
    return { log: false, at: (ms) => ms / high, msAt: (share) => share * high }
  }
  const low = Math.log(fastest / ROOM)
  const high = Math.log(slowest * ROOM)
  return {
    log: true,
    at: (ms) => (Math.log(Math.max(ms, fastest / ROOM)) - low) / (high - low),
    msAt: (share) => Math.exp(low + share * (high - low)),
  }
}

/** Round times along the axis: steps of 1, 2 or 5 in their decade, or whole decades if there are many. */
export function wallTicks(scale: WallScale, most: number): number[] {
  const high = scale.msAt(1)
  if (!scale.log) {
    const step = roundStep(high / most)
    return Array.from({ length: Math.floor(high / step) }, (_, i) => (i + 1) * step)
  }
  const low = scale.msAt(0)
  const first = Math.floor(Math.log10(low))
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i)
  const factors = high / low < 200 ? [1, 2, 5] : [1]
  const all = decades.flatMap((decade) => factors.map((factor) => factor * 10 ** decade))
  return all.filter((ms) => ms >= low && ms <= high)
}

/** Labels of the `ticks` of an axis: where steps are factors, each is round in its own unit; otherwise all are in one. */
export function wallLabels(scale: WallScale, ticks: readonly number[]): string[] {
  const [step] = ticks
  const label = (ms: number) =>
    scale.log ? durationText(ms) : tickLabel(ms * 1000, scale.msAt(1) * 1000, step * 1000)
  return ticks.map((ms) => label(ms).replace(/\.0+(?= )/, ''))
}
