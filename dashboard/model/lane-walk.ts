import type { Spell } from './lanes.ts'

/** The position of an item: its lane, and its place there. */
export interface At {
  readonly lane: number
  readonly item: number
}

/** The position itself, or the nearest that exists: other parts of the time have fewer items. */
export function nearestOf(lanes: readonly (readonly Spell[])[], at: At): At {
  const lane = Math.min(at.lane, lanes.length - 1)
  return { lane, item: Math.max(0, Math.min(at.item, lanes[lane].length - 1)) }
}

/** Where a key leads in lanes of items; undefined for keys that mean nothing here. Stays in place at the ends. */
export function walkLanes(lanes: readonly (readonly Spell[])[], at: At, key: string): At | undefined {
  const last = lanes[at.lane].length - 1
  switch (key) {
    case 'ArrowLeft':
      return { ...at, item: Math.max(0, at.item - 1) }
    case 'ArrowRight':
      return { ...at, item: Math.min(last, at.item + 1) }
    case 'Home':
      return { ...at, item: 0 }
    case 'End':
      return { ...at, item: last }
    case 'ArrowUp':
      return across(lanes, at, -1)
    case 'ArrowDown':
      return across(lanes, at, 1)
  }
  return undefined
}

/** The item of the next lane that is nearest in time to the middle of this one. */
function across(lanes: readonly (readonly Spell[])[], at: At, step: 1 | -1): At {
  let lane = at.lane + step
  while (lanes[lane]?.length === 0) lane += step
  if (lanes[lane] === undefined) return at
  const { startUs, endUs } = lanes[at.lane][at.item]
  const middle = (startUs + endUs) / 2
  const far = (spell: Spell) => Math.max(spell.startUs - middle, middle - spell.endUs, 0)
  let item = 0
  lanes[lane].forEach((spell, i) => {
    if (far(spell) < far(lanes[lane][item])) item = i
  })
  return { lane, item }
}
