/**
 * Numbers rounded so that they add up to their sum, rounded: each takes over what those before it have left. None is off
 * by 1 or more, and what is 0 stays 0.
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
