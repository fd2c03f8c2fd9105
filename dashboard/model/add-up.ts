import { sum } from '../../plugin/model/sum.ts'

export interface Sum {
  readonly parts: readonly string[]
  readonly whole: string
  readonly unit: 'µs' | 'ms'
}

/**
 * Writes parts and their sum in one unit with the same decimals, rounded so that the written parts add up to the written
 * sum. The rounding difference goes to the last part, which is the rest, or to the largest if that has too little, so
 * the others read as they do elsewhere.
 */
export function addUp(partsMs: readonly number[]): Sum {
  const wholeMs = sum(partsMs)
  const unit = wholeMs < 0.9995 ? 'µs' : 'ms'
  const scale = unit === 'µs' ? 1000 : 1
  const decimals = decimalsOf(wholeMs * scale)
  const steps = scale * 10 ** decimals
  const rounded = partsMs.map((ms) => Math.round(ms * steps))
  const left = Math.round(wholeMs * steps) - sum(rounded)
  const last = rounded.length - 1
  rounded[rounded[last] + left >= 0 ? last : rounded.indexOf(Math.max(...rounded))] += left
  const write = (value: number) => (value / 10 ** decimals).toFixed(decimals)
  return { parts: rounded.map(write), whole: write(sum(rounded)), unit }
}

function decimalsOf(value: number): number {
  if (value >= 10_000) return 0
  return value >= 100 ? 1 : 2
}
