import { badSegment, isInt32, type RawNode } from './raw-profile.ts'

/**
 * A 1-based line for each sample, 0 where V8 does not say. V8 counts lines per node: the counts of a node are
 * dealt to its samples in order.
 */
export function dealLines(nodes: readonly RawNode[], sampled: Int32Array): Int32Array {
  const left = new Map<number, [line: number, count: number][]>()
  return Int32Array.from(sampled, (index) => {
    let lines = left.get(index)
    if (!lines) {
      lines = [...ticksByLine(nodes[index])].reverse()
      left.set(index, lines)
    }
    const next = lines.at(-1)
    if (!next) return 0
    if (--next[1] <= 0) lines.pop()
    return next[0]
  })
}

/** Samples of a node per 1-based line. V8 may name a line more than once. */
function ticksByLine({ id, positionTicks, callFrame: { lineTicks } }: RawNode): Map<number, number> {
  const ticks = new Map<number, number>()
  const add = (line: number, count: number) => {
    if (!isInt32(line) || !Number.isInteger(count)) throw badSegment(`node ${id} has no line counts`)
    if (line > 0 && count > 0) ticks.set(line, (ticks.get(line) ?? 0) + count)
  }
  for (const tick of positionTicks ?? []) add(tick?.line, tick?.ticks)
  for (const tick of lineTicks ?? []) add(tick?.line, tick?.hitCount)
  return ticks
}
