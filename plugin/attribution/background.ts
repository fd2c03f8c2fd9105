import type { Sampled } from '../requests/record.ts'
import type { Segment } from '../sampler/segment.ts'
import { sampleDealer, type TurnToSample } from './samples.ts'

/**
 * Books turns of no request, once for each of `parts`: one per application, since each keeps stacks of its own. The
 * profiler's own frames are not left out, because part of this work is the profiler's. Returns how many samples were
 * given out.
 */
export function bookBackground(parts: readonly Sampled[], segment: Segment | undefined) {
  const counts = { samples: new Map<object, number>(), dropped: new Map<object, number>() }
  const books = parts.map((part) => ({ part, dealer: segment && sampleDealer(segment, () => false, true) }))

  return function book(turn: TurnToSample): number {
    let given = 0
    for (const { part, dealer } of books) {
      part.ownUs += turn.ownUs
      if (dealer === undefined) part.unsampledUs += turn.ownUs
      else given += dealer.give(part, turn, counts)
    }
    return given
  }
}
