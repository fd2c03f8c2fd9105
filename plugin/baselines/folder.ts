import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dateNow } from '../clock.ts'
import { BadProfile } from '../model/raw-profile.ts'
import { type Head, MOST_FILE_BYTES, MOST_HEAD_BYTES, type Part, readHead } from './form.ts'
import { isBaselineName } from './name.ts'

/**
 * A folder of baselines, one per file. Other processes may use it at the same time: a file is written under another
 * name and renamed when it is complete, so readers get either the old or the new one.
 */
export interface Folder {
  /** Lists the files; empty if there is no such folder. */
  list(): Promise<Listing>
  /** Names of the baseline files in the folder; one may turn out to be damaged, or gone. */
  names(): Promise<string[]>
  namesNow(): string[]
  /** Head of a baseline; undefined if there is no such file. Throws `BadProfile` or an error of the system. */
  head(name: string): Promise<Head | undefined>
  /** Line of a route; undefined if there is no such baseline. Throws `BadProfile` or an error of the system. */
  read(name: string, choose: (head: Head) => Part): Promise<Line | undefined>
  /** Reads a whole file synchronously; undefined if there is none. Throws `BadProfile` or an error of the system. */
  readNow(name: string): Buffer | undefined
  /** Writes a baseline. With `passing` it may not be on the disk yet when this resolves: a system crash can lose it. */
  write(name: string, content: Buffer, passing?: boolean): Promise<void>
  /** Removes a baseline; false if there was none. */
  remove(name: string): Promise<boolean>
  /** Memory taken by what is remembered of the files, bytes. */
  knownBytes(): number
}

export interface Found {
  readonly head: Head
  readonly bytes: number
  /** Changes when the file does. */
  readonly key: string
}

/** The line of a route in a baseline, with the baseline's head. */
export interface Line {
  readonly head: Head
  readonly part: Part
  readonly line: Buffer
}

export interface Listing {
  readonly found: readonly Found[]
  /** Files that are named like baselines but are not valid ones, with the reason. */
  readonly ignored: ReadonlyMap<string, string>
}

const MOST_FILES = 1000
const FIRST_BYTES = 16 * 1024
const PREFIX = 'baseline-'
const SUFFIX = '.json'
const UNFINISHED = /^\.saving-\d{1,10}-[0-9a-f]{12}$/
/** Share of `maxBytes` for remembering the heads of a folder's files, so that they are not read again. */
export const KNOWN_SHARE = 1 / 64
/** An unfinished file that is older than this belongs to a process that has ended. */
const LEFT_OVER_MS = 600_000
/** Opens files without following links and without waiting for the writer of a pipe; Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Uses a folder of baselines, and remembers the heads of files in at most `mostKnownBytes`. `within` is a folder above
 * it that is also created for the owner only.
 */
export function createFolder(path: string, mostKnownBytes: number, within?: string): Folder {
  /** Heads by name, so that a list reads only files that have changed. */
  const known = new Map<string, Found>()
  let knownBytes = 0
  const fileOf = (name: string) => join(path, baselineFile(name))

  function remember(name: string, found: Found): void {
    if (known.get(name) === found) return
    forget(name)
    const bytes = headBytes(found)
    if (knownBytes + bytes > mostKnownBytes) return
    known.set(name, found)
    knownBytes += bytes
  }

  function forget(name: string): void {
    const before = known.get(name)
    if (before === undefined) return
    known.delete(name)
    knownBytes -= headBytes(before)
  }

  /** Runs `use` on an open file, which stays the same one even if another replaces it meanwhile. */
  async function withFile<T>(
    name: string,
    use: (file: FileHandle, found: Found) => T | Promise<T>,
  ): Promise<T | undefined> {
    let file: FileHandle | undefined
    try {
      file = await open(fileOf(name), READ)
      const found = await headOf(file, known.get(name))
      if (found.head.name !== name) throw new BadProfile('it has the name of another one')
      remember(name, found)
      return await use(file, found)
    } catch (error) {
      forget(name)
      if (isMissing(error)) return undefined
      throw error
    } finally {
      await file?.close()
    }
  }

  /** Removes old unfinished files, recognised by our own naming. One that cannot be removed does no harm. */
  async function removeLeftOvers(): Promise<void> {
    for (const name of await readdir(path).catch(() => [])) {
      if (!UNFINISHED.test(name)) continue
      const file = join(path, name)
      const about = await stat(file).catch(() => undefined)
      if (about === undefined || dateNow() - about.mtimeMs <= LEFT_OVER_MS) continue
      await rm(file, { force: true }).catch(() => {})
    }
  }

  const files = () =>
    readdir(path).then(baselineFiles, (error) => {
      if (isMissing(error)) return []
      throw error
    })

  return {
    async list() {
      const found: Found[] = []
      const ignored = new Map<string, string>()
      for (const file of await files()) {
        const name = file.slice(PREFIX.length, -SUFFIX.length)
        try {
          if (!file.endsWith(SUFFIX) || !isBaselineName(name))
            throw new BadProfile('it has no name of a baseline')
          const one = await withFile(name, (_, found) => found)
          if (one !== undefined) found.push(one)
        } catch (error) {
          ignored.set(file, reasonOf(error))
        }
      }
      const present = new Set(found.map(({ head }) => head.name))
      for (const name of [...known.keys()]) if (!present.has(name)) forget(name)
      return { found, ignored }
    },
    names: async () => namesOf(await files()),
    namesNow() {
      try {
        return namesOf(baselineFiles(readdirSync(path)))
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    },
    head: (name) => withFile(name, (_, { head }) => head),
    read(name, choose) {
      return withFile(name, async (file, { head }) => {
        const part = choose(head)
        return { head, part, line: await bytesOf(file, part.from, part.bytes) }
      })
    },
    readNow(name) {
      let file: number | undefined
      try {
        file = openSync(fileOf(name), READ)
        checkFile(fstatSync(file))
        return readFileSync(file)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      } finally {
        if (file !== undefined) closeSync(file)
      }
    },
    async write(name, content, passing = false) {
      if (within !== undefined) await makeFolder(within)
      await makeFolder(path)
      await removeLeftOvers()
      const unfinished = join(path, `.saving-${process.pid}-${randomBytes(6).toString('hex')}`)
      try {
        const file = await open(unfinished, 'wx', 0o600)
        try {
          await file.writeFile(content)
          if (!passing) await file.sync().catch(unlessForbidden)
        } finally {
          await file.close()
        }
        await rename(unfinished, fileOf(name))
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => {})
        throw error
      }
      if (!passing) await syncFolder(path)
    },
    async remove(name) {
      forget(name)
      try {
        await rm(fileOf(name))
        return true
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
    },
    knownBytes: () => knownBytes,
  }
}

/** Name of a baseline's file. */
export function baselineFile(name: string): string {
  return `${PREFIX}${name}${SUFFIX}`
}

function baselineFiles(files: readonly string[]): string[] {
  return files.filter((file) => file.startsWith(PREFIX)).slice(0, MOST_FILES)
}

function namesOf(files: readonly string[]): string[] {
  const names = files.filter((file) => file.endsWith(SUFFIX))
  return names.map((file) => file.slice(PREFIX.length, -SUFFIX.length)).filter(isBaselineName)
}

/** About how much memory a head takes: its text, once as strings and once as numbers and objects. */
function headBytes({ head }: Found): number {
  return 2 * head.routes[0].from
}

/** Makes a folder for its owner only; folders above it, which others may use too, get the usual permissions. */
async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    // Does nothing if the folder exists, and otherwise fails with the actual reason.
    if (!isMissing(error)) await mkdir(path, { recursive: true })
    else await makeBelow(dirname(path), path, mode)
  }
}

/**
 * Makes a folder and those above it. Not by `recursive`: where none can be made though the one above exists, as in
 * `/proc`, Node before 26 tries for ever, and takes a thread of the application's pool each time.
 */
async function makeBelow(above: string, path: string, mode: number): Promise<void> {
  if (above !== path) await makeFolder(above, 0o777)
  await mkdir(path, { mode }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}

async function headOf(file: FileHandle, before: Found | undefined): Promise<Found> {
  const about = await file.stat()
  checkFile(about)
  const key = keyOf(about)
  if (before?.key === key) return before
  let begin = await bytesOf(file, 0, Math.min(FIRST_BYTES, about.size))
  if (!begin.includes('\n')) begin = await bytesOf(file, 0, Math.min(MOST_HEAD_BYTES, about.size))
  return { head: readHead(begin, about.size), bytes: about.size, key }
}

function checkFile(about: { isFile(): boolean; readonly size: number }): void {
  if (!about.isFile()) throw new BadProfile('it is not a regular file')
  if (about.size > MOST_FILE_BYTES) throw new BadProfile('it is too large')
}

function keyOf({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino} ${size} ${mtimeMs}`
}

async function bytesOf(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, from + done)
    if (bytesRead === 0) throw new BadProfile('it is not as long as it says')
    done += bytesRead
  }
  return buffer
}

/** Node's permission model lets no file be synced, though it lets this one be written: a system crash can lose it. */
function unlessForbidden(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_ACCESS_DENIED') throw error
}

/** Makes a new name survive a system crash; where folders cannot be synced, it mostly does anyway. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // The file itself is complete anyway.
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT'
}

/** Whether an error means that a file is invalid, or that the system cannot read it. */
export function cannotBeRead(error: unknown): boolean {
  return error instanceof BadProfile || typeof (error as NodeJS.ErrnoException | null)?.errno === 'number'
}

/** Reason of an error without the path: what is wrong with the file, or the code of the system's error. */
export function reasonOf(error: unknown): string {
  if (error instanceof BadProfile) return error.message
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : 'it cannot be read'
}
