/** What the profiler keeps by itself goes by this name: each route as it was in the last run in which it was requested. */
export const PREVIOUS = 'previous'

/** What a baseline can be called: a part of a file's name that leads nowhere, and that all file systems tell apart alike. */
export const baselineNamePattern = '(?!previous$)[a-z0-9](?:[a-z0-9._\\-]{0,62}[a-z0-9])?'

/** Route label of every request that matched no route. */
export const NOT_FOUND = '(not found)'

/** Label of a route; `pattern` is `undefined` where a request matched none. */
export function routeLabel(method: string, pattern: string | undefined): string {
  return pattern === undefined ? NOT_FOUND : `${method} ${pattern}`
}

/** Label of work that belongs to no request. */
export const NO_REQUEST = '(no request)'

const ELSEWHERE = ' (another application)'

/** Label of a route of another application in the same process, which may have routes of the same names. */
export function labelElsewhere(route: string): string {
  return route + ELSEWHERE
}

/** Whether there is a page of what is to blame: not of a route of another application. */
export function hasPage(culprit: string): boolean {
  return !culprit.endsWith(ELSEWHERE)
}
