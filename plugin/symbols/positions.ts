import type { SourceMapSegment } from '@jridgewell/trace-mapping'
import { firstAbove } from '../model/bisect.ts'
import { sum } from '../model/sum.ts'

/**
 * A source map in columns: segment `i` says that the code from `column[i]` on comes from `line[i]` of `source[i]`. The
 * segments of generated line `n` are those from `lineStart[n]` up to `lineStart[n + 1]`, columns ascending.
 *
 * All numbers are 0-based; -1 means none. It takes a fifth of the memory of the decoded map.
 */
export interface Positions {
  /** URLs or paths, resolved against the map's own. */
  readonly sources: readonly string[]
  readonly names: readonly string[]
  readonly lineStart: Int32Array
  readonly column: Int32Array
  readonly source: Int32Array
  readonly line: Int32Array
  readonly sourceColumn: Int32Array
  readonly name: Int32Array
  /** Whether lines of the source were joined, as minifiers and tsx do, so that a line says little. */
  readonly joined: boolean
}

/** Last segment at or before a position on its line; -1 when there is none. */
export function segmentAt(positions: Positions, line: number, column: number): number {
  const { lineStart } = positions
  if (line < 0 || line >= lineStart.length - 1) return -1
  const at = firstAbove(positions.column, column, lineStart[line], lineStart[line + 1]) - 1
  return at < lineStart[line] ? -1 : at
}

/**
 * Line of `source` that the code on generated line `line` from `column` on comes from: that of its first segment. It is
 * -1 when there is none, or when lines were joined and it could be one of several.
 */
export function sourceLine(positions: Positions, source: number, line: number, column: number): number {
  if (line < 0 || line >= positions.lineStart.length - 1) return -1
  const end = positions.lineStart[line + 1]
  let i = Math.max(segmentAt(positions, line, column), positions.lineStart[line])
  while (i < end && positions.source[i] < 0) i++
  if (positions.joined) return i < end && isOneLine(positions, source, i, end) ? positions.line[i] : -1
  while (i < end && positions.source[i] !== source) i++
  return i < end ? positions.line[i] : -1
}

/** Whether the segments from `start` on all come from one line of `source`. */
function isOneLine(positions: Positions, source: number, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (positions.source[i] < 0) continue
    if (positions.source[i] !== source || positions.line[i] !== positions.line[start]) return false
  }
  return true
}

/** Bytes of memory, roughly. */
export function bytesOf(positions: Positions): number {
  const texts = [...positions.sources, ...positions.names]
  return (
    positions.column.byteLength * 5 +
    positions.lineStart.byteLength +
    sum(texts.map((text) => text.length + 40))
  )
}

/** Fills the columns piece by piece; `most` is the highest possible number of segments. */
export class PositionsWriter {
  #count = 0
  readonly #lineStart = [0]
  readonly #columns: readonly Int32Array[]
  readonly #sources: number
  readonly #names: number
  /** Generated lines that come from a source, and how often the source line changes in them. */
  #mapped = 0
  #changes = 0

  constructor(most: number, sources: number, names: number) {
    this.#columns = Array.from({ length: 5 }, () => new Int32Array(most))
    this.#sources = sources
    this.#names = names
  }

  /** Adds a line. Its numbers for source, line, column and name count from `base`. */
  add(segments: readonly SourceMapSegment[], base: Base): void {
    const [column, source, line, sourceColumn, name] = this.#columns
    let i = this.#count
    let lastLine = -1
    for (const segment of segments as readonly (readonly number[])[]) {
      column[i] = segment[0]
      const from = segment[1] + base[1]
      const isMapped = segment.length > 3 && from >= 0 && from < this.#sources && segment[2] + base[2] >= 0
      source[i] = isMapped ? from : -1
      line[i] = isMapped ? segment[2] + base[2] : -1
      sourceColumn[i] = isMapped ? Math.max(0, segment[3] + base[3]) : -1
      const named = segment[4] + base[4]
      name[i] = isMapped && named >= 0 && named < this.#names ? named : -1
      if (isMapped && line[i] !== lastLine) {
        if (lastLine < 0) this.#mapped++
        this.#changes++
        lastLine = line[i]
      }
      i++
    }
    this.#count = i
    this.#lineStart.push(i)
  }

  positions(sources: readonly string[], names: readonly string[]): Positions {
    const [column, source, line, sourceColumn, name] = this.#columns.map((all) => all.slice(0, this.#count))
    const lineStart = Int32Array.from(this.#lineStart)
    // True for more than two lines of source per generated line, on average.
    const joined = this.#changes > 2 * this.#mapped
    return { sources, names, lineStart, column, source, line, sourceColumn, name, joined }
  }
}

/** The segment that the numbers of others count from. */
export type Base = readonly [column: number, source: number, line: number, sourceColumn: number, name: number]
