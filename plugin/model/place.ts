import { cleanFile } from './clean.ts'
import type { FrameKind } from './profile.ts'

/** Where a script or source file is. */
export interface Place {
  /** Absolute path with `/`; `''` when it is not a file. */
  readonly path: string
  /** As in `Frame.file`. */
  readonly file: string
  readonly kind: FrameKind
  readonly package?: string
}

/** Place of a script by the name V8 gives it: a URL, an absolute path, a made-up name, or nothing. */
export function placeOf(url: string, root: string): Place {
  const path = toPath(url)
  if (path !== undefined) return placeOfPath(path, root)
  if (url === '') return { path: '', file: '', kind: 'native' }
  if (url.startsWith('node:')) return { path: '', file: cleanFile(url), kind: 'node' }
  if (url.startsWith('wasm:')) return { path: '', file: cleanFile(url), kind: 'native' }
  // Templates of ejs are named in quotes. Their lines are not those of the file.
  const name = /^"(.+)"$/.exec(url)?.[1] ?? url
  return { path: '', file: cleanFile(withoutSecrets(name)), kind: 'app' }
}

/** Cuts off the code that a `data:` URL consists of, and users and queries of other URLs, which may hold secrets. */
function withoutSecrets(url: string): string {
  if (/^data:/i.test(url)) return url.replace(/,.*/s, '')
  return url.replace(/^([a-z][a-z\d+.-]+:[^?#]*).*/is, '$1').replace(/^(https?:[\\/]*)[^\\/]*@/i, '$1')
}

/** Place of a file; `root` without a slash at its end. */
function placeOfPath(path: string, root: string): Place {
  const file = relativePath(root, path)
  const inside = !file.startsWith('../')
  const name = packageOf(inside ? file : path)
  if (name === undefined) return { path, file: cleanFile(file), kind: 'app' }
  return { path, file: cleanFile(file), kind: 'package', package: cleanFile(name) }
}

/** Absolute path, with `/` and without the query, of an absolute path or file URL of any platform; else `undefined`. */
export function toPath(url: string): string | undefined {
  if (url.startsWith('/')) return url
  if (/^([A-Za-z]:[\\/]|\\\\)/.test(url)) return upperDrive(url.replaceAll('\\', '/'))
  const match = /^file:(?:\/\/([^/?#]*))?(\/[^?#]*)/i.exec(url)
  if (match === null) return undefined
  const path = match[2].split('/').map(decode).join('/')
  if (/^\/[A-Za-z]:(\/|$)/.test(path)) return upperDrive(path.slice(1))
  const host = match[1] ?? ''
  return host === '' || host === 'localhost' ? path : `//${host}${path}`
}

/** File URL of an absolute path with `/`. */
export function toFileUrl(path: string): string {
  const encoded = encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23')
  return path.startsWith('//') ? `file:${encoded}` : `file://${path.startsWith('/') ? '' : '/'}${encoded}`
}

/** Path from a folder to a file, with `../` where needed; absolute if they are on different drives. */
function relativePath(root: string, path: string): string {
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1)
  const from = root.split('/')
  const to = path.split('/')
  let common = 0
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++
  if (common === 0) return path
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/')
}

/** Name of the innermost npm package that a file belongs to, so that it works with pnpm's folders too. */
function packageOf(path: string): string | undefined {
  const parts = path.split('/')
  const at = parts.lastIndexOf('node_modules') + 1
  if (at === 0) return undefined
  const length = parts[at]?.startsWith('@') ? 2 : 1
  return at + length < parts.length ? parts.slice(at, at + length).join('/') : undefined
}

/** Makes the drive letter upper case, since Windows gives it in either case. */
function upperDrive(path: string): string {
  return path.replace(/^[a-z]:/, (drive) => drive.toUpperCase())
}

/** Decodes a part of a URL; text that was not encoded stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
