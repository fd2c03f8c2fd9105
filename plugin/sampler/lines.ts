import type { RawNode } from '../model/raw-profile.ts'
import { ticksByLine } from '../model/raw-ticks.ts'

/**
 * Returns a 1-based line for each sample, 0 where V8 does not say. V8 counts lines per node: the counts of a node are
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
