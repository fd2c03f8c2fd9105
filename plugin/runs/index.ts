import { join } from 'node:path'
import { createFolder, reasonOf } from '../baselines/folder.ts'
import { ProfilerError } from '../errors.ts'
import { type CourseNotes, createCourse } from '../model/course.ts'
import type { Comparable, Measured } from '../model/diff.ts'
import type { BaselineSummary, Selection, SincePrevious } from '../model/wire.ts'
import type { Steps } from '../steps.ts'
import { beginRun, endRun } from './alive.ts'
import { createKeeper } from './keeper.ts'
import { checkRoute, createReading, missing } from './reading.ts'
import { Abandoned, createSaving } from './saving.ts'

/**
 * The run before: what was recorded of each route in the last process in which it was requested. Kept without being
 * asked to, a file per route in a folder of its own; nothing is read before somebody asks for it.
 */
export interface Runs {
  /** A request of a route has ended, and its CPU up to there is known. */
  note(route: string, ownMs: number): void
  /** Forgets what was noted. */
  clear(): void
  /** All routes with a run before; undefined where there is none that can be read. */
  summary(): Promise<BaselineSummary | undefined>
  /** Routes that were requested since the start and before, or one of them. */
  since(route?: string): Promise<SincePrevious[]>
  /** Throws `FST_PROFILER_NOT_FOUND`, `FST_PROFILER_BASELINE_DAMAGED`, `FST_PROFILER_BAD_PARAMETER`. */
  read(route: string | undefined): Promise<Comparable>
  readNow(route: string | undefined): Comparable
  /** Whether there was a run before. Throws `FST_PROFILER_NOT_PERSISTED` where some of it cannot be deleted. */
  remove(): Promise<boolean>
  /** Why nothing is kept any more, `''` when nothing is wrong. */
  problem(): string
  bytes(): number
  /** Keeps what is not kept yet; not for long. */
  close(): Promise<void>
}

export interface RunsSetup {
  /** Folder of the option `persist`. */
  readonly path: string
  /** Of all that is kept in memory. */
  readonly maxBytes: number
  /** Where the dashboard is, which tells applications of one script apart. */
  readonly prefix: string
  readonly root: string
  /** Whether the application listens, or did: what a test injects is no run. */
  serves(): boolean
  measure(selection: Selection): Steps<Measured>
  spent(beganUs: number): void
  outside<Result>(fn: () => Result): Result
  /** More bytes are kept than before. */
  grown(): void
  warn(message: string): void
  /** Closing takes no longer, whatever there is to keep. */
  readonly closingMs?: number
}

/** Share of `maxBytes` for remembering the heads of files, and the most of it. */
const KNOWN_SHARE = 1 / 64
const MOST_KNOWN_BYTES = 2 ** 20
/** About what a course takes. */
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
  /** Too large to be kept. */
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

/** Where nothing is kept. */
export const noRuns: Runs = {
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
