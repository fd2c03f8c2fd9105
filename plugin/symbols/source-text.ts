import { readFileSync, realpathSync, statSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { type Place, toPath } from '../model/place.ts'
import type { HeldText } from './scripts.ts'

/** The text that contains a function. */
export interface SourceText {
  readonly text: string
  /** Absolute path of the file, with `/`, if it belongs to the application; else `''`. */
  readonly path: string
  /** Whether this may not be the text that ran: something was written since, as far as can be told. */
  readonly changed: boolean
}

/** Why there is no text to show, for people. */
export interface NoSource {
  readonly why: string
}

/** Size of the largest text that is shown, bytes. */
const MAX_BYTES = 4 * 2 ** 20
/** Matches files that hold code. A map or a `sourceURL` can name any file as the source of something. */
const code = /(?:^|\/)(?:[^./]+|[^/]+\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|astro|coffee|civet))$/i

/**
 * Text of a source: what its map holds of it, since lines refer to that, else the file.
 *
 * Only files of the application are read: code below `root`, its folder or that of its workspace, after following all
 * links. What the map of such a file `held` is part of the application, wherever the original may be, if it is code too.
 */
export function sourceText(place: Place, root: string, held: HeldText | undefined): SourceText | NoSource {
  if (place.kind === 'node') return { why: 'is code of Node.js itself' }
  if (place.kind === 'native') return { why: 'is native code' }
  const file = fileOfApp(place.path, root)
  if (held === undefined) return file
  const script = findBelow(root, held.script)
  if ('why' in script) return file
  if (!code.test(place.path || place.file)) return notCode
  if (Buffer.byteLength(held.text) > MAX_BYTES) return tooLarge
  // After a rebuild in place the map on the disk is not that of the code that still runs.
  const isRebuilt = !held.isOfRun && (script.changed || ('text' in file && file.changed))
  if ('why' in file) return { text: held.text, path: '', changed: isRebuilt }
  return { text: held.text, path: file.path, changed: isRebuilt || file.text !== held.text }
}

const tooLarge: NoSource = { why: `is larger than ${MAX_BYTES / 2 ** 20} MiB` }
const notCode: NoSource = { why: 'is not a file of code' }
const gone: NoSource = { why: 'is not on the disk any more, or cannot be read' }

function fileOfApp(path: string, root: string): SourceText | NoSource {
  if (path === '') return { why: 'is not a file, and no source map holds its text' }
  if (!code.test(path)) return notCode
  const found = findBelow(root, path)
  if ('why' in found) return found
  if (found.bytes > MAX_BYTES) return tooLarge
  try {
    const text = decode(readFileSync(found.path))
    return text === undefined ? { why: 'is not text' } : { text, path: found.path, changed: found.changed }
  } catch {
    return gone
  }
}

interface FoundFile {
  /** Path after following all links. */
  readonly path: string
  readonly bytes: number
  /** Whether it was written since the process began. */
  readonly changed: boolean
}

function findBelow(root: string, path: string): FoundFile | NoSource {
  try {
    const real = toPath(realpathSync(path)) ?? ''
    if (!real.startsWith(`${realRoot(root)}/`)) return { why: 'lies outside of the application' }
    const stat = statSync(real)
    if (!stat.isFile()) return { why: 'is not a file' }
    return { path: real, bytes: stat.size, changed: stat.mtimeMs > performance.timeOrigin }
  } catch {
    return gone
  }
}

function realRoot(root: string): string {
  return (toPath(realpathSync(root === '' ? '/' : root)) ?? root).replace(/\/+$/, '')
}

/** Decodes UTF-8 without its byte order mark; `undefined` for bytes that are not text. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
