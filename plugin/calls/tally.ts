import type { ScriptCalls } from './coverage.ts'

/** A function of a script, as V8's counters identify it. */
export interface Counted {
  readonly scriptId: string
  readonly url: string
  readonly name: string
  /** Position in the script's text where V8 says that the function begins. */
  readonly offset: number
}

/** Sums of how often each function was called, per route. Bounded: see {@link Tally.isFull}. */
export interface Tally<R extends object> {
  add(route: R, scripts: readonly ScriptCalls[]): void
  /** Calls by function; empty for a route that nothing was credited to. */
  of(route: R): ReadonlyMap<Counted, number>
  forget(route: R): void
  /** Whether there was no room for some functions. */
  isFull(): boolean
  /** Memory, roughly. */
  bytes(): number
}

/** Measured memory of a function with its name, and of its count for a route. */
const FUNCTION_BYTES = 200
const COUNT_BYTES = 40

/** `counts` says whether a script's functions are of interest. */
export function createTally<R extends object>(maxBytes: number, counts: (url: string) => boolean): Tally<R> {
  const functions = new Map<string, Map<number, Counted>>()
  const routes = new Map<R, Map<Counted, number>>()
  let known = 0
  let isFull = false
  let kept = 0

  const bytes = () => known * FUNCTION_BYTES + kept * COUNT_BYTES

  function find(scriptId: string, url: string, name: string, offset: number): Counted | undefined {
    const ofScript = functions.get(scriptId) ?? new Map<number, Counted>()
    functions.set(scriptId, ofScript)
    let found = ofScript.get(offset)
    if (found === undefined && bytes() < maxBytes) {
      found = { scriptId, url, name, offset }
      ofScript.set(offset, found)
      known++
    }
    return found
  }

  /** Adds to a count. A function without room is left out from its first call on: so no count is too small. */
  function count(calls: Map<Counted, number>, one: Counted | undefined, number: number): void {
    const before = one && calls.get(one)
    if (one === undefined || (before === undefined && bytes() >= maxBytes)) {
      isFull = true
      return
    }
    if (before === undefined) kept++
    calls.set(one, (before ?? 0) + number)
  }

  return {
    add(route, scripts) {
      const calls = routes.get(route) ?? new Map<Counted, number>()
      routes.set(route, calls)
      for (const { scriptId, url, functions } of scripts) {
        if (!counts(url)) continue
        for (const { functionName, ranges } of functions) {
          const { startOffset, count: number } = ranges[0]
          if (number > 0) count(calls, find(scriptId, url, functionName, startOffset), number)
        }
      }
    },
    of: (route) => routes.get(route) ?? new Map(),
    forget(route) {
      kept -= routes.get(route)?.size ?? 0
      routes.delete(route)
      if (routes.size > 0) return
      functions.clear()
      known = 0
      isFull = false
    },
    isFull: () => isFull,
    bytes,
  }
}
