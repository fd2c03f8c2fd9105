/** Adds values up from first to last; 0 if there are none. */
export function sum(values: ArrayLike<number>): number {
  let all = 0
  for (let i = 0; i < values.length; i++) all += values[i]
  return all
}

/** Adds to the sum of a key. */
export function addToSum<Key>(sums: Map<Key, number>, key: Key, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}
