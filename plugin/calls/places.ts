import { firstAbove } from '../model/bisect.ts'
import { lineStarts } from '../model/line-starts.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { beginOf } from './begin-of.ts'
import type { Counted } from './tally.ts'

/** A counted function, at the place where V8's profiler sees it. */
export interface Placed {
  readonly frame: RawFrame
  /**
   * Whether the function is asynchronous or a generator: V8 counts those again whenever they go on after an `await` or
   * `yield`, so their count is an upper bound of their calls.
   */
  readonly resumes: boolean
}

/** Finds counted functions in the texts of their scripts; `undefined` for a function whose text is no longer there. */
export interface Places {
  /** Finds the functions. It asks for texts once, and only for those of new functions. */
  learn(functions: Iterable<Counted>): void
  of(one: Counted): Placed | undefined
}

/** `texts` returns the texts of scripts by their ids. */
export function createPlaces(texts: (scriptIds: ReadonlySet<string>) => ReadonlyMap<string, string>): Places {
  const known = new WeakMap<Counted, Placed | undefined>()
  return {
    learn(functions) {
      const unknown = [...functions].filter((one) => !known.has(one))
      if (unknown.length === 0) return
      const found = texts(new Set(unknown.map(({ scriptId }) => scriptId)))
      const lines = new Map([...found].map(([id, text]) => [id, lineStarts(text)]))
      for (const one of unknown) {
        const text = found.get(one.scriptId)
        known.set(one, text === undefined ? undefined : place(one, text, lines.get(one.scriptId)!))
      }
    },
    of: (one) => known.get(one),
  }
}

function place({ name, url, offset }: Counted, text: string, starts: readonly number[]): Placed {
  const { start, resumes } = beginOf(text, offset, name)
  const line = firstAbove(starts, start)
  return { frame: { name, url, line, column: start - starts[line - 1] + 1 }, resumes }
}
