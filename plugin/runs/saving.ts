import { commitOf } from '../baselines/commit.ts'
import { baselineFile, type Folder } from '../baselines/folder.ts'
import { newestSavedFirst } from '../baselines/form.ts'
import { writeBaseline } from '../baselines/write.ts'
import { isoNow, nowUs } from '../clock.ts'
import type { Course } from '../model/course.ts'
import type { Measured } from '../model/diff.ts'
import type { Steps } from '../model/steps.ts'
import type { Selection } from '../model/wire/selection.ts'
import { runFor, stepwise } from '../steps.ts'
import { version } from '../version.ts'
import { isAlive } from './alive.ts'
import { type Run, readRunName, runName } from './name.ts'
import { earlierOf, previousOf } from './previous.ts'

export interface SavingSetup {
  readonly folder: Folder
  readonly run: Run
  /** Folder of the application. */
  readonly root: string
  /** Measures what was recorded of a route. Throws if there is no such route. */
  measure(selection: Selection): Steps<Measured>
  /** Called after work that has held the event loop since `beganUs`. */
  spent(beganUs: number): void
}

/** Longest time that it holds the event loop without a break, microseconds: less than a short request would. */
const HOLD_US = 500
/** Limits of all runs of all applications together; the oldest are removed first. */
const MOST_FILES = 500
const MOST_BYTES = 64 * 2 ** 20
/** Limits are checked after so many new files, since that means looking at all files. */
const NEW_FILES = 50

/** Thrown when the application has closed, so that what was begun is not kept. */
export class Abandoned extends Error {}

/** Writes what is kept of routes, and removes files that are no longer of use. */
export function createSaving({ folder, run, root, measure, spent }: SavingSetup) {
  /** Routes that have a file. */
  const written = new Set<string>()
  let commit: Promise<string> | undefined

  /** Makes a function that runs steps in short portions and adds to `busy.us` how long they hold the event loop. */
  function sparing(busy: { us: number }, isOver: () => boolean) {
    return <Result>(all: Steps<Result>): Promise<Result> =>
      stepwise(all, (steps) => {
        if (isOver()) throw new Abandoned('it is over')
        const began = nowUs()
        const step = runFor(steps, HOLD_US)
        busy.us += nowUs() - began
        spent(began)
        return step
      })
  }

  /** Removes earlier runs of a route except the one that it is compared with. */
  async function removeEarlier(route: string): Promise<void> {
    const others = earlierOf(route, await folder.names(), run)
    const chosen = await previousOf(folder, others, run)
    for (const { name } of others) if (name !== chosen?.name) await folder.remove(name).catch(() => {})
  }

  async function makeRoom(): Promise<void> {
    const { found, ignored } = await folder.list()
    const ended = (name: string) => {
      const named = readRunName(name)
      return named !== undefined && !isAlive(named)
    }
    const names = await folder.names()
    for (const name of names)
      if (ignored.has(baselineFile(name)) && ended(name)) await folder.remove(name).catch(() => {})
    const kept = [...found].sort((a, b) => newestSavedFirst(a.head, b.head))
    let bytes = 0
    for (const [i, { head, bytes: size }] of kept.entries()) {
      bytes += size
      if ((i >= MOST_FILES || bytes > MOST_BYTES) && ended(head.name))
        await folder.remove(head.name).catch(() => {})
    }
  }

  return {
    /** Resolves to how long it held the event loop, microseconds. Throws what `writeBaseline` and the folder throw. */
    async save(route: string, course: Course, isOver: () => boolean): Promise<number> {
      const isNew = !written.has(route)
      // An application with more routes than that would make others lose their files.
      if (isNew && written.size >= MOST_FILES / 2) return 0
      const busy = { us: 0 }
      const doSteps = sparing(busy, isOver)
      commit ??= commitOf(root)
      const measured = await doSteps(measure({ route }))
      // Recordings were cleared meanwhile.
      if (measured.profile.requests === 0) return busy.us
      const name = runName(run, route)
      const about = {
        name,
        savedAt: isoNow(),
        node: process.version,
        version,
        commit: await commit,
        course,
      }
      const content = await writeBaseline(about, [{ route, measured }], doSteps)
      if (isOver()) return busy.us
      await folder.write(name, content, true)
      written.add(route)
      if (isNew) await removeEarlier(route)
      if (isNew && written.size % NEW_FILES === 1) await makeRoom()
      return busy.us
    },
  }
}
