import { durationText } from './format.ts'

export interface Tick {
  readonly us: number
  readonly label: string
}

/** Round times from 0 to the end, at most `most` of them after 0: steps of 1, 2 or 5 in their decade. */
export function ticks(endUs: number, most: number): Tick[] {
  if (!(endUs > 0)) return [{ us: 0, label: '0' }]
  const step = roundStep(endUs / Math.max(most, 1))
  const count = Math.floor(endUs / step + 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => ({ us: i * step, label: tickLabel(i * step, endUs) }))
}

/** The smallest of 1, 2, 5, 10, 20, … that is not smaller. */
function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].find((factor) => factor * decade >= least * (1 - 1e-9)) ?? 10
  return step * decade
}

/** In the unit of the whole axis, so that labels can be compared; whole numbers where the step allows. */
function tickLabel(us: number, endUs: number): string {
  if (us === 0) return '0'
  if (endUs < 1000) return `${trimmed(us)} µs`
  if (endUs < 2_000_000) return `${trimmed(us / 1000)} ms`
  return endUs < 60_000_000 ? `${trimmed(us / 1e6)} s` : durationText(us / 1000)
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(3)))
}
