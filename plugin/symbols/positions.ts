import type { SourceMapSegment } from '@jridgewell/trace-mapping'
import { firstAbove } from '../model/bisect.ts'

/**
 * A source map in columns: segment `i` says that the code from `column[i]` on comes from `line[i]` of `source[i]`.
 * The segments of generated line `n` are those from `lineStart[n]` up to `lineStart[n + 1]`, columns ascending.
 *
 * All numbers are 0-based; -1 where there is none. A fifth of the memory that the decoded map takes.
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

/** Last segment at or before a place on its line; -1 when there is none. */
export function segmentAt(positions: Positions, line: number, column: number): number {
  const { lineStart } = positions
  if (line < 0 || line >= lineStart.length - 1) return -1
  const at = firstAbove(positions.column, column, lineStart[line], lineStart[line + 1]) - 1
  return at < lineStart[line] ? -1 : at
}

/**
 * Line of `source` that the code on generated line `line` from `column` on comes from: that of its first segment, or
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
    texts.reduce((sum, text) => sum + text.length + 40, 0)
  )
}

/** Columns of a decoded map. */
export function toPositions(
  lines: readonly (readonly SourceMapSegment[])[],
  sources: readonly string[],
  names: readonly string[],
): Positions {
  const count = lines.reduce((sum, line) => sum + line.length, 0)
  const lineStart = new Int32Array(lines.length + 1)
  const columns = Array.from({ length: 5 }, () => new Int32Array(count).fill(-1))
  const [column, source, line, sourceColumn, name] = columns
  let i = 0
  lines.forEach((segments, n) => {
    for (const segment of segments as readonly (readonly number[])[]) {
      column[i] = segment[0]
      if (segment.length > 3 && segment[1] in sources && segment[2] >= 0) {
        source[i] = segment[1]
        line[i] = segment[2]
        sourceColumn[i] = Math.max(0, segment[3])
        if (segment.length > 4 && segment[4] in names) name[i] = segment[4]
      }
      i++
    }
    lineStart[n + 1] = i
  })
  const positions = { sources, names, lineStart, column, source, line, sourceColumn, name }
  return { ...positions, joined: isJoined(positions) }
}

/** More than two lines of source on a line of code, on average. */
function isJoined({ lineStart, line }: Omit<Positions, 'joined'>): boolean {
  let mapped = 0
  let changes = 0
  for (let n = 0; n < lineStart.length - 1; n++) {
    let last = -1
    for (let i = lineStart[n]; i < lineStart[n + 1]; i++) {
      if (line[i] < 0 || line[i] === last) continue
      if (last < 0) mapped++
      changes++
      last = line[i]
    }
  }
  return changes > 2 * mapped
}
