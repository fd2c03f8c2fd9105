import type { Slice } from '../../plugin/model/wire/requests.ts'

/** Slices that are drawn as one, because the picture has a finite width. */
export interface Stretch {
  readonly startUs: number
  readonly endUs: number
  /** The kind of its largest part. */
  readonly kind: Slice['kind']
  readonly route?: string
  /** Everything in it, largest first. */
  readonly parts: readonly StretchPart[]
}

export interface StretchPart {
  readonly kind: Slice['kind']
  readonly route?: string
  readonly us: number
}

/**
 * Joins slices that are shorter than `leastUs`, to at most `2 × wall time / leastUs` stretches. No time is lost: there
 * are no gaps, and the parts add up to the slices.
 */
export function stretches(slices: readonly Slice[], leastUs: number): Stretch[] {
  const result: Stretch[] = []
  const short = (stretch: Stretch) => stretch.endUs - stretch.startUs < leastUs
  for (const next of runs(slices, leastUs)) {
    const last = result.at(-1)
    if (last !== undefined && (same(last, next) || short(last) || short(next))) {
      result[result.length - 1] = join(last, next)
    } else result.push(next)
  }
  return result
}

/** Keeps large slices single and joins small ones until they are large enough to be seen. */
function runs(slices: readonly Slice[], leastUs: number): Stretch[] {
  const result: Stretch[] = []
  let room = 0
  for (const { startUs, endUs, kind, route } of slices) {
    const us = endUs - startUs
    if (us <= 0) continue
    const what = route === undefined ? { kind } : { kind, route }
    const one = { ...what, startUs, endUs, parts: [{ ...what, us }] }
    const last = result.at(-1)
    if (last !== undefined && us < leastUs && room > 0) result[result.length - 1] = join(last, one)
    else {
      result.push(one)
      room = leastUs
    }
    room = us < leastUs ? room - us : 0
  }
  return result
}

function join(a: Stretch, b: Stretch): Stretch {
  const parts = merged([...a.parts, ...b.parts])
  const { us: _, ...most } = parts[0]
  return { ...most, startUs: a.startUs, endUs: b.endUs, parts }
}

/** One part of each kind and route, largest first. */
function merged(parts: readonly StretchPart[]): StretchPart[] {
  const byName = new Map<string, StretchPart>()
  for (const part of parts) {
    const key = `${part.kind} ${part.route ?? ''}`
    byName.set(key, { ...part, us: part.us + (byName.get(key)?.us ?? 0) })
  }
  return [...byName.values()].sort((a, b) => b.us - a.us)
}

function same(a: Pick<Slice, 'kind' | 'route'>, b: Pick<Slice, 'kind' | 'route'>): boolean {
  return a.kind === b.kind && a.route === b.route
}
