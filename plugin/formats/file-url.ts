import { posix } from 'node:path'
import { toFileUrl } from '../model/place.ts'

/** URL of a frame, as tools expect it: a `file:` URL for a file, other names as they are. */
export function frameUrl(root: string, file: string): string {
  if (!isFile(file)) return file
  return new URL(toFileUrl(framePath(root, file).replace(/\p{Cs}/gu, '\ufffd'))).href
}

/** File of a frame, as tools expect it: an absolute path with `/`; names that are not files as they are. */
export function framePath(root: string, file: string): string {
  if (!isFile(file) || /^(?:[A-Za-z]:)?\//.test(file)) return file
  return posix.normalize(`${root.replaceAll('\\', '/')}/${file}`)
}

function isFile(file: string): boolean {
  return file !== '' && !/^[a-z][a-z\d+.-]+:/i.test(file) && !nameless.test(file)
}

/** Names that Node gives to code without a file. They are matched exactly, as file-based routers have `[id].ts`. */
const nameless = /^(?:evalmachine\.<anonymous>|\[(?:eval\d*|stdin|worker eval)\](?:-wrapper)?)$/
