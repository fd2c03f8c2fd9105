import type { RawFrame } from '../model/raw-tree.ts'
import { assignedName, identifierColumn, NEAR } from './code.ts'
import type { Lines } from './lines.ts'
import { segmentAt } from './positions.ts'
import type { Script } from './scripts.ts'

/**
 * The name in the source of a function that was renamed, or that V8 has no name for; `undefined` unless the text of the
 * script proves that the map's name is that of the function and not of something near it.
 */
export function mappedName(raw: RawFrame, { map, text }: Script): string | undefined {
  if (map === undefined || text === undefined) return undefined
  const code = text.line(raw.line)
  if (code === undefined) return undefined
  // Babel maps the name of a function to the bracket that opens its parameters.
  const bracket = code[raw.column - 1] === '(' ? raw.column - 1 : -1
  const column = raw.name === '' ? bracket : identifierColumn(code, raw.column - 1, raw.name)
  if (column < 0) return undefined
  const segment = segmentAt(map, raw.line - 1, column)
  if (segment < 0 || map.column[segment] !== column || map.name[segment] < 0) return undefined
  return map.names[map.name[segment]]
}

/**
 * The name of an unnamed function, from what it is assigned to in its source: tsx and other users of esbuild wrap
 * functions to keep their names, `const x = __name(() => …, 'x')`, and this hides the name from V8.
 */
export function sourceName(raw: RawFrame, { map }: Script, source: Lines): string | undefined {
  const segment = map === undefined ? -1 : segmentAt(map, raw.line - 1, raw.column - 1)
  if (map === undefined || segment < 0) return undefined
  const code = source.line(map.line[segment] + 1)
  const column = map.sourceColumn[segment]
  if (code === undefined) return undefined
  // V8's position is the bracket or `async`; the segment may begin before it, at `function` or at the wrapping call.
  const distance = raw.column - 1 - map.column[segment]
  return distance >= 0 && distance <= 24 ? assignedName(code, beginOf(code, column)) : undefined
}

/** Where a function begins in its source: compilers that drop the brackets around a single parameter map it to that. */
function beginOf(code: string, column: number): number {
  const bracket = /(?:<[^<>()]*>\s*)?\(\s*$/.exec(code.slice(Math.max(0, column - 80), column))
  const hasBrackets = bracket !== null && /^[\p{ID_Start}$_]/u.test(code.slice(column))
  return hasBrackets &&
    !/^(async\b|function\b|[\p{ID_Continue}$]+\s*=>)/u.test(code.slice(column, column + NEAR))
    ? column - bracket[0].length
    : column
}
