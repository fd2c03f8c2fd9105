import type { SourceMapInput, TraceMap } from '@jridgewell/trace-mapping'
import { toFileUrl } from '../model/place.ts'
import type { Steps } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import { ownRequire } from '../own-require.ts'
import type { FoundMap } from './find-map.ts'
import { type Base, type Positions, PositionsWriter } from './positions.ts'

/** Most characters of `mappings` that are decoded: it takes about a second and, for a moment, 20 bytes for each. */
const MAX_MAPPINGS = 10_000_000

/** Loads the library with the first map; many applications never have one. */
function traceMapping() {
  return ownRequire('@jridgewell/trace-mapping') as typeof import('@jridgewell/trace-mapping')
}

/**
 * Reads a source map, plain or with sections, in steps: a large one takes long. `undefined` for no map. Never throws.
 */
export function* readPositions(found: FoundMap): Steps<Positions | undefined> {
  try {
    yield
    // Loading it takes longer than most maps do, so it is a step of its own.
    traceMapping()
    yield
    const flat = flatten(found)
    if (flat === undefined) return undefined
    yield
    const sources = flat.resolvedSources.map((resolved, i) => chooseSource(flat.sources[i], resolved))
    const mappings = traceMapping().encodedMappings(flat)
    if (mappings === '') return undefined
    const writer = new PositionsWriter(mostSegments(mappings), sources.length, flat.names.length)
    yield* readMappings(mappings, writer)
    return writer.positions(sources, flat.names)
  } catch {
    return undefined
  }
}

/** Characters per step, which takes a fraction of a millisecond. */
const PIECE = 4096
/** The base at the beginning; and a line of mappings that, once decoded, gives the counts so far. */
const ZERO: Base = [0, 0, 0, 0, 0]
const SO_FAR = 'AAAAA'

/** Decodes some lines at a time. Each number counts from the one before it, across the ends of lines. */
function* readMappings(mappings: string, writer: PositionsWriter): Steps<void> {
  const { TraceMap, decodedMappings } = traceMapping()
  let base = ZERO
  for (let from = 0; from <= mappings.length; ) {
    const semicolon = mappings.indexOf(';', from + PIECE)
    const to = semicolon < 0 ? mappings.length : semicolon
    const piece = `${mappings.slice(from, to)};${SO_FAR}`
    const lines = decodedMappings(new TraceMap({ version: 3, sources: [], names: [], mappings: piece }))
    for (const line of lines.slice(0, -1)) writer.add(line, base)
    base = lines.at(-1)![0].map((number, i) => number + base[i]) as unknown as Base
    from = to + 1
    yield
  }
}

/** Upper bound of the number of segments: each takes at least one character, and another separates it from the next. */
function mostSegments(mappings: string): number {
  return Math.ceil(mappings.length / 2)
}

/** Text of a source, if the map holds it; sources are numbered as in {@link readPositions}. Never throws. */
export function readContent(found: FoundMap, source: number): string | undefined {
  try {
    const content: unknown = flatten(found)?.sourcesContent?.[source]
    return typeof content === 'string' ? content : undefined
  } catch {
    return undefined
  }
}

/** Matches what may precede a map: the byte order mark, and a prefix that keeps pages from running it. */
const notJson = /^\ufeff?(?:\)\]\}'[^\n]*\n?)?/

function flatten({ map, url }: FoundMap): TraceMap | undefined {
  const parsed: RawMap = typeof map === 'string' ? JSON.parse(map.replace(notJson, '')) : map
  if (mappingsLength(parsed) > MAX_MAPPINGS) return undefined
  const { FlattenMap } = traceMapping()
  return new FlattenMap(withDrives(parsed) as SourceMapInput, url)
}

/** The URL of a source. Webpack's URLs have a path after a name, and resolving them loses where it leads. */
function chooseSource(source: unknown, resolved: string): string {
  if (typeof source !== 'string') return ''
  return source.startsWith('webpack:') ? source : resolved
}

interface RawMap {
  readonly mappings?: unknown
  readonly sources?: readonly unknown[]
  readonly sourceRoot?: unknown
  readonly sections?: readonly { readonly map?: RawMap }[]
}

/** Turns Windows paths into URLs, because `C:` is no protocol. */
function withDrives(map: RawMap): object {
  const { sections, sources, sourceRoot } = map
  if (Array.isArray(sections)) {
    return {
      ...map,
      sections: sections.map((section) => ({ ...section, map: withDrives(section.map ?? {}) })),
    }
  }
  return { ...map, sources: sources?.map(driveUrl), sourceRoot: driveUrl(sourceRoot) }
}

function driveUrl(path: unknown): unknown {
  const isDrive = typeof path === 'string' && /^[A-Za-z]:[\\/]/.test(path)
  return isDrive ? toFileUrl(path.replaceAll('\\', '/')) : path
}

/** Number of characters in all mappings. Throws if they are not mappings. */
function mappingsLength({ mappings, sections }: RawMap): number {
  if (Array.isArray(sections)) {
    return sum(sections.map((section) => mappingsLength(section.map ?? {})))
  }
  if (typeof mappings !== 'string' || !/^[A-Za-z\d+/,;]*$/.test(mappings)) throw new TypeError('no mappings')
  return mappings.length
}
