import type { Frame } from './model/profile.ts'
import type { SegmentFrame } from './sampler/segment.ts'
import { cleanName } from './symbols/clean.ts'
import { locate, locateLine } from './symbols/locate.ts'
import { originalName } from './symbols/original-name.ts'
import { ownScripts } from './symbols/own-scripts.ts'
import { toPath } from './symbols/place.ts'
import { createScripts, type Script } from './symbols/scripts.ts'

/**
 * From positions in the code that runs to names, files and lines that people know.
 *
 * Reads scripts and source maps when a profile is read, never while one is recorded; what it read stays cached, within
 * bounds. Never throws: what cannot be mapped stays where V8 saw it.
 */
export interface Symbols {
  /** The function in its source. */
  frame(raw: SegmentFrame): Frame
  /**
   * Line in `frame(raw).file` for a 1-based line of the script that runs; 0 when it cannot be told. That is so for all
   * lines of code whose lines were joined, as minifiers and tsx do: V8 samples lines, not columns.
   */
  line(raw: SegmentFrame, generatedLine: number): number
  /** Whether a script is the profiler's own. Cheap enough to ask for every frame. */
  isOwn(url: string): boolean
}

/** `root`: folder that `Frame.file` is relative to. `ownFolders`: absolute folders of the profiler itself. */
export function createSymbols(root: string, ownFolders: readonly string[]): Symbols {
  const rootPath = folder(root)
  const scripts = createScripts(rootPath)
  return {
    frame(raw) {
      return raw.state === undefined ? functionFrame(raw, scripts.of(raw), rootPath) : stateFrame(raw.state)
    },
    line(raw, generatedLine) {
      if (raw.state !== undefined || generatedLine < 1) return 0
      return locateLine(raw, scripts.of(raw), rootPath, generatedLine)
    },
    isOwn: ownScripts(ownFolders.map(folder)),
  }
}

function functionFrame(raw: SegmentFrame, script: Script, root: string): Frame {
  const { place, line, column } = locate(raw, script, root)
  const name = cleanName(originalName(raw, script) ?? raw.name) || '(anonymous)'
  const frame = {
    name,
    file: place.file,
    line: Math.max(0, line),
    column: Math.max(0, column),
    kind: place.kind,
  }
  return place.package === undefined ? frame : { ...frame, package: place.package }
}

const states = { root: '(root)', idle: '(idle)', program: '(program)', gc: '(garbage collector)' } as const

function stateFrame(state: keyof typeof states): Frame {
  return { name: states[state], file: '', line: 0, column: 0, kind: state === 'root' ? 'root' : 'system' }
}

/** With `/` and none at the end. */
function folder(path: string): string {
  return (toPath(path) ?? path).replace(/\/+$/, '')
}
