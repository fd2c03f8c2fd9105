export interface Sum {
  readonly parts: readonly string[]
  readonly whole: string
  readonly unit: 'µs' | 'ms'
}

/**
 * Parts and their sum in one unit and with as many decimals, rounded so that the written parts add up to the written
 * sum: what rounding leaves over goes to the parts that lost most by it.
 */
export function addUp(partsMs: readonly number[]): Sum {
  const wholeMs = partsMs.reduce((a, b) => a + b, 0)
  const unit = wholeMs < 0.9995 ? 'µs' : 'ms'
  const scale = unit === 'µs' ? 1000 : 1
  const decimals = decimalsOf(wholeMs * scale)
  const steps = scale * 10 ** decimals
  const exact = partsMs.map((ms) => ms * steps)
  const rounded = exact.map(Math.floor)
  const missing = Math.round(wholeMs * steps) - rounded.reduce((a, b) => a + b, 0)
  const byLoss = exact.map((_, i) => i).sort((a, b) => exact[b] - rounded[b] - (exact[a] - rounded[a]))
  for (const i of byLoss.slice(0, Math.max(0, missing))) rounded[i]++
  const write = (value: number) => (value / 10 ** decimals).toFixed(decimals)
  return { parts: rounded.map(write), whole: write(rounded.reduce((a, b) => a + b, 0)), unit }
}

function decimalsOf(value: number): number {
  if (value >= 10_000) return 0
  return value >= 100 ? 1 : 2
}
