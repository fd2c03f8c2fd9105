import { readFileSync, statSync } from 'node:fs'
import { findSourceMap } from 'node:module'
import { toFileUrl, toPath } from '../model/place.ts'

/** Size of the largest script and the largest source map that are read, bytes. */
const MAX_BYTES = 50 * 2 ** 20

/** A source map as it was found: text or parsed, and the URL that its sources are relative to. */
export interface FoundMap {
  readonly map: string | object
  readonly url: string
}

/** The map that Node holds for a running script; only if source maps are on, as `tsx` turns them. */
export function mapInNode(url: string): FoundMap | undefined {
  try {
    const payload = findSourceMap(url)?.payload
    return payload && { map: payload, url: baseUrl(url) }
  } catch {
    return undefined
  }
}

/** The map that the last comment of a script's text points to. */
export function mapOfText(text: string, url: string): FoundMap | undefined {
  const reference = referenceIn(text)
  return reference === undefined ? undefined : mapAt(reference, url)
}

/** The map at a `data:` URL, or at a URL or path relative to the script. Never asks the network. */
export function mapAt(reference: string, url: string): FoundMap | undefined {
  const data = /^data:([^,]*),/.exec(reference)
  if (data !== null) return { map: decodeData(data[1], reference.slice(data[0].length)), url: baseUrl(url) }
  const mapUrl = resolve(reference, baseUrl(url))
  const path = mapUrl && toPath(mapUrl)
  const text = path && readText(path)
  return text ? { map: text, url: mapUrl! } : undefined
}

/** Text of a regular file; `undefined` when it cannot be read, is too big, or has no size, like files of `/proc`. */
export function readText(path: string): string | undefined {
  try {
    const stat = statSync(path)
    return stat.isFile() && stat.size > 0 && stat.size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

/** The reference in `//# sourceMappingURL=`, if only comments follow: a string may hold these words too. */
function referenceIn(text: string): string | undefined {
  const key = 'sourceMappingURL='
  const at = text.lastIndexOf(key)
  if (at < 0 || !/\/[/*][#@][ \t]+$/.test(text.slice(Math.max(0, at - 8), at))) return undefined
  const from = at + key.length
  // encodeURIComponent does not encode ' and *.
  const isEncoded = /^data:(?![^,]*;base64\s*,)/i.test(text.slice(from, from + 200))
  const end = text.slice(from).search(isEncoded ? /[\s"`\\]|\*\/|$/ : /[\s'"`\\*]|$/) + from
  const rest = text.slice(end, end + 4000).replace(/^\s*\*\//, '')
  const onlyComments = rest.split('\n').every((line) => /^\s*(\/\/|$)/.test(line))
  return onlyComments && end > from ? text.slice(from, end) : undefined
}

function decodeData(type: string, data: string): string {
  if (data.length > MAX_BYTES) return ''
  try {
    return /;base64\s*$/i.test(type) ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data)
  } catch {
    return ''
  }
}

/** The URL that relative references in a script are resolved against. */
function baseUrl(url: string): string {
  const path = toPath(url)
  return path === undefined ? url : toFileUrl(path)
}

function resolve(reference: string, base: string): string | undefined {
  try {
    return /^[A-Za-z]:[\\/]/.test(reference) ? reference : new URL(reference, base).href
  } catch {
    return undefined
  }
}
