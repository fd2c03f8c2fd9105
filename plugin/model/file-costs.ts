import type { Column, Profile } from './profile.ts'
import { isRecursive, totals } from './tree.ts'

/**
 * What a file cost, by line and by function. `selfMs` is the self time of all its functions: that of the lines plus the
 * functions' `unplacedMs`, where V8 or a source map could not tell the line.
 *
 * Only functions have totals, lines do not: V8 does not say from which line a call was made.
 */
export interface FileCosts {
  readonly selfMs: number
  /** Lines in which samples ended, from the top down. */
  readonly lines: readonly LineCost[]
  /** Functions that were on a sampled stack, from the top down. */
  readonly functions: readonly FunctionCost[]
}

export interface LineCost {
  /** 1-based. */
  readonly line: number
  readonly selfMs: number
  readonly samples: number
}

export interface FunctionCost {
  readonly name: string
  /** 1-based, like `column`; 0 where it is not known. */
  readonly line: number
  readonly column: number
  readonly selfMs: number
  /** Time in it and in what it called; recursive calls are counted once. */
  readonly totalMs: number
  readonly samples: number
  /** The part of its self time whose line is not known. */
  readonly unplacedMs: number
}

type Growing<T> = { -readonly [Key in keyof T]: T[Key] }

/** Costs of a file; `file` is its name in `Profile.frames`. */
export function fileCosts({ tree, frames, lines: ticks }: Profile<Column>, file: string): FileCosts {
  const total = totals(tree)
  const recursive = isRecursive(tree)
  const lines = new Map<number, Growing<LineCost>>()
  const functions = new Map<number, Growing<FunctionCost>>()
  let selfMs = 0

  for (let node = 1; node < tree.parent.length; node++) {
    const { name, line, column, ...frame } = frames[tree.frame[node]]
    if (frame.file !== file) continue
    const zero = { name, line, column, selfMs: 0, totalMs: 0, samples: 0, unplacedMs: 0 }
    const sum = entryOf(functions, tree.frame[node], zero)
    const ownMs = tree.selfUs[node] / 1000
    selfMs += ownMs
    sum.selfMs += ownMs
    sum.unplacedMs += ownMs
    sum.samples += tree.samples[node]
    if (!recursive[node]) sum.totalMs += total[node] / 1000
  }
  for (let i = 0; i < ticks.node.length; i++) {
    const sum = functions.get(tree.frame[ticks.node[i]])
    if (sum === undefined) continue
    const line = entryOf(lines, ticks.line[i], { line: ticks.line[i], selfMs: 0, samples: 0 })
    line.selfMs += ticks.selfUs[i] / 1000
    line.samples += ticks.samples[i]
    sum.unplacedMs -= ticks.selfUs[i] / 1000
  }
  // Adding up in another order leaves rounding errors, which are not time.
  for (const sum of functions.values()) if (sum.unplacedMs < sum.selfMs * 1e-9) sum.unplacedMs = 0
  return {
    selfMs,
    lines: [...lines.values()].sort((a, b) => a.line - b.line),
    functions: [...functions.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

function entryOf<Value>(map: Map<number, Value>, key: number, first: Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  map.set(key, first)
  return first
}
