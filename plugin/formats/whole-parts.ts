/**
 * Rounds numbers so that they add up to their rounded sum: each takes over the rounding error of those before it. None
 * is off by 1 or more, and 0 stays 0.
 */
export function wholeParts(numbers: readonly number[]): number[] {
  let sum = 0
  let written = 0
  return numbers.map((number) => {
    sum += number
    const part = Math.round(sum) - written
    written += part
    return part
  })
}
