import type { Column, Profile } from './profile.ts'
import { isRecursive, totals } from './tree.ts'

/** A function, summed over all its nodes. */
export interface HotFunction {
  /** Index into `Profile.frames`. */
  readonly frame: number
  /** CPU in the function itself, microseconds. */
  readonly selfUs: number
  /** CPU in it and in what it called, microseconds; recursive calls are counted once. */
  readonly totalUs: number
  /** Samples that ended in it. */
  readonly samples: number
}

export const hotSorts = ['self', 'total', 'samples'] as const
export type HotSort = (typeof hotSorts)[number]

/** Functions of a profile without the root and phases, most expensive first. */
export function hotFunctions(profile: Profile<Column>, sort: HotSort = 'self'): HotFunction[] {
  const { tree, frames } = profile
  const total = totals(tree)
  const recursive = isRecursive(tree)
  const met = new Uint8Array(frames.length)
  const byFrame = {
    selfUs: new Float64Array(frames.length),
    totalUs: new Float64Array(frames.length),
    samples: new Float64Array(frames.length),
  }
  for (let node = 1; node < tree.parent.length; node++) {
    const frame = tree.frame[node]
    met[frame] = 1
    byFrame.selfUs[frame] += tree.selfUs[node]
    byFrame.samples[frame] += tree.samples[node]
    if (!recursive[node]) byFrame.totalUs[frame] += total[node]
  }
  const functions: HotFunction[] = []
  for (let frame = 0; frame < frames.length; frame++) {
    if (met[frame] === 0 || frames[frame].kind === 'phase') continue
    functions.push({
      frame,
      selfUs: byFrame.selfUs[frame],
      totalUs: byFrame.totalUs[frame],
      samples: byFrame.samples[frame],
    })
  }
  const key = ({ self: 'selfUs', total: 'totalUs', samples: 'samples' } as const)[sort]
  return functions.sort((a, b) => b[key] - a[key] || b.selfUs - a.selfUs || a.frame - b.frame)
}
