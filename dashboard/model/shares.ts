/**
 * Parts as percentages with one decimal that add up to exactly 100: what rounding leaves over goes to the parts that
 * lost most by it. All 0 when there is nothing to share.
 */
export function shares(parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0)
  if (!(sum > 0)) return parts.map(() => 0)
  const exact = parts.map((part) => (part / sum) * 1000)
  const tenths = exact.map(Math.floor)
  const missing = 1000 - tenths.reduce((a, b) => a + b, 0)
  const byLoss = exact.map((_, i) => i).sort((a, b) => exact[b] - tenths[b] - (exact[a] - tenths[a]))
  for (const i of byLoss.slice(0, missing)) tenths[i]++
  return tenths.map((value) => value / 10)
}
