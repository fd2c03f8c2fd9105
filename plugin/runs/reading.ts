import { comparableSteps, partOf, readLine } from '../baselines/choose.ts'
import { cannotBeRead, type Folder, reasonOf } from '../baselines/folder.ts'
import { newestSavedFirst, readHead } from '../baselines/form.ts'
import { routesOf } from '../baselines/index.ts'
import { badParameter, conflict, notFound, type ProfilerError } from '../errors.ts'
import { type Course, compareCourses } from '../model/course.ts'
import type { Comparable } from '../model/diff.ts'
import { PREVIOUS } from '../model/labels.ts'
import { atOnce } from '../model/steps.ts'
import type { BaselineSummary, SincePrevious } from '../model/wire/baselines.ts'
import { stepwise } from '../steps.ts'
import { type Run, routeKey } from './name.ts'
import { choose, earlier, earlierOf, isRun, type Kept, newestFirst, previousOf } from './previous.ts'

/** Reads what the previous run left, on demand. */
export function createReading(folder: Folder, run: Run) {
  /** The chosen run of each route. */
  async function all(): Promise<Kept[]> {
    const kept: Kept[] = []
    for (const list of earlier(await namesIn(folder), run).values()) {
      const chosen = await previousOf(folder, list, run)
      if (chosen !== undefined) kept.push(chosen)
    }
    return kept.sort((a, b) => newestSavedFirst(a.head, b.head))
  }

  return {
    async summary(): Promise<BaselineSummary | undefined> {
      const kept = await all()
      if (kept.length === 0) return undefined
      const { savedAt, node, version, commit } = kept[0].head
      return {
        name: PREVIOUS,
        savedAt,
        node,
        version,
        commit,
        bytes: kept.reduce((sum, { head }) => sum + head.routes[0].from + head.routes[0].bytes + 1, 0),
        automatic: true,
        persisted: true,
        routes: kept.flatMap(({ head }) => routesOf(head)),
      }
    },

    async since(courses: ReadonlyMap<string, Course>): Promise<SincePrevious[]> {
      const byRoute = earlier(await namesIn(folder), run)
      const found: SincePrevious[] = []
      for (const [route, course] of courses) {
        const list = byRoute.get(routeKey(route))
        const previous = list && (await previousOf(folder, list, run))?.head
        if (previous?.course === undefined) continue
        found.push({
          route,
          requests: course.requests,
          previous: {
            requests: previous.course.requests,
            savedAt: previous.savedAt,
            p50Ms: previous.routes[0].latency.p50Ms,
          },
          ...compareCourses(previous.course, course),
        })
      }
      return found
    },

    async read(given: string | undefined): Promise<Comparable> {
      const route = checkRoute(given)
      try {
        const kept = await previousOf(folder, earlierOf(route, await folder.names(), run), run)
        const line = kept && (await folder.read(kept.name, (head) => partOf(head)))
        if (line === undefined) throw missing(route)
        return await stepwise(readLine({ ...line, head: { ...line.head, name: PREVIOUS } }))
      } catch (error) {
        throw cannotRead(route, error)
      }
    },

    readNow(given: string | undefined): Comparable {
      const route = checkRoute(given)
      try {
        const kept = newestFirst(earlierOf(route, folder.namesNow(), run)).flatMap(
          ({ name, routeKey: key }) => {
            const whole = readWhole(folder, name)
            return whole !== undefined && isRun(whole.head, key) ? [whole] : []
          },
        )
        const chosen = choose(kept, run)
        const found = kept.find(({ name }) => name === chosen?.name)
        if (found === undefined) throw missing(route)
        return atOnce(comparableSteps(found.content, { ...found.head, name: PREVIOUS }))
      } catch (error) {
        throw cannotRead(route, error)
      }
    },

    /** Deletes all files that can be deleted, even if others cannot; false if there were none. */
    async remove(): Promise<boolean> {
      let removed = false
      const failures: unknown[] = []
      const failed = (error: unknown) => void failures.push(error)
      const names = await folder.names().catch(failed)
      for (const { name } of [...earlier(names ?? [], run).values()].flat())
        if (await folder.remove(name).catch(failed)) removed = true
      if (failures.length === 0) return removed
      const failure = `the previous run cannot be deleted from the folder (${reasonOf(failures[0])})`
      throw conflict('FST_PROFILER_NOT_PERSISTED', failure)
    },
  }
}

/** Names in the folder; none if it cannot be read. */
function namesIn(folder: Folder): Promise<string[]> {
  return folder.names().catch(() => [])
}

/** Reads a whole file synchronously; undefined if it cannot be read. */
function readWhole(folder: Folder, name: string): (Kept & { readonly content: Buffer }) | undefined {
  try {
    const content = folder.readNow(name)
    const head = content && readHead(content, content.length)
    return head?.name === name ? { name, head, content: content! } : undefined
  } catch {
    return undefined
  }
}

export function checkRoute(route: string | undefined): string {
  if (typeof route === 'string') return route
  throw badParameter('route', route, 'a route, of which the previous run is meant')
}

export function missing(route: string): ProfilerError {
  return notFound(`a previous run of route "${route}"`)
}

function cannotRead(route: string, error: unknown): Error {
  if (!cannotBeRead(error)) return error as Error
  const failure = `the previous run of route "${route}" cannot be read (${reasonOf(error)})`
  return conflict('FST_PROFILER_BASELINE_DAMAGED', failure)
}
