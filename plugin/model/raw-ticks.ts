import { BadProfile, isInt32, type RawNode } from './raw-profile.ts'
import { addToSum } from './sum.ts'

/** Samples of a node per 1-based line. V8 may name a line more than once. */
export function ticksByLine({ id, positionTicks, callFrame: { lineTicks } }: RawNode): Map<number, number> {
  const ticks = new Map<number, number>()
  const add = (line: number, count: number) => {
    if (!isInt32(line) || !Number.isInteger(count)) throw new BadProfile(`node ${id} has no line counts`)
    if (line > 0 && count > 0) addToSum(ticks, line, count)
  }
  for (const tick of positionTicks ?? []) add(tick?.line, tick?.ticks)
  for (const tick of lineTicks ?? []) add(tick?.line, tick?.hitCount)
  return ticks
}
