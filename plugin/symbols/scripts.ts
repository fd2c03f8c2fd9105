import type { SegmentFrame } from '../sampler/segment.ts'
import { mapsInV8 } from './ask-v8.ts'
import { isRunning } from './code.ts'
import { mapAt, mapInNode, mapOfText, readText } from './find-map.ts'
import { type Place, placeOf } from './place.ts'
import { bytesOf, type Positions } from './positions.ts'

/** What is known about a script that V8 runs. */
export interface Script {
  readonly url: string
  readonly place: Place
  readonly map?: Positions
  /** Text of the file if it is what runs and names can be looked up in it. */
  readonly text?: string
  /** Whether V8 runs something else than the file holds, so that positions say nothing about the file. */
  readonly inMemory: boolean
  /** Places of the map's sources, as far as they were needed; `null` for those of no use. */
  readonly sources: (Place | null)[]
}

export interface Scripts {
  /** The script of a function; read when it is asked for the first time. */
  of(raw: SegmentFrame): Script
}

/** Bytes of maps and texts that stay; the newest script stays in any case. */
const MAX_BYTES = 48 * 2 ** 20
/** What a script costs apart from map and text. */
const SCRIPT_BYTES = 1000

export function createScripts(root: string, maxBytes = MAX_BYTES): Scripts {
  const scripts = new Map<string, { script: Script; bytes: number }>()
  const inV8 = createV8Maps()
  let bytes = 0

  function read(raw: SegmentFrame): Script {
    const place = placeOf(raw.url, root)
    return { url: raw.url, place, sources: [], ...find(raw, place, inV8) }
  }

  return {
    of(raw) {
      let entry = scripts.get(raw.url)
      if (entry === undefined) {
        const script = read(raw)
        entry = {
          script,
          bytes: SCRIPT_BYTES + (script.text?.length ?? 0) + (script.map ? bytesOf(script.map) : 0),
        }
        bytes += entry.bytes
      } else scripts.delete(raw.url)
      scripts.set(raw.url, entry)
      for (const [url, old] of scripts) {
        if (bytes <= maxBytes || old === entry) break
        scripts.delete(url)
        bytes -= old.bytes
      }
      return entry.script
    },
  }
}

/**
 * Looks where the map can be, cheapest first. What the file holds is good only if it is what runs: tsx, ts-node and
 * the like give V8 other code under the file's name.
 */
function find(raw: SegmentFrame, place: Place, inV8: V8Maps): Pick<Script, 'map' | 'text' | 'inMemory'> {
  if (place.path === '') return { inMemory: false }
  const text = readText(place.path)
  const running = text === undefined ? undefined : isRunning(text, raw)
  if (running !== true) {
    const map = mapInNode(raw.url)
    if (map !== undefined) return { map, inMemory: true }
  }
  const map = text === undefined ? undefined : mapOfText(text, raw.url)
  if (map !== undefined) return { map, inMemory: false, text: map.names.length > 0 ? text : undefined }
  if (isPlain(place.path)) return { inMemory: running === false }
  if (text !== undefined && running !== false) return { inMemory: false }
  return { map: inV8.take(raw.url), inMemory: text !== undefined }
}

function isPlain(path: string): boolean {
  return /\.[cm]?js$/.test(path)
}

interface V8Maps {
  /** The map of a script that runs, if V8 knows one. */
  take(url: string): Positions | undefined
}

/** Asks V8 once for all scripts there are, and again only for scripts that came later. */
function createV8Maps(): V8Maps {
  let references = new Map<string, string>()
  return {
    take(url) {
      if (!references.has(url)) references = withinBytes(mapsInV8(), url)
      const reference = references.get(url)
      references.delete(url)
      return reference ? mapAt(reference, url) : undefined
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
