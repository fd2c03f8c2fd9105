import type { Profile } from './profile.ts'
import { isRecursive, totals } from './tree.ts'

/** A function over all places where it stands. */
export interface HotFunction {
  /** Index into `Profile.frames`. */
  readonly frame: number
  /** CPU in the function itself, microseconds. */
  readonly selfUs: number
  /** CPU in it and in what it called, microseconds; a recursive function's stack is counted once. */
  readonly totalUs: number
  /** Samples that ended in it. */
  readonly samples: number
}

export type HotSort = 'self' | 'total' | 'samples'
export const hotSorts: readonly HotSort[] = ['self', 'total', 'samples']

/** Functions of a profile, root and phases left out, most expensive first. */
export function hotFunctions(profile: Profile, sort: HotSort = 'self'): HotFunction[] {
  const { tree } = profile
  const total = totals(tree)
  const recursive = isRecursive(tree)
  const byFrame = new Map<number, { frame: number; selfUs: number; totalUs: number; samples: number }>()
  for (let node = 1; node < tree.parent.length; node++) {
    const frame = tree.frame[node]
    if (profile.frames[frame].kind === 'phase') continue
    let entry = byFrame.get(frame)
    if (entry === undefined) {
      entry = { frame, selfUs: 0, totalUs: 0, samples: 0 }
      byFrame.set(frame, entry)
    }
    entry.selfUs += tree.selfUs[node]
    entry.samples += tree.samples[node]
    if (!recursive[node]) entry.totalUs += total[node]
  }
  const key = ({ self: 'selfUs', total: 'totalUs', samples: 'samples' } as const)[sort]
  return [...byFrame.values()].sort((a, b) => b[key] - a[key] || b.selfUs - a.selfUs || a.frame - b.frame)
}
