import { toFileUrl } from '../model/place.ts'

/** What tools want as the URL of a frame: a `file:` URL for a file below the root, other names as they are. */
export function frameUrl(root: string, file: string): string {
  if (file === '' || /^(?:[a-z][a-z\d+.-]+:|evalmachine\.|\[)/i.test(file)) return file
  const path = /^(?:[A-Za-z]:)?\//.test(file) ? file : `${root.replaceAll('\\', '/')}/${file}`
  return new URL(toFileUrl(path.replace(/\p{Cs}/gu, '\ufffd'))).href
}
