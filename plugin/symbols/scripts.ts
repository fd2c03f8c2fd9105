import { type Place, placeOf, toPath } from '../model/place.ts'
import type { Frame } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import { atOnce, type Steps } from '../model/steps.ts'
import { mapsInV8 } from './ask-v8.ts'
import { createByteCache } from './byte-cache.ts'
import { isRunning } from './code.ts'
import { type FoundMap, mapAt, mapInNode, mapOfText } from './find-map.ts'
import { type Lines, readLines } from './lines.ts'
import { bytesOf, type Positions } from './positions.ts'
import { readContent, readPositions } from './read-map.ts'

/** What is known about a running script. */
export interface Script {
  readonly place: Place
  readonly map?: Positions
  /** Text of the file if it is the running code and names can be looked up in it. */
  readonly text?: Lines
  /** Whether V8 runs other code than the file holds, so that positions say nothing about the file. */
  readonly inMemory: boolean
  /** Number of lines of the file if it is the running code, else 0. */
  readonly lineCount: number
  /** Places of the map's sources, as far as they were needed; `null` for sources of no use. */
  readonly sources: (Place | null)[]
  /** Functions that were looked up already. */
  readonly frames: Map<string, Frame>
}

export interface Scripts {
  /** The script of a function; read when asked for the first time. */
  of(raw: RawFrame): Script
  /** Reads the script in steps, after which {@link of} takes no time; `undefined` when nothing is left to read. */
  prepare(raw: RawFrame): Steps<Script> | undefined
}

/** Bytes of maps and texts that stay cached. */
const MAX_BYTES = 48 * 2 ** 20
/** Bytes of a script without map and text: mostly of the functions that were looked up. */
const SCRIPT_BYTES = 20_000
/** Bytes for knowing of a script that nothing about it is undecided, roughly. */
const DECIDED_BYTES = 100
/** Once this many functions are not in a file, nothing can show any more that the file is the running code. */
const ENOUGH_DENIALS = 3

/** A script whose file may or may not be the running code. */
interface Undecided {
  readonly text: Lines
  /** Places of functions that are not in the file. A single one may be of a kind that nobody knew of. */
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
    undecided.set(raw.url, isOpen ? { text, denials } : undefined, isOpen ? text.bytes : DECIDED_BYTES)
    return script === before ? script : keep(raw.url, script)
  }

  return {
    of: (raw) => known(raw) ?? atOnce(read(raw)),
    prepare: (raw) => (known(raw) === undefined ? read(raw) : undefined),
  }
}

/** Whether the map is right whether or not the file is the running code. */
function isMapOfFile({ map, inMemory }: Script): boolean {
  return map !== undefined && !inMemory
}

/**
 * Looks for the map, cheapest places first. What the file holds is right only if the file is the running code: tsx,
 * ts-node and the like give V8 other code under the file's name. `running` says so, as far as that is known.
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
  if (isPlain(place.path) && running !== false) return script
  return { ...script, map: yield* inV8.take(url), inMemory: text !== undefined }
}

/** Text of a source, as a script's map holds it. */
export interface HeldText {
  readonly text: string
  /** Path of the script's file. */
  readonly script: string
  /** Whether the map is that of the running code, whatever has been written to the disk since. */
  readonly isOfRun: boolean
}

/**
 * Text of a source as the script's map holds it. Looks for the map again where that is cheap, which excludes V8: tools
 * that compile in memory have the source on the disk.
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

/** Whether a file needs no compiler: if it is gone, V8 is not asked. */
function isPlain(path: string): boolean {
  return /\.[cm]?js$/.test(path)
}

interface V8Maps {
  /** The map of a running script, if V8 knows one. */
  take(url: string): Steps<Positions | undefined>
}

/** Asks V8 once for all scripts, and again only for scripts that came later. */
function createV8Maps(): V8Maps {
  let references = new Map<string, string>()
  return {
    *take(url) {
      const key = keyOf(url)
      if (!references.has(key)) references = withinBytes(mapsInV8(), key)
      const reference = references.get(key)
      references.delete(key)
      return reference ? yield* positionsOf(mapAt(reference, url)) : undefined
    },
  }
}

/** The references of files, by key, up to 16 MiB of text, but always the wanted one. */
function withinBytes(references: Map<string, string>, wanted: string): Map<string, string> {
  const kept = new Map([[wanted, '']])
  let length = 0
  for (const [url, reference] of references) {
    if (url === '' || url.startsWith('node:')) continue
    const key = keyOf(url)
    length += reference.length
    if (length <= 16 * 2 ** 20 || key === wanted) kept.set(key, reference)
  }
  return kept
}

/** The debugger names every script by a URL, while samplers name those that are no ES modules by their paths. */
function keyOf(url: string): string {
  return /[?#]/.test(url) ? url : (toPath(url) ?? url)
}
