/**
 * Numbers rounded down, or up for those with the largest remainders, so that they add up to `sum`.
 *
 * None is off by 1 or more, as long as `sum` is that of the numbers, rounded. What is 0 stays 0.
 */
export function wholeParts(numbers: readonly number[], sum: number): number[] {
  const parts = numbers.map(Math.floor)
  let missing = sum - parts.reduce((a, b) => a + b, 0)
  const order = [...numbers.keys()].sort((a, b) => numbers[b] - parts[b] - (numbers[a] - parts[a]) || a - b)
  for (const i of order) {
    if (missing <= 0) break
    if (numbers[i] === 0) continue
    parts[i]++
    missing--
  }
  return parts
}
