import { firstAbove } from '../model/bisect.ts'
import { addToSum, sum } from '../model/sum.ts'
import type { SliceKind } from '../model/wire/requests.ts'
import type { RouteStats } from '../store/route-stats.ts'
import { timeOf } from './marks.ts'

/** What a slice consists of, besides waiting. */
const partKinds = ['own', 'blocked', 'gc'] as const
/** Columns of times, microseconds; the rest of each slice is waiting. */
type Parts = Readonly<Record<(typeof partKinds)[number], number[]>>

/**
 * A request's wall time in order, for the picture: slices follow each other without a gap, times are microseconds since
 * the request's start. `by` is the route whose work blocked; `undefined` is work of no request. A slice that was merged
 * from several has the kind that most of it is, and the culprit that blocked longest in it.
 */
export interface Split {
  readonly endUs: number[]
  readonly kind: SliceKind[]
  readonly by: (RouteStats | undefined)[]
  /** Set once neighbours were merged; before that the kind of a slice tells what it consists of. */
  parts: Parts | undefined
  /** Whose time it is, until it is over. */
  readonly of?: Marked | undefined
}

/** Something with marks of where its phases begin; see `marks.ts`. */
interface Marked {
  readonly marks: readonly number[]
}

/** A part of the wall time that is all of one kind. */
export interface PlainSlice {
  readonly startUs: number
  readonly endUs: number
  readonly kind: SliceKind
  readonly by: RouteStats | undefined
}

/** More slices than a picture can show; beyond that neighbours are merged. */
const MOST_SLICES = 400
/** Merging leaves at most twice as many slices as this. */
const LEAST_PARTS = 100
/** Measured for a trimmed split: three arrays, and their entries; its parts are three more. */
const SPLIT_BYTES = 190
const BYTES_PER_SLICE = 24

export function createSplit(of?: Marked): Split {
  return { endUs: [], kind: [], by: [], parts: undefined, of }
}

/** Copies a split without room to grow, which is most of the memory of a short one. */
export function trimmed({ endUs, kind, by, parts }: Split): Split {
  return {
    endUs: endUs.slice(),
    kind: kind.slice(),
    by: by.slice(),
    parts: parts && { own: parts.own.slice(), blocked: parts.blocked.slice(), gc: parts.gc.slice() },
  }
}

/** Bytes of a trimmed split. */
export function splitBytes({ endUs, parts }: Split): number {
  const bytes = SPLIT_BYTES + endUs.length * BYTES_PER_SLICE
  return parts === undefined ? bytes : 2 * bytes
}

/** Own time in a slice, even if it was merged with others. */
export function ownIn(split: Split, slice: number): number {
  return partOf(split, slice, 'own')
}

function partOf({ endUs, kind, parts }: Split, slice: number, part: keyof Parts): number {
  if (parts !== undefined) return parts[part][slice]
  return kind[slice] === part ? endUs[slice] - (endUs[slice - 1] ?? 0) : 0
}

/**
 * The slices, each all of one kind: for each kind they add up to its time. The order of what was merged is not known any
 * more; it is told as a turn comes about: the request waits, is blocked, and runs.
 */
export function* plainSlices(split: Split): Generator<PlainSlice> {
  let startUs = 0
  for (const [slice, endUs] of split.endUs.entries()) {
    const times = partKinds.map((kind) => partOf(split, slice, kind))
    const [own, blocked, gc] = times
    for (const [kind, us] of [
      ['waiting', endUs - startUs - sum(times)],
      ['blocked', blocked],
      ['gc', gc],
      ['own', own],
    ] as const) {
      if (us <= 0) continue
      yield { startUs, endUs: startUs + us, kind, by: kind === 'blocked' ? split.by[slice] : undefined }
      startUs += us
    }
  }
}

/** Appends a slice from the end of the last one to `endUs`. */
export function addSlice(split: Split, endUs: number, kind: SliceKind, by?: RouteStats): void {
  const { parts } = split
  const last = split.endUs.length - 1
  const end = Math.round(endUs)
  const us = end - (split.endUs[last] ?? 0)
  if (us <= 0) return
  if (last >= 0 && split.kind[last] === kind && split.by[last] === by) {
    split.endUs[last] = end
    if (parts !== undefined && kind !== 'waiting') parts[kind][last] += us
    return
  }
  split.endUs.push(end)
  split.kind.push(kind)
  split.by.push(by)
  if (parts !== undefined) for (const part of partKinds) parts[part].push(part === kind ? us : 0)
  if (split.endUs.length > MOST_SLICES) coarsen(split)
}

/**
 * Merges neighbours that are together shorter than a hundredth of the time so far: long slices stay as they are, and
 * all of the time is told equally well. A slice in which a phase begins stays too, or the phase would get its share of
 * what is merged, and not its own time.
 */
function coarsen(split: Split): void {
  const { endUs, kind, by } = split
  const [own, blocked, gc] = partKinds.map((part) => endUs.map((_, i) => partOf(split, i, part)))
  const least = endUs[endUs.length - 1] / LEAST_PARTS
  const marked = markedSlices(split)
  let to = 0
  for (let first = 0; first < endUs.length; to++) {
    const startUs = to === 0 ? 0 : endUs[to - 1]
    let next = first + 1
    if (!marked.has(first))
      while (next < endUs.length && endUs[next] - startUs <= least && !marked.has(next)) next++
    by[to] = longestIn(by, blocked, first, next)
    for (const column of [own, blocked, gc]) column[to] = sumOf(column, first, next)
    endUs[to] = endUs[next - 1]
    const times = [own[to], blocked[to], gc[to]]
    const waitingUs = endUs[to] - startUs - sum(times)
    const most = Math.max(waitingUs, ...times)
    kind[to] = most === waitingUs ? 'waiting' : partKinds[times.indexOf(most)]
    first = next
  }
  split.parts = { own, blocked, gc }
  for (const column of [endUs, kind, by, own, blocked, gc]) column.length = to
}

/** The slices in which phases begin, or which such a beginning, being rounded, may be in. */
function markedSlices({ endUs, of }: Split): ReadonlySet<number> {
  const marked = new Set<number>()
  for (const mark of of?.marks ?? []) {
    const us = timeOf(mark)
    for (let i = firstAbove(endUs, us - 2); i < endUs.length && (endUs[i - 1] ?? 0) <= us + 1; i++)
      marked.add(i)
  }
  return marked
}

/** The culprit who blocked longest in these slices. */
function longestIn(by: Split['by'], blocked: readonly number[], first: number, end: number): Split['by'][0] {
  const times = new Map<RouteStats | undefined, number>()
  let longest = by[first]
  for (let i = first; i < end; i++) {
    if (blocked[i] === 0) continue
    addToSum(times, by[i], blocked[i])
    if (times.get(by[i])! > (times.get(longest) ?? 0)) longest = by[i]
  }
  return longest
}

function sumOf(column: readonly number[], first: number, end: number): number {
  let sum = 0
  for (let i = first; i < end; i++) sum += column[i]
  return sum
}
