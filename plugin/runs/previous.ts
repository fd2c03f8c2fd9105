import type { Folder } from '../baselines/folder.ts'
import { type Head, newestSavedFirst } from '../baselines/form.ts'
import { FEWEST_IN_RUN } from '../model/course.ts'
import { addToGroup } from '../model/groups.ts'
import { isAlive } from './alive.ts'
import { type Named, type Run, readRunName, routeKey } from './name.ts'

/** What a run has kept of a route. */
export interface Kept {
  readonly name: string
  readonly head: Head
}

/** A run that is replaced by another one may overlap with it for a moment. */
const HANDOVER_MS = 10_000
/** Only so many of the newest runs of a route are looked at; more exist only if many processes ended together. */
const MOST_LOOKED_AT = 16

/** Runs of the same application that began before `run` and have ended, by route key; judged by their names only. */
export function earlier(names: readonly string[], run: Run): Map<string, Named[]> {
  const byRoute = new Map<string, Named[]>()
  const ended = new Map<string, boolean>()
  const hasEnded = (other: Run) => {
    const id = `${other.pid} ${other.startedAtMs}`
    const known = ended.get(id) ?? !isAlive(other)
    ended.set(id, known)
    return known
  }
  for (const name of names) {
    const named = readRunName(name)
    if (named?.app !== run.app || named.startedAtMs >= run.startedAtMs || !hasEnded(named)) continue
    addToGroup(byRoute, named.routeKey, named)
  }
  return byRoute
}

/** Earlier runs of one route; see {@link earlier}. */
export function earlierOf(route: string, names: readonly string[], run: Run): Named[] {
  return earlier(names, run).get(routeKey(route)) ?? []
}

/** Sorts runs, newest first, and keeps the newest of them. */
export function newestFirst(list: readonly Named[]): Named[] {
  return [...list].sort((a, b) => b.startedAtMs - a.startedAtMs || b.pid - a.pid).slice(0, MOST_LOOKED_AT)
}

/**
 * Chooses the run that a route is compared with: the last one with enough requests to tell, or else just the last one.
 * Runs that overlapped with `run` for long do not count, because they ran the same code.
 */
export function choose(kept: readonly Kept[], run: Run): Kept | undefined {
  const before = kept.filter(({ head }) => Date.parse(head.savedAt) < run.startedAtMs + HANDOVER_MS)
  const latest = before.sort((a, b) => newestSavedFirst(a.head, b.head))
  return latest.find(({ head }) => (head.course?.requests ?? 0) >= FEWEST_IN_RUN) ?? latest[0]
}

/** Chooses among runs in the folder, like {@link choose}. Files that cannot be read are skipped. */
export async function previousOf(
  folder: Folder,
  list: readonly Named[],
  run: Run,
): Promise<Kept | undefined> {
  const kept: Kept[] = []
  for (const { name, routeKey: key } of newestFirst(list)) {
    const head = await folder.head(name).catch(() => undefined)
    if (head !== undefined && isRun(head, key)) kept.push({ name, head })
  }
  return choose(kept, run)
}

/** Whether a file's content fits its {@link runName}, since anybody may have written it. */
export function isRun({ routes, course }: Head, key: string): boolean {
  return course !== undefined && routes.length === 1 && routeKey(routes[0].route) === key
}
