import { type Place, placeOf } from '../model/place.ts'
import type { Frame } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { atOnce, type Steps } from '../steps.ts'
import { mapsInV8 } from './ask-v8.ts'
import { createByteCache } from './byte-cache.ts'
import { isRunning } from './code.ts'
import { type FoundMap, mapAt, mapInNode, mapOfText } from './find-map.ts'
import { type Lines, readLines } from './lines.ts'
import { bytesOf, type Positions } from './positions.ts'
import { readContent, readPositions } from './read-map.ts'

/** What is known about a script that V8 runs. */
export interface Script {
  readonly place: Place
  readonly map?: Positions
  /** Text of the file if it is what runs and names can be looked up in it. */
  readonly text?: Lines
  /** Whether V8 runs something else than the file holds, so that positions say nothing about the file. */
  readonly inMemory: boolean
  /** Lines of the file if it is what runs, else 0. */
  readonly lineCount: number
  /** Places of the map's sources, as far as they were needed; `null` for those of no use. */
  readonly sources: (Place | null)[]
  /** Functions that were looked up. */
  readonly frames: Map<string, Frame>
}

export interface Scripts {
  /** The script of a function; read when it is asked for the first time. */
  of(raw: RawFrame): Script
  /** Reads it in steps, so that {@link of} takes no time; `undefined` where nothing is left to be read. */
  prepare(raw: RawFrame): Steps<Script> | undefined
}

/** Bytes of maps and texts that stay. */
const MAX_BYTES = 48 * 2 ** 20
/** What a script costs apart from map and text: mostly the functions that were looked up. */
const SCRIPT_BYTES = 20_000
/** Functions that must not be in a file before nothing can show any more that it is what runs. */
const ENOUGH_DENIALS = 3

/** A script of which it is not certain whether the file is what runs. */
interface Undecided {
  readonly text: Lines
  /** Places of functions that are not in the file. One alone may be of a kind that nobody knew of. */
  readonly denials: Set<string>
}

export function createScripts(root: string, maxBytes = MAX_BYTES): Scripts {
  const scripts = createByteCache<Script>(maxBytes)
  const inV8 = createV8Maps()
  const undecided = createByteCache<Undecided | undefined>(maxBytes / 4)

  function keep(url: string, script: Script): Script {
    const bytes = SCRIPT_BYTES + (script.text?.bytes ?? 0) + (script.map ? bytesOf(script.map) : 0)
    scripts.set(url, script, bytes)
    return script
  }

  function known(raw: RawFrame): Script | undefined {
    const script = scripts.get(raw.url)
    return script && undecided.get(raw.url) === undefined ? script : undefined
  }

  function* read(raw: RawFrame): Steps<Script> {
    const ready = known(raw)
    if (ready !== undefined) return ready
    const before = scripts.get(raw.url)
    const doubted = before && undecided.get(raw.url)
    const place = before?.place ?? placeOf(raw.url, root)
    const text = doubted?.text ?? readLines(place.path)
    const running = text ? isRunning(text, raw) : undefined
    const denials = doubted?.denials ?? new Set()
    const isNews = running === true || (running === false && before?.map === undefined && denials.size === 0)
    if (running === false) denials.add(`${raw.line}:${raw.column}`)
    const script = before && !isNews ? before : yield* findMap(raw.url, place, text, running, inV8)
    const isOpen = text && running !== true && denials.size < ENOUGH_DENIALS && !isMapOfFile(script)
    undecided.set(raw.url, isOpen ? { text, denials } : undefined, isOpen ? text.bytes : 100)
    return script === before ? script : keep(raw.url, script)
  }

  return {
    of: (raw) => known(raw) ?? atOnce(read(raw)),
    prepare: (raw) => (known(raw) === undefined ? read(raw) : undefined),
  }
}

/** Whether the map is the one to take whether or not the file is what runs. */
function isMapOfFile({ map, inMemory }: Script): boolean {
  return map !== undefined && !inMemory
}

/**
 * Looks where the map can be, cheapest first. What the file holds is good only if it is what runs: tsx, ts-node and
 * the like give V8 other code under the file's name. `running` says so, as far as that is known.
 */
function* findMap(
  url: string,
  place: Place,
  text: Lines | undefined,
  running: boolean | undefined,
  inV8: V8Maps,
): Steps<Script> {
  const script = { place, inMemory: false, lineCount: 0, sources: [], frames: new Map() }
  if (place.path === '') return script
  const inNode = running === true ? undefined : yield* positionsOf(mapInNode(url))
  if (inNode !== undefined) return { ...script, map: inNode, inMemory: true }
  const map = text === undefined ? undefined : yield* positionsOf(mapOfText(text.text, url))
  if (map !== undefined) return { ...script, map, text: map.names.length > 0 ? text : undefined }
  if (text !== undefined && running !== false) return { ...script, lineCount: text.count }
  if (isPlain(place.path)) return { ...script, inMemory: running === false }
  return { ...script, map: yield* inV8.take(url), inMemory: text !== undefined }
}

/** Text of a source, as the map of a script holds it. */
export interface HeldText {
  readonly text: string
  /** The script's file. */
  readonly script: string
  /** Whether the map is that of the code that runs, whatever has been written to the disk since. */
  readonly isOfRun: boolean
}

/**
 * Text of a source as the script's map holds it. Looks for the map again where that costs little: not in V8, since
 * who compiles in memory has the source on the disk.
 */
export function heldText(url: string, script: Script, source: number): HeldText | undefined {
  const { map, inMemory, place } = script
  if (map === undefined || source < 0) return undefined
  const found = inMemory ? mapInNode(url) : mapOfText(readLines(place.path)?.text ?? '', url)
  const text = found && readContent(found, source)
  return text === undefined ? undefined : { text, script: place.path, isOfRun: inMemory }
}

function* positionsOf(found: FoundMap | undefined): Steps<Positions | undefined> {
  return found && (yield* readPositions(found))
}

function isPlain(path: string): boolean {
  return /\.[cm]?js$/.test(path)
}

interface V8Maps {
  /** The map of a script that runs, if V8 knows one. */
  take(url: string): Steps<Positions | undefined>
}

/** Asks V8 once for all scripts there are, and again only for scripts that came later. */
function createV8Maps(): V8Maps {
  let references = new Map<string, string>()
  return {
    *take(url) {
      if (!references.has(url)) references = withinBytes(mapsInV8(), url)
      const reference = references.get(url)
      references.delete(url)
      return reference ? yield* positionsOf(mapAt(reference, url)) : undefined
    },
  }
}

/** Those of files, up to 16 MB of text, the wanted one in any case. */
function withinBytes(references: Map<string, string>, wanted: string): Map<string, string> {
  const kept = new Map([[wanted, references.get(wanted) ?? '']])
  let length = 0
  for (const [url, reference] of references) {
    if (url === '' || url.startsWith('node:')) continue
    length += reference.length
    if (length > 16 * 2 ** 20) break
    kept.set(url, reference)
  }
  return kept
}
