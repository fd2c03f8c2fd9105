import { type Comparable, diffSteps, type ProfileDiff } from '../plugin/model/diff.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { isRecursive, totals } from '../plugin/model/tree.ts'
import type { BaselineSummary } from '../plugin/model/wire/baselines.ts'

const origin = {
  name: 'before',
  savedAt: '2026-03-04T06:12:44.000Z',
  node: 'v24.21.0',
  commit: '1a2b3c4d'.repeat(5),
}
const latency = { p50Ms: 71, p95Ms: 140, p99Ms: 180, maxMs: 211, meanMs: 80 }

/** Functions that took more or less before. */
const factors = new Map(Object.entries({ groupBy: 1.9, keyOf: 1.6, step: 0.5, blockTokens: 0, visit: 3 }))

/** What the imaginary application took before and takes now. */
export function fakeDiff(profile: Profile, live: boolean): ProfileDiff {
  const { tree, frames } = profile
  const selfUs = tree.selfUs.map((us, node) => us * (factors.get(frames[tree.frame[node]].name) ?? 1))
  const samples = tree.samples.map((count, node) => (selfUs[node] === 0 ? 0 : count))
  const ownUs = selfUs.reduce((a, b) => a + b, 0)
  const before = measured({ ...profile, ownUs, tree: { ...tree, selfUs, samples } })
  return atOnce(diffSteps(live ? before : { ...before, baseline: origin }, measured(profile)))
}

/** Requests that differ by a third of what they take. */
function measured(profile: Profile): Comparable {
  const { tree, frames, requests, ownUs } = profile
  const all = totals(tree)
  const recursive = isRecursive(tree)
  const self = new Array<number>(frames.length).fill(0)
  const total = new Array<number>(frames.length).fill(0)
  tree.frame.forEach((frame, node) => {
    self[frame] += tree.selfUs[node]
    if (!recursive[node]) total[frame] += all[node]
  })
  const variance = (us: number) => (us / requests / 3000) ** 2
  return {
    profile,
    latency,
    spread: { own: variance(ownUs), self: self.map(variance), total: total.map(variance) },
  }
}

export function fakeBaseline(name: string, routes: readonly string[]): BaselineSummary {
  return {
    ...origin,
    name,
    version: '0.1.0',
    bytes: 81_234,
    automatic: false,
    persisted: true,
    routes: routes.map((route) => ({
      route,
      requests: 100,
      ownMs: 61.2,
      latency,
      savedAt: origin.savedAt,
    })),
  }
}
