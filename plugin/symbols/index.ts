import { cleanName } from '../model/clean.ts'
import { type Place, toPath } from '../model/place.ts'
import type { Frame } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'
import { createByteCache } from './byte-cache.ts'
import { type Lines, linesOf, readLines } from './lines.ts'
import { locate, locateLine } from './locate.ts'
import { mappedName, sourceName } from './original-name.ts'
import { ownScripts } from './own-scripts.ts'
import { createScripts, heldText, type Script } from './scripts.ts'
import { type NoSource, type SourceText, sourceText } from './source-text.ts'
import { workspaceOf } from './workspace.ts'

/**
 * Turns positions in the running code into names, files and lines that people know.
 *
 * Reads scripts and source maps when a profile is read, never while one is recorded; what was read stays cached, within
 * bounds. Never throws: what cannot be mapped stays where V8 saw it.
 */
export interface Symbols {
  /**
   * Reads, in steps, what `frame` and `line` need to know about a function; otherwise the first of them reads a whole
   * source map at once. `undefined` when nothing is left to read.
   */
  prepare(raw: RawFrame): Steps<unknown> | undefined
  /** The function as its source names and places it. */
  frame(raw: RawFrame): Frame
  /**
   * Line in `frame(raw).file` for a 1-based line of the running script; 0 when it cannot be told. That is so for all
   * code whose lines were joined, as minifiers and tsx do: V8 samples lines, not columns.
   */
  line(raw: RawFrame, generatedLine: number): number
  /** The text that contains `frame(raw)`; read from the disk each time. */
  source(raw: RawFrame): SourceText | NoSource
  /** Whether a script is the profiler's own. Cheap enough to ask for every frame. */
  isOwn(url: string): boolean
}

/** `root`: folder that `Frame.file` is relative to. `ownFolders`: absolute folders of the profiler itself. */
export function createSymbols(root: string, ownFolders: readonly string[]): Symbols {
  const rootPath = folder(root)
  let workspace: string | undefined
  const scripts = createScripts(rootPath)
  const texts = createByteCache<Lines>(SOURCE_BYTES)
  const isOwn = ownScripts(ownFolders.map(folder))

  function textOf(path: string): Lines {
    const text = texts.get(path) ?? readLines(path) ?? linesOf('')
    texts.set(path, text, text.bytes)
    return text
  }

  function look(raw: RawFrame, script: Script): Frame {
    const { place, line, column, source } = locate(raw, script, rootPath)
    const name =
      mappedName(raw, script) ??
      (raw.name === '' && source >= 0 ? sourceName(raw, script, textOf(place.path)) : undefined) ??
      raw.name
    const owner = isOwn(raw.url) ? ownPackage : undefined
    return toFrame(name, { ...place, ...owner }, line, column)
  }

  return {
    prepare: (raw) => (raw.state === undefined ? scripts.prepare(raw) : undefined),
    frame(raw) {
      if (raw.state !== undefined) return stateFrame(raw.state)
      const script = scripts.of(raw)
      const key = `${raw.line}:${raw.column}:${raw.name}`
      const frame = script.frames.get(key) ?? look(raw, script)
      script.frames.set(key, frame)
      return frame
    },
    line(raw, generatedLine) {
      if (raw.state !== undefined || generatedLine < 1) return 0
      return locateLine(raw, scripts.of(raw), rootPath, generatedLine)
    },
    source(raw) {
      if (raw.state !== undefined) return { why: 'is a state of V8' }
      const script = scripts.of(raw)
      const { place, source } = locate(raw, script, rootPath)
      workspace ??= workspaceOf(root)
      return sourceText(place, workspace, heldText(raw.url, script, source))
    },
    isOwn,
  }
}

/** Wherever the profiler's code lies, it is not the application's. */
const ownPackage = { kind: 'package', package: 'fastify-profiler' } as const

/** Bytes of sources that stay cached, for names that only the source tells. */
const SOURCE_BYTES = 8 * 2 ** 20

function toFrame(text: string, place: Place, line: number, column: number): Frame {
  const name = cleanName(text) || '(anonymous)'
  const { file, package: owner } = place
  // Besides the known states V8 has others, which have a name in brackets and no place.
  const isState = file === '' && line <= 0 && /^\((?!anonymous\)).*\)$/.test(name)
  const kind = isState ? 'system' : place.kind
  const frame = { name, file, line: Math.max(0, line), column: Math.max(0, column), kind }
  return owner === undefined ? frame : { ...frame, package: owner }
}

const states = { root: '(root)', idle: '(idle)', program: '(program)', gc: '(garbage collector)' } as const

function stateFrame(state: keyof typeof states): Frame {
  return { name: states[state], file: '', line: 0, column: 0, kind: state === 'root' ? 'root' : 'system' }
}

/** A path with `/` as separator, but none at the end. */
function folder(path: string): string {
  return (toPath(path) ?? path).replace(/\/+$/, '')
}
