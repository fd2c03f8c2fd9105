import { sum } from '../../plugin/model/sum.ts'

/**
 * Parts as percentages with one decimal that add up to exactly 100: what rounding leaves over goes to the parts that lost
 * most by it. All 0 if there is nothing to share.
 */
export function shares(parts: readonly number[]): number[] {
  const all = sum(parts)
  if (!(all > 0)) return parts.map(() => 0)
  const whole = 1000
  const exact = parts.map((part) => (part / all) * whole)
  const rounded = exact.map(Math.floor)
  const missing = whole - sum(rounded)
  const byLoss = exact.map((_, i) => i).sort((a, b) => exact[b] - rounded[b] - (exact[a] - rounded[a]))
  for (const i of byLoss.slice(0, missing)) rounded[i]++
  return rounded.map((value) => value / 10)
}
