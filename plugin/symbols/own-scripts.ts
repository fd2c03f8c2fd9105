import { toPath } from '../model/place.ts'

/** Answers that are kept; a server has some thousand scripts. */
const MAX_ANSWERS = 20_000

/** Whether a script lies in one of the folders: a map lookup, but for the first time. */
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
