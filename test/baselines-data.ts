import type { RouteMeasured } from '../plugin/baselines/form.ts'
import { emptyProfile } from '../plugin/model/tree.ts'

const latency = { p50Ms: 3, p95Ms: 5, p99Ms: 6, maxMs: 7, meanMs: 3 }

/** A route with so many functions, so that files are of some size. */
export function measuredRoute(route: string, functions: number): RouteMeasured {
  const nodes = Array.from({ length: functions }, (_, i) => i)
  const profile = {
    ...emptyProfile(route, '/srv/app', 1000),
    route,
    requests: 20,
    samples: functions,
    ownUs: functions * 1000,
    frames: [
      ...emptyProfile(route).frames,
      ...nodes.map((i) => ({ name: `f${i}`, file: 'app.ts', line: i + 1, column: 1, kind: 'app' as const })),
    ],
    tree: {
      parent: [-1, ...nodes],
      frame: [0, ...nodes.map((i) => i + 1)],
      selfUs: [0, ...nodes.map(() => 1000)],
      samples: [0, ...nodes.map(() => 1)],
    },
  }
  const variances = profile.frames.map((_, i) => i / 7)
  return { route, measured: { profile, latency, spread: { own: 2, self: variances, total: variances } } }
}
