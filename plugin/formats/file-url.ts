import { posix } from 'node:path'
import { toFileUrl } from '../model/place.ts'

/** What tools want as the URL of a frame: a `file:` URL for a file below the root, other names as they are. */
export function frameUrl(root: string, file: string): string {
  if (!isFile(file)) return file
  return new URL(toFileUrl(framePath(root, file).replace(/\p{Cs}/gu, '\ufffd'))).href
}

/** What tools want as the file of a frame: an absolute path with `/`, names that are no files as they are. */
export function framePath(root: string, file: string): string {
  if (!isFile(file) || /^(?:[A-Za-z]:)?\//.test(file)) return file
  return posix.normalize(`${root.replaceAll('\\', '/')}/${file}`)
}

function isFile(file: string): boolean {
  return file !== '' && !/^[a-z][a-z\d+.-]+:/i.test(file) && !nameless.test(file)
}

/** What Node calls code that stands in no file. Routers that go by files have `[id].ts`. */
const nameless = /^(?:evalmachine\.<anonymous>|\[(?:eval\d*|stdin|worker eval)\](?:-wrapper)?)$/
