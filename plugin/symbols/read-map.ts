import { createRequire } from 'node:module'
import type { SourceMapInput, TraceMap } from '@jridgewell/trace-mapping'
import { toFileUrl } from '../model/place.ts'
import type { FoundMap } from './find-map.ts'
import { type Positions, toPositions } from './positions.ts'

/** Longest `mappings` that is decoded, characters: about a second, and 20 bytes of memory for each, for a moment. */
const MAX_MAPPINGS = 10_000_000

/** Loaded with the first map, which many applications never have. */
function traceMapping() {
  return require('@jridgewell/trace-mapping') as typeof import('@jridgewell/trace-mapping')
}

const require = createRequire(import.meta.url)

/** A source map, plain or with sections; `undefined` when it is none. Never throws. */
export function readPositions(found: FoundMap): Positions | undefined {
  try {
    const flat = flatten(found)
    if (flat === undefined) return undefined
    const decoded = traceMapping().decodedMappings(flat)
    const sources = flat.resolvedSources.map((resolved, i) => chooseSource(flat.sources[i], resolved))
    return decoded.length === 0 ? undefined : toPositions(decoded, sources, flat.names)
  } catch {
    return undefined
  }
}

/** Text of a source, if the map holds it; sources count as in {@link readPositions}. Never throws. */
export function readContent(found: FoundMap, source: number): string | undefined {
  try {
    const content: unknown = flatten(found)?.sourcesContent?.[source]
    return typeof content === 'string' ? content : undefined
  } catch {
    return undefined
  }
}

function flatten({ map, url }: FoundMap): TraceMap | undefined {
  const parsed: RawMap = typeof map === 'string' ? JSON.parse(map.replace(/^\)\]\}'[^\n]*\n?/, '')) : map
  if (mappingsLength(parsed) > MAX_MAPPINGS) return undefined
  const { FlattenMap } = traceMapping()
  return new FlattenMap(withDrives(parsed) as SourceMapInput, url)
}

/** Webpack's URLs have a path behind a name, and lose where it leads when they are resolved. */
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

/** Windows paths as URLs: `C:` is no protocol. */
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

/** Characters of all mappings. Throws when they are none. */
function mappingsLength({ mappings, sections }: RawMap): number {
  if (Array.isArray(sections)) {
    return sections.reduce((sum, section) => sum + mappingsLength(section.map ?? {}), 0)
  }
  if (typeof mappings !== 'string' || !/^[A-Za-z\d+/,;]*$/.test(mappings)) throw new TypeError('no mappings')
  return mappings.length
}
