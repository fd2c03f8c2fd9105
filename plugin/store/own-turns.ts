import { ownIn, type Split } from '../requests/split.ts'

/** A turn of a request, or several together; microseconds since its start. */
export interface OwnTurn {
  readonly startUs: number
  readonly endUs: number
  /** Start and end of each part in which the request ran, in order: a turn less its collections. */
  readonly pieces: readonly number[]
}

/**
 * The turns of a request, in order, as its slices tell: parts of its own, with nothing but collections between them.
 *
 * Slices that were merged from many only say how much of each was its own. That much time is given to the samples in
 * it, equally, each around the time at which it was taken; or, without samples, to its beginning.
 */
export function ownTurns(split: Split, sampledUs: ArrayLike<number>): OwnTurn[] {
  const turns: OwnTurn[] = []
  let pieces: number[] = []
  let next = 0

  const close = () => {
    if (pieces.length > 0) turns.push({ startUs: pieces[0], endUs: pieces[pieces.length - 1], pieces })
    pieces = []
  }
  for (let slice = 0; slice < split.endUs.length; slice++) {
    const startUs = split.endUs[slice - 1] ?? 0
    const endUs = split.endUs[slice]
    const ownUs = ownIn(split, slice)
    const first = next
    while (next < sampledUs.length && sampledUs[next] < endUs) next++
    if (ownUs === endUs - startUs) pieces.push(startUs, endUs)
    else if (ownUs > 0) {
      close()
      const times = Array.from({ length: next - first }, (_, i) => sampledUs[first + i])
      turns.push({ startUs, endUs, pieces: around(times, startUs, endUs, Math.round(ownUs)) })
    } else if (split.kind[slice] !== 'gc') close()
  }
  close()
  return turns
}

/** Pieces of one length around the times, side by side where those are close; `ownUs` together, within the slice. */
function around(times: readonly number[], startUs: number, endUs: number, ownUs: number): number[] {
  if (times.length === 0) return [startUs, startUs + ownUs]
  let from = startUs
  return times.flatMap((time, i) => {
    const left = Math.round((ownUs * (times.length - i)) / times.length)
    const us = left - Math.round((ownUs * (times.length - i - 1)) / times.length)
    from = Math.min(Math.max(from, time - Math.floor(us / 2)), endUs - left)
    from += us
    return [from - us, from]
  })
}
