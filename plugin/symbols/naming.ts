import type { Frame } from '../model/profile.ts'
import type { SegmentFrame } from '../sampler/segment.ts'
import type { Steps } from '../slices.ts'

/** Gives functions and lines of running code their names in the source. */
export interface Naming {
  /** Reads in steps what the others need to know of a function; `undefined` where nothing is left to be read. */
  prepare?(raw: SegmentFrame): Steps<unknown> | undefined
  frame(raw: SegmentFrame): Frame
  line(raw: SegmentFrame, line: number): number
}

/** Reads what it takes to name functions. */
export function* prepareNames(naming: Naming, functions: Iterable<SegmentFrame>): Steps<void> {
  for (const raw of functions) {
    const reading = naming.prepare?.(raw)
    if (reading !== undefined) yield* reading
  }
}
