import { sum } from '../../plugin/model/sum.ts'

export interface Sum {
  readonly parts: readonly string[]
  readonly whole: string
  readonly unit: string
}

/** Units of sums that are shorter than `belowMs`. */
const units = [
  { unit: 'µs', perMs: 1000, belowMs: 0.9995 },
  { unit: 'ms', perMs: 1, belowMs: 10_000 },
  { unit: 's', perMs: 1 / 1000, belowMs: 10_000_000 },
]
const hours = { unit: 'h', perMs: 1 / 3_600_000 }

/**
 * Writes parts and their sum in one unit with the same decimals, rounded so that the written parts add up to the written
 * sum. The rounding difference goes to the last part, which is the rest, or to the largest if that has too little, so
 * the others read as they do elsewhere; nothing stays nothing.
 */
export function addUp(partsMs: readonly number[]): Sum {
  const wholeMs = sum(partsMs)
  const { unit, perMs } = units.find(({ belowMs }) => wholeMs < belowMs) ?? hours
  const decimals = decimalsOf(wholeMs * perMs)
  const steps = perMs * 10 ** decimals
  const rounded = partsMs.map((ms) => Math.round(ms * steps))
  const left = Math.round(wholeMs * steps) - sum(rounded)
  const last = rounded.length - 1
  const takes = partsMs[last] > 0 && rounded[last] + left >= 0
  rounded[takes ? last : rounded.indexOf(Math.max(...rounded))] += left
  const write = (value: number) => grouped((value / 10 ** decimals).toFixed(decimals))
  return { parts: rounded.map(write), whole: write(sum(rounded)), unit }
}

function decimalsOf(value: number): number {
  if (value >= 10_000) return 0
  return value >= 100 ? 1 : 2
}

/** With a comma before each three digits of the whole part; there are never as many decimals. */
function grouped(written: string): string {
  return written.replace(/\B(?=(\d{3})+\b)/g, ',')
}
