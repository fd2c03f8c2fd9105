/** The value below which a share of them lies, by nearest rank; undefined of none. They stand in order, the smallest first. */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
