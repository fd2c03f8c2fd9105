export interface Spell {
  readonly startUs: number
  readonly endUs: number
}

/**
 * Distributes spells over as few lanes as they need, so that none overlaps another in its lane: each goes to the first
 * lane that is free when it starts. Spells that begin after `endUs` are left out, the others are cut there.
 */
export function packLanes<S extends Spell>(spells: readonly S[], endUs: number, leastUs = 0): S[][] {
  const lanes: S[][] = []
  const free: number[] = []
  const inOrder = spells
    .filter(({ startUs }) => startUs < endUs)
    .sort((a, b) => a.startUs - b.startUs || b.endUs - a.endUs)
  for (const spell of inOrder) {
    const startUs = Math.max(0, spell.startUs)
    const cut = { ...spell, startUs, endUs: Math.min(spell.endUs, endUs) }
    const found = free.findIndex((until) => until <= startUs)
    const lane = found < 0 ? lanes.push([]) - 1 : found
    lanes[lane].push(cut)
    // At least as wide as it is drawn, so that the next one does not cover it.
    free[lane] = Math.max(cut.endUs, startUs + leastUs)
  }
  return lanes
}
