import { columnGroups, DELTAS, DISTANCES, HUNDREDTHS, PLAIN } from '../model/packed.ts'
import type { Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { jsonSteps } from './json.ts'

/** Codings of columns by name; all other columns are written as plain numbers. */
const codings: Readonly<Record<string, number>> = {
  parent: DISTANCES,
  node: DELTAS,
  startUs: DELTAS,
  endUs: DELTAS,
  selfUs: HUNDREDTHS,
  totalUs: HUNDREDTHS,
}

/** So many values take a fraction of a millisecond. */
const ITEMS_PER_STEP = 4096
/** Most bytes that a number takes: 53 bits and a sign, seven bits per byte. */
const BYTES_PER_ITEM = 8

/** Packs a profile as `plugin/model/packed.ts` describes, in steps because columns can be long. */
export function* packSteps(profile: Profile): Steps<Uint8Array> {
  const head: Record<string, unknown> = { ...profile }
  const written: Uint8Array[] = []
  for (const group of columnGroups) {
    if (head[group] === undefined) continue
    const marks: Record<string, number | null> = {}
    for (const [name, field] of Object.entries(head[group] as object)) {
      const coding = codings[name] ?? PLAIN
      const isList = Array.isArray(field[0])
      marks[name] = isList ? field.length : null
      for (const column of isList ? field : [field]) yield* columnSteps(column, coding, written)
    }
    head[group] = marks
  }
  const text = new TextEncoder().encode(yield* jsonSteps(head))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, text.length, true)
  return Buffer.concat([length, text, ...written])
}

function* columnSteps(column: readonly number[], coding: number, written: Uint8Array[]): Steps<void> {
  const start = new Uint8Array(1 + BYTES_PER_ITEM)
  start[0] = coding
  written.push(start.subarray(0, put(start, 1, column.length)))
  for (let from = 0; from < column.length; from += ITEMS_PER_STEP) {
    const to = Math.min(from + ITEMS_PER_STEP, column.length)
    const bytes = new Uint8Array((to - from) * BYTES_PER_ITEM)
    let at = 0
    for (let i = from; i < to; i++) at = put(bytes, at, coded(column, i, coding))
    written.push(bytes.slice(0, at))
    yield
  }
}

function coded(column: readonly number[], i: number, coding: number): number {
  if (coding === DISTANCES) return i - column[i]
  if (coding === HUNDREDTHS) return Math.round(column[i] * 100)
  if (coding === PLAIN) return column[i]
  const step = i === 0 ? column[0] : column[i] - column[i - 1]
  return step < 0 ? -2 * step - 1 : 2 * step
}

/** Writes a number at an index and returns the index after it. Numbers are first made whole and not negative. */
function put(bytes: Uint8Array, place: number, number: number): number {
  let at = place
  let value = Math.min(Math.max(Math.floor(number), 0), Number.MAX_SAFE_INTEGER)
  while (value >= 128) {
    bytes[at++] = (value % 128) | 128
    value = Math.floor(value / 128)
  }
  bytes[at++] = value
  return at
}
