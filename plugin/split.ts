import type { RouteStats } from './route-stats.ts'

/** What a stretch of a request's wall time was. */
export type SliceKind = 'own' | 'blocked' | 'gc' | 'waiting'

/**
 * A request's wall time in order, for the picture: slices follow each other without a gap, times are microseconds
 * since the request's start. `by` is whose work it was that blocked, `undefined` for none of a request.
 */
export interface Split {
  readonly endUs: number[]
  readonly kind: SliceKind[]
  readonly by: (RouteStats | undefined)[]
  /** Own time in each slice, once neighbours were merged; before that the kind says it all. */
  ownUs: number[] | undefined
}

/** More than a picture can show; beyond it neighbours are merged two by two. */
const MOST_SLICES = 400
/** Measured, of a trimmed one: three arrays, and their entries. */
export const SPLIT_BYTES = 190
export const BYTES_PER_SLICE = 24

export function createSplit(): Split {
  return { endUs: [], kind: [], by: [], ownUs: undefined }
}

/** The same without room to grow, which is most of what a short one takes. */
export function trimmed({ endUs, kind, by, ownUs }: Split): Split {
  return { endUs: endUs.slice(), kind: kind.slice(), by: by.slice(), ownUs: ownUs?.slice() }
}

/** Own time in a slice, whatever others it was merged with. */
export function ownIn({ endUs, kind, ownUs }: Split, slice: number): number {
  if (ownUs !== undefined) return ownUs[slice]
  return kind[slice] === 'own' ? endUs[slice] - (endUs[slice - 1] ?? 0) : 0
}

/** Appends what lies between the end of the last slice and `endUs`. */
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

/** Of two neighbours the longer one names both. */
function coarsen(split: Split): void {
  const ownUs = split.endUs.map((_, i) => ownIn(split, i))
  let to = 0
  for (let i = 0; i < split.endUs.length; i += 2, to++) {
    const start = split.endUs[i - 1] ?? 0
    const pair = i + 1 < split.endUs.length
    const second = pair && split.endUs[i + 1] - split.endUs[i] > split.endUs[i] - start
    const from = second ? i + 1 : i
    split.kind[to] = split.kind[from]
    split.by[to] = split.by[from]
    split.endUs[to] = split.endUs[pair ? i + 1 : i]
    ownUs[to] = ownUs[i] + (pair ? ownUs[i + 1] : 0)
  }
  split.ownUs = ownUs
  ownUs.length = to
  split.endUs.length = to
  split.kind.length = to
  split.by.length = to
}
