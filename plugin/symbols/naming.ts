import type { Frame } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../steps.ts'

/** Gives functions and lines of running code their names in the source. */
export interface Naming {
  /** Reads in steps what the others need to know of a function; `undefined` where nothing is left to be read. */
  prepare?(raw: RawFrame): Steps<unknown> | undefined
  frame(raw: RawFrame): Frame
  line(raw: RawFrame, line: number): number
}

/** Reads what it takes to name functions. */
export function* prepareNames(naming: Naming, functions: Iterable<RawFrame>): Steps<void> {
  for (const raw of functions) {
    const reading = naming.prepare?.(raw)
    if (reading !== undefined) yield* reading
  }
}
