import { isThere } from '../is-there.ts'
import { type Place, placeOf, toFileUrl, toPath } from '../model/place.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { segmentAt, sourceLine } from './positions.ts'
import type { Script } from './scripts.ts'

/** Where a function is; line and column are 1-based, 0 when not known. */
export interface Location {
  readonly place: Place
  readonly line: number
  readonly column: number
  /** Index of the source in the map; -1 when this is the place where V8 saw the function. */
  readonly source: number
}

/** The function's place in its source if a map knows it, else in the running code. */
export function locate(raw: RawFrame, script: Script, root: string): Location {
  const { map } = script
  const asRun = { place: script.place, line: raw.line, column: raw.column, source: -1 }
  if (map === undefined) return asRun
  if (isWholeScript(raw)) {
    const place = map.sources.length === 1 ? sourcePlace(script, 0, root) : undefined
    return place === undefined ? asRun : { ...asRun, place, source: 0 }
  }
  const segment = segmentAt(map, raw.line - 1, raw.column - 1)
  const source = segment < 0 ? -1 : map.source[segment]
  const place = source < 0 ? undefined : sourcePlace(script, source, root)
  if (place !== undefined) {
    return { place, line: map.line[segment] + 1, column: map.sourceColumn[segment] + 1, source }
  }
  // The file holds other code than V8 runs: a position in the running code would be wrong in the file.
  return script.inMemory ? { ...asRun, line: 0, column: 0 } : asRun
}

/** Line in the file of {@link locate} for a line of the running code; 0 when it cannot be told. */
export function locateLine(raw: RawFrame, script: Script, root: string, line: number): number {
  // V8 up to Node 24 counts samples of inlined functions for their caller, but with lines of their own scripts.
  if (line < raw.line) return 0
  const { source } = locate(raw, script, root)
  if (source < 0) return script.inMemory || (script.lineCount > 0 && line > script.lineCount) ? 0 : line
  const column = line === raw.line ? raw.column - 1 : 0
  return sourceLine(script.map!, source, line - 1, column) + 1
}

/** Whether a function is the code of a module outside its functions. */
function isWholeScript(raw: RawFrame): boolean {
  return raw.name === '' && raw.line <= 1 && raw.column <= 1
}

/** Place of a source; `undefined` for a source that is missing or of no use. */
function sourcePlace(script: Script, source: number, root: string): Place | undefined {
  let place = script.sources[source]
  if (place === undefined) {
    place = findSource(script, script.map!.sources[source], root) ?? null
    script.sources[source] = place
  }
  return place ?? undefined
}

function findSource(script: Script, url: string, root: string): Place | undefined {
  if (url === '') return undefined
  const inBundler = /^webpack:\/\/[^/]*\/(\.\.?\/[^?]*)/.exec(url)
  const path = pathOfSource(inBundler === null ? url : new URL(inBundler[1], toFileUrl(`${root}/`)).href)
  if (path === undefined) {
    return script.place.kind === 'app' ? { path: '', file: placeOf(url, root).file, kind: 'app' } : undefined
  }
  // A map that names the script's own file as its source, while that file holds the running code, is wrong.
  if (path === script.place.path && !script.inMemory) return undefined
  const place = placeOf(path, root)
  // Packages often ship maps without the sources: then only the running code can be opened.
  return place.kind === 'package' && !isThere(path) ? undefined : place
}

/** Path of a source. Not all tools encode names in maps: `c#.ts` may be a name, or `c` with a fragment. */
function pathOfSource(url: string): string | undefined {
  const literal = /[?#]/.test(url) ? toPath(url.replaceAll('?', '%3F').replaceAll('#', '%23')) : undefined
  return literal !== undefined && isThere(literal) ? literal : toPath(url)
}
