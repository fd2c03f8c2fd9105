import { join } from 'node:path'
import { createFolder, KNOWN_SHARE, reasonOf } from '../baselines/folder.ts'
import { ProfilerError } from '../errors.ts'
import { type CourseNotes, createCourse } from '../model/course.ts'
import type { Comparable, Measured } from '../model/diff.ts'
import type { Steps } from '../model/steps.ts'
import type { BaselineSummary, SincePrevious } from '../model/wire/baselines.ts'
import type { Selection } from '../model/wire/selection.ts'
import { beginRun, endRun } from './alive.ts'
import { createKeeper } from './keeper.ts'
import { checkRoute, createReading, missing } from './reading.ts'
import { Abandoned, createSaving } from './saving.ts'

/**
 * The previous run: what was recorded of each route in the last process in which it was requested. It is kept
 * automatically, one file per route in a folder of its own, and read only on demand.
 */
export interface Runs {
  /** Whether runs are kept at all. */
  readonly kept: boolean
  /** Notes that a request of a route has ended, with its CPU up to then. */
  note(route: string, ownMs: number): void
  /** Forgets the noted CPU times. */
  clear(): void
  /** All routes with a previous run; undefined if none can be read. */
  summary(): Promise<BaselineSummary | undefined>
  /** Routes that were requested both since the start and in a previous run; with `route` only that one. */
  since(route?: string): Promise<SincePrevious[]>
  /** Reads a route. Throws `FST_PROFILER_NOT_FOUND`, `FST_PROFILER_BASELINE_DAMAGED`, `FST_PROFILER_BAD_PARAMETER`. */
  read(route: string | undefined): Promise<Comparable>
  readNow(route: string | undefined): Comparable
  /** Deletes previous runs; false if there were none. Throws `FST_PROFILER_NOT_PERSISTED` if some cannot be deleted. */
  remove(): Promise<boolean>
  /** Why nothing is kept any more; `''` when nothing is wrong. */
  problem(): string
  bytes(): number
  /** Keeps what is not kept yet, within a limited time. */
  close(): Promise<void>
}

export interface RunsSetup {
  /** Folder of the option `persist`. */
  readonly path: string
  /** Option `maxBytes`, the cap of all that is kept in memory. */
  readonly maxBytes: number
  /** Prefix of the dashboard, which tells applications of the same script apart. */
  readonly prefix: string
  readonly root: string
  /** Whether the application listens or has listened, because requests injected by a test are not a run. */
  serves(): boolean
  measure(selection: Selection): Steps<Measured>
  spent(beganUs: number): void
  outside<Result>(fn: () => Result): Result
  /** Called when more bytes are kept than before. */
  grown(): void
  warn(message: string): void
  /** Most time that closing takes, however much there is to keep. */
  readonly closingMs?: number
}

/** Most that is used for remembering the heads of files, however large `maxBytes` is. */
const MOST_KNOWN_BYTES = 2 ** 20
/** About how much memory a course takes. */
const COURSE_BYTES = 2048

export function createRuns({
  path,
  maxBytes,
  prefix,
  serves,
  grown,
  warn,
  closingMs = 500,
  ...setup
}: RunsSetup): Runs {
  const folder = createFolder(join(path, 'runs'), Math.min(maxBytes * KNOWN_SHARE, MOST_KNOWN_BYTES), path)
  const run = beginRun(prefix)
  const courses = new Map<string, CourseNotes>()
  /** Routes that are too large to be kept. */
  const tooLarge = new Set<string>()
  const reading = createReading(folder, run)
  const saving = createSaving({ folder, run, ...setup })
  let problem = ''

  const keeper = createKeeper<string>({
    outside: setup.outside,
    async save(route, isOver) {
      try {
        const took = await saving.save(route, courses.get(route)!.course(), isOver)
        grown()
        return took
      } catch (error) {
        if (error instanceof Abandoned) return 0
        if (error instanceof ProfilerError) {
          tooLarge.add(route)
          return 0
        }
        problem = `runs are not kept to be compared with after a restart (${reasonOf(error)})`
        warn(
          `${problem}; make room, let the folder of the option "persist" be written to, name another one, or set it to false`,
        )
        throw error
      }
    },
  })

  return {
    kept: true,
    note(route, ownMs) {
      let course = courses.get(route)
      if (course === undefined) {
        course = createCourse()
        courses.set(route, course)
      }
      course.add(ownMs)
      if (serves() && !tooLarge.has(route)) keeper.note(route)
    },
    clear() {
      for (const course of courses.values()) course.clear()
    },
    ...reading,
    since(route) {
      const asked = [...courses].filter(([name]) => route === undefined || name === route)
      return reading.since(new Map(asked.map(([name, notes]) => [name, notes.course()])))
    },
    problem: () => problem,
    bytes: () => courses.size * COURSE_BYTES + folder.knownBytes(),
    async close() {
      await setup.outside(() => keeper.close(closingMs))
      endRun(run)
    },
  }
}

/** Stands in where no runs are kept. */
export const noRuns: Runs = {
  kept: false,
  note() {},
  clear() {},
  summary: async () => undefined,
  since: async () => [],
  read: async (route) => {
    throw missing(checkRoute(route))
  },
  readNow: (route) => {
    throw missing(checkRoute(route))
  },
  remove: async () => false,
  problem: () => '',
  bytes: () => 0,
  close: async () => {},
}
