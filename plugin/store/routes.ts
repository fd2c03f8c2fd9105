import { NOT_FOUND, routeLabel } from '../model/labels.ts'
import { type App, createRouteStats, type RouteStats } from './route-stats.ts'

/** The routes of an application that have had a request. */
export interface Routes {
  get(route: string): RouteStats | undefined
  all(): RouteStats[]
  /** Routes with something to report: a request has ended, ran for at least a microsecond, or made others wait. */
  known(): RouteStats[]
  /** The route of a method and route pattern, added if it is new; `pattern` is `undefined` if no route matched. */
  of(method: string, pattern: string | undefined): RouteStats
}

export function createRoutes(app: App): Routes {
  const routes = new Map<string, RouteStats>()
  /** Routes by method and pattern, so that no label has to be built for each request. */
  const byMethod = new Map<string, Map<string | undefined, RouteStats>>()

  return {
    get: (route) => routes.get(route),
    all: () => [...routes.values()],
    known: () =>
      [...routes.values()].filter(
        ({ count, uncountedUs, causedUs, queuedUs, awaitedUs }) =>
          count > 0 || uncountedUs >= 1 || causedUs > 0 || queuedUs > 0 || awaitedUs > 0,
      ),
    of(method, pattern) {
      let ofMethod = byMethod.get(method)
      if (ofMethod === undefined) {
        ofMethod = new Map()
        byMethod.set(method, ofMethod)
      }
      let stats = ofMethod.get(pattern)
      if (stats === undefined) {
        const route = routeLabel(method, pattern)
        stats = routes.get(route)
        stats ??= createRouteStats(route, pattern === undefined ? '' : method, pattern ?? NOT_FOUND, app)
        routes.set(route, stats)
        ofMethod.set(pattern, stats)
      }
      return stats
    },
  }
}
