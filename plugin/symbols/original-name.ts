import type { SegmentFrame } from '../sampler/segment.ts'
import { identifierColumn, lineOf } from './code.ts'
import { segmentAt } from './positions.ts'
import type { Script } from './scripts.ts'

/**
 * What the source calls a function that was renamed, or that V8 has no name for; `undefined` unless the text of the
 * script proves that the map's name is that of the function and not of something near it.
 */
export function originalName(raw: SegmentFrame, { map, text }: Script): string | undefined {
  if (map === undefined || text === undefined || raw.line < 1) return undefined
  const code = lineOf(text, raw.line)
  if (code === undefined) return undefined
  // Babel puts the name of a function on the bracket that opens its parameters.
  const bracket = raw.name === '' && code[raw.column - 1] === '(' ? raw.column - 1 : -1
  const column = raw.name === '' ? bracket : identifierColumn(code, raw.column - 1, raw.name)
  if (column < 0) return undefined
  const segment = segmentAt(map, raw.line - 1, column)
  if (segment < 0 || map.column[segment] !== column || map.name[segment] < 0) return undefined
  return map.names[map.name[segment]]
}
