import { RequestRecord } from '../plugin/requests/record.ts'
import { createRouteStats, type RouteStats } from '../plugin/store/route-stats.ts'
import { createStacks, type Stacks } from '../plugin/store/stacks.ts'

/** Requests as the recorder makes them; what matters to a test is given, the rest is plain. */
export interface Requests {
  readonly stacks: Stacks
  readonly recorder: { readonly stacks: Stacks; readonly nobody: RouteStats }
  /** One of the route; each route has one. */
  stats(route: string): RouteStats
  record(given?: Partial<RequestRecord> & { route?: string }): RequestRecord
}

export function createRequests(): Requests {
  const stacks = createStacks()
  const app = { closed: false, bytes: 0 }
  const recorder = { stacks, nobody: createRouteStats('(no request)', '', '', app) }
  const routes = new Map<string, RouteStats>()
  let serial = 0

  function stats(route: string): RouteStats {
    let known = routes.get(route)
    if (known === undefined) {
      const [method, url] = route.split(' ')
      known = createRouteStats(route, method, url ?? route, app)
      routes.set(route, known)
    }
    return known
  }

  return {
    stacks,
    recorder,
    stats,
    record({ route = 'GET /a', ...given } = {}) {
      const startUs = given.startUs ?? serial * 1000
      const begun = new RequestRecord({
        id: (++serial).toString(36),
        recorder,
        stats: stats(route),
        method: 'GET',
        url: '/a',
        startedAtMs: Date.UTC(2026, 10, 22, 10) + startUs / 1000,
        startUs,
      })
      return Object.assign(begun, { statusCode: 200 }, given)
    },
  }
}
