import { ownIn, type Split } from '../requests/split.ts'

/** One or several turns of a request; times are microseconds since its start. */
export interface OwnTurn {
  readonly startUs: number
  readonly endUs: number
  /** Start and end of each part in which the request ran, in order: a turn without its garbage collections. */
  readonly pieces: readonly number[]
}

/**
 * The turns of a request, in order, derived from its slices: `own` slices with only garbage collections between them.
 *
 * A slice merged from many only says how much of it was own time. That time is divided equally among the samples in it
 * and placed around the time of each; without samples it is placed at the slice's start.
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

/** Pieces of equal length around the times, adjoining if these are close; they add up to `ownUs`, within the slice. */
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
