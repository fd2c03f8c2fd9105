import type { Frame } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'

/** Finds the names and lines that running code has in its source. */
export interface Naming {
  /** Reads, in steps, what the others need to know about a function; `undefined` when nothing is left to read. */
  prepare?(raw: RawFrame): Steps<unknown> | undefined
  frame(raw: RawFrame): Frame
  line(raw: RawFrame, line: number): number
}

/** Reads what is needed to name functions. */
export function* prepareNames(naming: Naming, functions: Iterable<RawFrame>): Steps<void> {
  for (const raw of functions) {
    const reading = naming.prepare?.(raw)
    if (reading === undefined) continue
    yield
    yield* reading
  }
}
