import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

const hash = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
/** Limits the climb where there is no repository. */
const MOST_FOLDERS = 32
/** Larger files are not read; only a huge `packed-refs` is, and it would take long. */
const MOST_BYTES = 2 ** 20

/** The git commit checked out in a folder or one above it, found without running git; `''` if it is not known. */
export async function commitOf(folder: string): Promise<string> {
  try {
    const git = await findGit(folder)
    if (git === undefined) return ''
    const head = await read(join(git, 'HEAD'))
    if (hash.test(head)) return head
    const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1]
    if (ref === undefined || ref.includes('..')) return ''
    const common = resolve(git, await read(join(git, 'commondir')).catch(() => '.'))
    const loose = await read(join(common, ref)).catch(() => '')
    if (hash.test(loose)) return loose
    const packed = await read(join(common, 'packed-refs'))
    const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`)) ?? ''
    const found = line.slice(0, line.indexOf(' '))
    return hash.test(found) ? found : ''
  } catch {
    return ''
  }
}

/** Finds the git folder: `.git`, or in a worktree the folder that the file `.git` names. */
async function findGit(start: string): Promise<string | undefined> {
  let folder = start
  for (let i = 0; i < MOST_FOLDERS; i++) {
    const git = join(folder, '.git')
    const kind = await stat(git).catch(() => undefined)
    if (kind?.isDirectory()) return git
    if (kind?.isFile()) {
      const path = /^gitdir: (.+)$/.exec(await read(git))?.[1]
      return path && resolve(folder, path)
    }
    if (dirname(folder) === folder) return undefined
    folder = dirname(folder)
  }
  return undefined
}

async function read(path: string): Promise<string> {
  const about = await stat(path)
  if (!about.isFile() || about.size > MOST_BYTES) throw new Error('no file of git')
  return (await readFile(path, 'utf8')).trim()
}
