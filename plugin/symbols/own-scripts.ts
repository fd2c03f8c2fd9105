import { toPath } from '../model/place.ts'

/** Most answers that are kept; a server has some thousand scripts. */
const MAX_ANSWERS = 20_000

/** Makes a test of whether a script lies in one of the folders. Later calls for the same script only read a map. */
export function ownScripts(folders: readonly string[]): (url: string) => boolean {
  const answers = new Map<string, boolean>()
  return (url) => {
    let own = answers.get(url)
    if (own === undefined) {
      const path = toPath(url)
      own = path !== undefined && folders.some((folder) => path.startsWith(`${folder}/`))
      if (answers.size >= MAX_ANSWERS) answers.clear()
      answers.set(url, own)
    }
    return own
  }
}
