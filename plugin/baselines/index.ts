import { isoNow } from '../clock.ts'
import { conflict, notFound } from '../errors.ts'
import { cleanName } from '../model/clean.ts'
import type { Comparable } from '../model/diff.ts'
import { BadProfile } from '../model/raw-profile.ts'
import { atOnce } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import type { BaselineRoute, BaselineSummary } from '../model/wire/baselines.ts'
import type { Status } from '../model/wire/status.ts'
import { stepwise } from '../steps.ts'
import { version } from '../version.ts'
import { comparableSteps, partOf, type RouteNames, readLine } from './choose.ts'
import { commitOf } from './commit.ts'
import { cannotBeRead, createFolder, type Folder, type Found, KNOWN_SHARE, reasonOf } from './folder.ts'
import { type Head, newestSavedFirst, readHead } from './form.ts'
import { full } from './full.ts'
import { baselineName } from './name.ts'
import { type Routes, writeBaseline } from './write.ts'

/**
 * Baselines: profiles kept under a name for later comparisons, also after a restart. Nothing is read or written, and no
 * folder is created, before one of these functions is called.
 *
 * All of them throw `FST_PROFILER_BAD_PARAMETER` for an invalid name.
 */
export interface Baselines {
  /**
   * All baselines, newest first, including those of other processes. Files that are not baselines are left alone, but
   * logged and counted in the status.
   */
  list(): Promise<BaselineSummary[]>
  /**
   * Saves a baseline, replacing one of the same name. Throws `FST_PROFILER_NOT_PERSISTED` if it could only be kept in
   * memory, `FST_PROFILER_BASELINES_FULL` if there is no room; then the rest of `routes` is not read.
   */
  save(name: string, routes: () => Routes): Promise<BaselineSummary>
  /** Removes a baseline; false if there was none. */
  remove(name: string): Promise<boolean>
  /**
   * Reads a route of a baseline: the given one, else the only one, else `otherwise`. Throws `FST_PROFILER_NOT_FOUND` or
   * `FST_PROFILER_BASELINE_DAMAGED`.
   */
  read(...which: Which): Promise<Comparable>
  /** Like `read`, synchronously. */
  readNow(...which: Which): Comparable
  /** `problem` is the last failure since a baseline was last saved or removed, else that of a file. */
  status(): Status['baselines']
  /** Memory taken, including what is remembered of the files. */
  bytes(): number
}

/** Names a baseline and one of its routes, as `RouteNames` does. */
export type Which = [name: string, ...RouteNames]

export interface BaselinesSetup {
  /** Folder for baselines; `undefined` keeps all in memory. */
  readonly path: string | undefined
  /** Folder of the application. */
  readonly root: string
  /** Option `maxBytes`: baselines in memory may take half of it. */
  readonly maxBytes: number
  /** Called when more bytes are kept in memory than before. */
  grown(): void
  warn(message: string): void
}

const MOST_BASELINES = 100
const MOST_BYTES = 256 * 2 ** 20

interface InMemory extends Found {
  readonly content: Buffer
}

export function createBaselines({ path, root, maxBytes, grown, warn }: BaselinesSetup): Baselines {
  const folder: Folder | undefined =
    path === undefined ? undefined : createFolder(path, maxBytes * KNOWN_SHARE)
  /** Baselines that are not in the folder. */
  const memory = new Map<string, InMemory>()
  let status = { count: 0, bytes: 0, ignored: 0, problem: '' }
  /** The last failure to save, remove or read a baseline; `''` when there is none. */
  let failure = ''
  /** Problems that were already logged. */
  const told = new Set<string>()
  let saving: Promise<unknown> = Promise.resolve()

  const memoryBytes = () => sum([...memory.values()].map(({ bytes }) => bytes))

  async function all(): Promise<(Found & { readonly persisted: boolean })[]> {
    let listing: Awaited<ReturnType<Folder['list']>> = { found: [], ignored: new Map() }
    let problem = ''
    try {
      listing = (await folder?.list()) ?? listing
    } catch (error) {
      problem = `baselines cannot be read from the folder of the option "persist" (${reasonOf(error)})`
      tell(problem)
    }
    for (const [file, why] of listing.ignored) {
      problem = `${cleanName(file)} is ignored: ${why}`
      tell(problem)
    }
    const found = [
      ...[...memory.values()].map((one) => ({ ...one, persisted: false })),
      ...listing.found
        .filter(({ head }) => !memory.has(head.name))
        .map((one) => ({ ...one, persisted: true })),
    ]
    const bytes = sum(found.map((one) => one.bytes))
    status = { count: found.length, bytes, ignored: listing.ignored.size, problem }
    return found
  }

  function tell(problem: string): void {
    if (told.has(problem) || told.size > MOST_BASELINES) return
    told.add(problem)
    warn(problem)
  }

  async function save(name: string, routes: Routes): Promise<BaselineSummary> {
    const about = {
      name,
      savedAt: isoNow(),
      node: process.version,
      version,
      commit: await commitOf(root),
    }
    const content = await writeBaseline(about, routes)
    const others = (await all()).filter(({ head }) => head.name !== name)
    if (others.length >= MOST_BASELINES) throw full(`there are ${MOST_BASELINES} baselines`, 'delete some')
    if (content.length + sum(others.map(({ bytes }) => bytes)) > MOST_BYTES) {
      throw full('all baselines together would be too large', 'delete some, or save one route')
    }
    const kept = { head: readHead(content, content.length), bytes: content.length, key: '', content }
    if (folder === undefined) keepInMemory(kept)
    else await persist(folder, kept)
    failure = ''
    await all()
    return summaryOf({ ...kept, persisted: folder !== undefined })
  }

  async function persist(folder: Folder, kept: InMemory): Promise<void> {
    const { name } = kept.head
    try {
      await folder.write(name, kept.content)
      memory.delete(name)
    } catch (error) {
      const why = `the folder of the option "persist" cannot be written (${reasonOf(error)})`
      const advice = 'make room, let the folder be written to, or name another one'
      failure = `baseline "${name}" is not kept: ${why}`
      keepInMemory(kept, `${why}, and `, `${advice}; or `)
      failure = `baseline "${name}" is kept in memory only, until the application ends: ${why}`
      warn(failure)
      await all()
      throw conflict('FST_PROFILER_NOT_PERSISTED', `${failure}; ${advice}`)
    }
  }

  /** Keeps a baseline in memory. If there is no room, `why` and `advice` come before those of the error. */
  function keepInMemory(one: InMemory, why = '', advice = ''): void {
    const before = memory.get(one.head.name)?.bytes ?? 0
    if (memoryBytes() - before + one.bytes > maxBytes / 2)
      throw full(
        `${why}those in memory would take more than half of "maxBytes"`,
        `${advice}delete some, save one route, or raise "maxBytes"`,
      )
    memory.set(one.head.name, one)
    grown()
  }

  function cannotRead(name: string, error: unknown): Error {
    if (!cannotBeRead(error)) return error as Error
    failure = `baseline "${name}" cannot be read (${reasonOf(error)})`
    tell(failure)
    return conflict('FST_PROFILER_BASELINE_DAMAGED', `${failure}; save it again`)
  }

  return {
    async list() {
      const found = await all()
      return found.map(summaryOf).sort(newestSavedFirst)
    },
    save(given, routes) {
      const name = baselineName(given)
      // Saves run one after the other, so that limits hold and no more than one baseline is being made.
      const saved = saving.then(async () => {
        try {
          return await save(name, routes())
        } catch (error) {
          if (!(error instanceof BadProfile)) throw error
          throw full(`baseline "${name}" cannot be kept: ${error.message}`, 'save another route by itself')
        }
      })
      saving = saved.catch(() => {})
      return saved
    },
    async remove(given) {
      const name = baselineName(given)
      const wasInMemory = memory.delete(name)
      let wasInFolder = false
      let reason = ''
      try {
        wasInFolder = (await folder?.remove(name)) ?? false
      } catch (error) {
        reason = reasonOf(error)
      }
      const isLeft = (await all()).some(({ head }) => head.name === name)
      if (reason !== '' && (isLeft || !wasInMemory)) {
        failure = `baseline "${name}" cannot be deleted from the folder (${reason})`
        throw conflict('FST_PROFILER_NOT_PERSISTED', failure)
      }
      if (wasInFolder || wasInMemory) failure = ''
      return wasInFolder || wasInMemory
    },
    async read(given, ...route) {
      const name = baselineName(given)
      const kept = memory.get(name)
      if (kept !== undefined) return stepwise(comparableSteps(kept.content, kept.head, ...route))
      try {
        const found = await folder?.read(name, (head) => partOf(head, ...route))
        if (found === undefined) throw notFound(`baseline "${name}"`)
        return await stepwise(readLine(found))
      } catch (error) {
        throw cannotRead(name, error)
      }
    },
    readNow(given, ...route) {
      const name = baselineName(given)
      try {
        const content = memory.get(name)?.content ?? folder?.readNow(name)
        if (content === undefined) throw notFound(`baseline "${name}"`)
        const head = readHead(content, content.length)
        if (head.name !== name) throw new BadProfile('it has the name of another one')
        return atOnce(comparableSteps(content, head, ...route))
      } catch (error) {
        throw cannotRead(name, error)
      }
    },
    status: () => (failure === '' ? status : { ...status, problem: failure }),
    bytes: () => memoryBytes() + (folder?.knownBytes() ?? 0),
  }
}

function summaryOf({ head, bytes, persisted }: Found & { readonly persisted: boolean }): BaselineSummary {
  const { name, savedAt, node, version, commit } = head
  return { name, savedAt, node, version, commit, bytes, automatic: false, persisted, routes: routesOf(head) }
}

export function routesOf({ routes, savedAt }: Head): BaselineRoute[] {
  return routes.map(({ route, requests, ownMs, latency }) => ({ route, requests, ownMs, latency, savedAt }))
}
