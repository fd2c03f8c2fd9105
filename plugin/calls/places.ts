import { firstAbove } from '../model/bisect.ts'
import { lineStarts } from '../model/line-starts.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { beginOf } from './begin-of.ts'
import type { Counted } from './tally.ts'

/** A counted function where V8's profiler sees it. */
export interface Placed {
  readonly frame: RawFrame
  /**
   * Asynchronous, or a generator: V8 counts those anew whenever they go on after an `await` or `yield`, so that their
   * count is the most that their calls can be.
   */
  readonly resumes: boolean
}

/** Finds counted functions in the texts of their scripts; `undefined` for one whose text is not there any more. */
export interface Places {
  /** Makes all of them known: asks for texts once, and only for those of functions that are new. */
  learn(functions: Iterable<Counted>): void
  of(one: Counted): Placed | undefined
}

/** `texts` answers with texts by id, for ids of scripts. */
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
