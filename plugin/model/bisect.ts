/** Index of the first of ascending numbers, from `from` up to `to`, that is not below `value`; else `to`. */
export function firstNotBelow(
  numbers: ArrayLike<number>,
  value: number,
  from = 0,
  to = numbers.length,
): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Like {@link firstNotBelow}, for the first that is above `value`; the one before it is the last that is not. */
export function firstAbove(numbers: ArrayLike<number>, value: number, from = 0, to = numbers.length): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}
