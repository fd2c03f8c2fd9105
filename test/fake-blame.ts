import type { Profile } from '../plugin/model/profile.ts'
import { sum } from '../plugin/model/sum.ts'
import { createWaitTally, sumWaits } from '../plugin/model/wait-sums.ts'
import type { PhaseName, PhasesAnswer, RoutePhase } from '../plugin/model/wire/phases.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import type { Culprit } from '../plugin/model/wire/routes.ts'
import type { BlockSum, WaitingAnswer } from '../plugin/model/wire/waits.ts'
import { frameOf } from './fake-data.ts'

/** The route of the imaginary application that makes the others wait. */
export const CULPRIT = 'GET /reports/:year'

const held = [
  'processTicksAndRejections@node:internal/process/task_queues:71',
  'groupBy@lib/collections.ts:9',
  'sort',
]

/** The other numbers of a culprit that made requests wait for the event loop alone, after they began. */
export const onlyBlocked = { queuedMs: 0, longestQueued: null, awaitedMs: 0, longestAwaited: null }

/** What work of no request did; its longest block was not sampled. */
export const idleCulprit: Culprit = {
  causedMs: 812,
  longestBlockMs: 41.5,
  longestBlock: {
    ms: 12.4,
    requestId: '',
    stack: [frameOf('onStreamRead@node:internal/stream_base_commons:170')],
  },
  ...onlyBlocked,
}

/** What a route did to the requests that say it held them. */
export function culpritOf(route: string, all: readonly RequestDetail[]): Culprit {
  const waits = all.flatMap((request) =>
    request.blockedBy.filter((by) => by.route === route).map(({ ms }) => ms),
  )
  if (waits.length === 0) return { causedMs: 0, longestBlockMs: 0, longestBlock: null, ...onlyBlocked }
  const { id = '' } = all.find((request) => request.route === route) ?? {}
  return {
    causedMs: waits.reduce((a, b) => a + b, 0),
    longestBlockMs: Math.max(...waits),
    longestBlock: { ms: Math.max(...waits), requestId: id, stack: held.map(frameOf) },
    ...onlyBlocked,
  }
}

export function phasesOfRoute(requests: readonly RequestDetail[]): PhasesAnswer {
  const phases = new Map<PhaseName, RoutePhase>()
  for (const { name, includes, wallMs, ownMs } of requests.flatMap((request) => request.phases)) {
    const last = phases.get(name) ?? { count: 0, wallMs: 0, ownMs: 0 }
    const sum = { count: last.count + 1, wallMs: last.wallMs + wallMs, ownMs: last.ownMs + ownMs }
    const means = { meanWallMs: sum.wallMs / sum.count, meanOwnMs: sum.ownMs / sum.count }
    phases.set(name, { name, includes, ...sum, ...means })
  }
  return {
    route: requests[0]?.route ?? '',
    requests: requests.length,
    phases: [...phases.values()],
    hooks: [],
  }
}

/** The profile with all stacks below a phase. */
export function underPhase(profile: Profile, name: PhaseName): Profile {
  const { tree, frames } = profile
  const phase = { name, file: '', line: 0, column: 0, kind: 'phase' as const }
  return {
    ...profile,
    frames: [...frames, phase],
    tree: {
      parent: [-1, 0, ...tree.parent.slice(1).map((parent) => parent + 1)],
      frame: [0, frames.length, ...tree.frame.slice(1)],
      selfUs: [0, ...tree.selfUs],
      samples: [0, ...tree.samples],
    },
  }
}

export function waitingOf(requests: readonly RequestDetail[]): WaitingAnswer {
  const sumOf = (part: 'wallMs' | 'blockedMs' | 'waitingMs') => sum(requests.map((request) => request[part]))
  const blocks = new Map<string, BlockSum>()
  const [waits, kinds] = [createWaitTally(), createWaitTally()]
  for (const request of requests) {
    for (const { route, ms } of request.blockedBy) {
      const last = blocks.get(route) ?? { route, ms: 0, requests: 0 }
      blocks.set(route, { route, ms: last.ms + ms, requests: last.requests + 1 })
    }
    waits.add(sumWaits(request.waits, request.slices, 'target'))
    kinds.add(sumWaits(request.waits, request.slices, 'kind'))
  }
  return {
    route: requests[0]?.route ?? '',
    requests: requests.length,
    ...{ wallMs: sumOf('wallMs'), blockedMs: sumOf('blockedMs'), waitingMs: sumOf('waitingMs') },
    sendingMs: 0,
    queued: { requests: 1, p50Ms: 0, p95Ms: 0, maxMs: 0 },
    queuedBehind: [],
    blockedBy: [...blocks.values()].sort((a, b) => b.ms - a.ms),
    ...{ waits: waits.list(), kinds: kinds.list() },
  }
}
