import { durationText } from './format.ts'
import type { Range } from './range.ts'

export interface Tick {
  readonly us: number
  readonly label: string
}

/** Round times in a range of an axis that ends at `endUs`, `most` or one more: steps of 1, 2 or 5 in their decade. */
export function ticks(endUs: number, most: number, { from, to }: Range = { from: 0, to: endUs }): Tick[] {
  if (!(to > from)) return [{ us: 0, label: '0' }]
  const step = roundStep((to - from) / Math.max(most, 1))
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first
  return Array.from({ length: count + 1 }, (_, i) => {
    const us = (first + i) * step
    return { us, label: tickLabel(us, endUs, step) }
  })
}

/** The smallest of …, 0.5, 1, 2, 5, 10, 20, … that is at least `least`. */
export function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].find((factor) => factor * decade >= least * (1 - 1e-9)) ?? 10
  return step * decade
}

/** A label in the unit of the whole axis, so that labels can be compared, with no more digits than the step has. */
export function tickLabel(us: number, endUs: number, step: number): string {
  if (us === 0) return '0'
  const inUnit = (unitUs: number) => String(Number((us / unitUs).toFixed(digits(step / unitUs))))
  if (endUs < 1000) return `${inUnit(1)} µs`
  if (endUs < 2_000_000) return `${inUnit(1000)} ms`
  return endUs < 60_000_000 || step < 1_000_000 ? `${inUnit(1e6)} s` : durationText(us / 1000)
}

function digits(step: number): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(step)), 0), 9)
}
