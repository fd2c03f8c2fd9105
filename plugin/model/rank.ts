/** Sorts values, and returns their quantiles by {@link nearestRank}; 0 if there are no values. */
export function quantilesOf(values: Iterable<number>): (share: number) => number {
  const sorted = Float64Array.from(values).sort()
  return (share) => nearestRank(sorted, share) ?? 0
}

/** The quantile at `share` (0 to 1) of values in ascending order, by nearest rank; undefined if there are none. */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
