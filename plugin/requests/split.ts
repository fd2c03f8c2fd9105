import type { SliceKind } from '../model/wire/requests.ts'
import type { RouteStats } from '../store/route-stats.ts'

/**
 * A request's wall time in order, for the picture: slices follow each other without a gap, times are microseconds since
 * the request's start. `by` is the route whose work blocked; `undefined` is work of no request.
 */
export interface Split {
  readonly endUs: number[]
  readonly kind: SliceKind[]
  readonly by: (RouteStats | undefined)[]
  /** Own time in each slice, once neighbours were merged; before that the kind of a slice tells it. */
  ownUs: number[] | undefined
}

/** More slices than a picture can show; beyond that neighbours are merged. */
const MOST_SLICES = 400
/** Merging leaves at most twice as many slices as this. */
const LEAST_PARTS = 100
/** Measured for a trimmed split: three arrays, and their entries. */
export const SPLIT_BYTES = 190
export const BYTES_PER_SLICE = 24

export function createSplit(): Split {
  return { endUs: [], kind: [], by: [], ownUs: undefined }
}

/** Copies a split without room to grow, which is most of the memory of a short one. */
export function trimmed({ endUs, kind, by, ownUs }: Split): Split {
  return { endUs: endUs.slice(), kind: kind.slice(), by: by.slice(), ownUs: ownUs?.slice() }
}

/** Own time in a slice, even if it was merged with others. */
export function ownIn({ endUs, kind, ownUs }: Split, slice: number): number {
  if (ownUs !== undefined) return ownUs[slice]
  return kind[slice] === 'own' ? endUs[slice] - (endUs[slice - 1] ?? 0) : 0
}

/** Appends a slice from the end of the last one to `endUs`. */
export function addSlice(split: Split, endUs: number, kind: SliceKind, by?: RouteStats): void {
  const last = split.endUs.length - 1
  const end = Math.round(endUs)
  const us = end - (split.endUs[last] ?? 0)
  if (us <= 0) return
  const ownUs = kind === 'own' ? us : 0
  if (last >= 0 && split.kind[last] === kind && split.by[last] === by) {
    split.endUs[last] = end
    if (split.ownUs !== undefined) split.ownUs[last] += ownUs
    return
  }
  split.endUs.push(end)
  split.ownUs?.push(ownUs)
  split.kind.push(kind)
  split.by.push(by)
  if (split.endUs.length > MOST_SLICES) coarsen(split)
}

/**
 * Merges neighbours that are together shorter than a hundredth of the time so far: long slices stay as they are, and
 * all of the time is told equally well. A merged slice is named for what it was most of its time.
 */
function coarsen(split: Split): void {
  const { endUs, kind, by } = split
  const ownUs = endUs.map((_, i) => ownIn(split, i))
  const least = endUs[endUs.length - 1] / LEAST_PARTS
  let to = 0
  for (let first = 0; first < endUs.length; to++) {
    const startUs = to === 0 ? 0 : endUs[to - 1]
    let next = first + 1
    while (next < endUs.length && endUs[next] - startUs <= least) next++
    const named = mostOf(split, first, next, startUs)
    ownUs[to] = sumOf(ownUs, first, next)
    endUs[to] = endUs[next - 1]
    kind[to] = kind[named]
    by[to] = by[named]
    first = next
  }
  split.ownUs = ownUs
  for (const column of [endUs, kind, by, ownUs]) column.length = to
}

/** Index of the slice that is longest together with others of its kind and culprit. */
function mostOf({ endUs, kind, by }: Split, first: number, end: number, startUs: number): number {
  const us = new Array<number>(end - first).fill(0)
  let most = first
  for (let i = first; i < end; i++) {
    let same = first
    while (kind[same] !== kind[i] || by[same] !== by[i]) same++
    us[same - first] += endUs[i] - (i === first ? startUs : endUs[i - 1])
    if (us[same - first] > us[most - first]) most = same
  }
  return most
}

function sumOf(column: readonly number[], first: number, end: number): number {
  let sum = 0
  for (let i = first; i < end; i++) sum += column[i]
  return sum
}
