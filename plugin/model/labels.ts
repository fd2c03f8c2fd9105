/** Name of the baseline that the profiler keeps by itself: each route as it was in the last run that requested it. */
export const PREVIOUS = 'previous'

/** Names that a baseline can have: safe in the name of a file, and without capitals, which some file systems ignore. */
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
