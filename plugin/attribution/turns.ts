import type { RawFrame } from '../model/raw-tree.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { RouteStats } from '../store/route-stats.ts'

/** A time without a break in which one request, or work of none (`undefined`), held the loop. */
export interface Turn {
  readonly record: RequestRecord | undefined
  readonly startUs: number
  endUs: number
  /** Where the turn spent most of its time, outermost first; only long turns get a stack. */
  stack?: readonly RawFrame[]
}

/** The longest turns since the loop slept, by the index of their label in `blame.ts`. */
export interface Turns {
  /** `record` held the loop; with what it held without a break just before, that is one turn. */
  ran(record: RequestRecord | undefined, startUs: number, endUs: number, index: number): void
  /** Sets the stack of the current turn. */
  name(stack: readonly RawFrame[]): void
  /** The longest of a label that ended after a moment of this stretch. */
  longestSince(us: number, index: number): Turn | undefined
  /**
   * What turns that are worth naming come to from a moment of this stretch on, by route; `undefined` is work of none. Of
   * very many of them, only the newest count.
   */
  longSince(us: number): ReadonlyMap<RouteStats | undefined, LongTurns>
  slept(): void
}

/** Turns that held the loop for {@link WORTH_NAMING_US} or longer, microseconds. */
export interface LongTurns {
  readonly us: number
  /** The longest of them. */
  readonly turn: Turn
  readonly turnUs: number
}

/** Turns shorter than this are not worth a name: they hold too few samples, and finding it for each would cost more. */
export const WORTH_NAMING_US = 4_000

const MOST_TURNS = 100
/** They keep their requests in memory. */
const MOST_LONG_TURNS = 1024

export function createTurns(): Turns {
  const longest: Turn[][] = []
  /** All that are worth naming, in order of time. */
  const long: Turn[] = []
  let turn: Turn | undefined
  return {
    ran(record, startUs, endUs, index) {
      if (turn !== undefined && turn.record === record && turn.endUs === startUs) turn.endUs = endUs
      else turn = { record, startUs, endUs }
      longest[index] ??= []
      keepLongest(longest[index], turn)
      if (turn.endUs - turn.startUs < WORTH_NAMING_US || long[long.length - 1] === turn) return
      long.push(turn)
      if (long.length === MOST_LONG_TURNS) long.splice(0, MOST_LONG_TURNS / 2)
    },
    name(stack) {
      if (turn !== undefined) turn.stack = stack
    },
    longestSince: (us, index) => longest[index]?.find((turn) => turn.endUs > us),
    longSince(fromUs) {
      const sums = new Map<RouteStats | undefined, LongTurns>()
      for (let i = long.length - 1; i >= 0 && long[i].endUs > fromUs; i--) {
        const turn = long[i]
        const turnUs = turn.endUs - Math.max(turn.startUs, fromUs)
        if (turnUs < WORTH_NAMING_US) continue
        const route = turn.record?.stats
        const last = sums.get(route)
        const us = (last?.us ?? 0) + turnUs
        sums.set(route, last === undefined || turnUs > last.turnUs ? { us, turn, turnUs } : { ...last, us })
      }
      return sums
    },
    slept() {
      longest.length = 0
      long.length = 0
      turn = undefined
    },
  }
}

/**
 * Keeps turns in order of time, each longer than all after it: the first one that ends after some moment is the longest
 * since then. `turn` is new, or the last one of the list, grown.
 */
function keepLongest(turns: Turn[], turn: Turn): void {
  if (turns[turns.length - 1] !== turn) turns.push(turn)
  const length = turn.endUs - turn.startUs
  while (turns.length > 1) {
    const before = turns[turns.length - 2]
    if (before.endUs - before.startUs > length) break
    turns.pop()
    turns[turns.length - 1] = turn
  }
  // In a stretch of ever shorter turns the oldest hardly matters any more.
  if (turns.length > MOST_TURNS) turns.shift()
}
