import { isFailed } from '../model/failed.ts'
import { hotLines } from '../model/hot-lines.ts'
import type { Profile } from '../model/profile.ts'
import type { Culprit, RequestDetail, SamplerName, Selection } from '../model/wire.ts'
import type { Recorder } from '../recorder.ts'
import type { Steps } from '../steps.ts'
import type { SourceText } from '../symbols/source-text.ts'

/** What a report says about a selection besides its profile. */
export interface About {
  readonly sampler: { readonly name: SamplerName; readonly achievedIntervalUs: number }
  readonly requests: RequestSums
  /** How much the selected route has made requests wait since recording began. */
  readonly culprit: Culprit | undefined
  /** Source texts by file, for the files with the hottest lines. */
  readonly texts: ReadonlyMap<string, SourceText>
}

/** Sums over the requests of a selection, milliseconds. Own, blocked, GC and waiting time add up to the wall times. */
export interface RequestSums {
  /** Wall time of each request, in no particular order. */
  readonly wallMs: readonly number[]
  readonly ownMs: number
  readonly blockedMs: number
  readonly gcMs: number
  readonly waitingMs: number
  /** CPU after the responses. */
  readonly afterMs: number
  /** Number of requests that ended in an error, an abort or a timeout. */
  readonly failed: number
  /** Routes that blocked them, worst first. */
  readonly blockedBy: readonly SumOf[]
  /** What they waited for, as far as Node reports it, longest first; operations may overlap. */
  readonly waits: readonly SumOf[]
}

export interface SumOf {
  readonly name: string
  readonly ms: number
  /** Number of requests in which it occurs. */
  readonly requests: number
}

/** Number of lines that a report has room for. */
export const REPORTED_LINES = 10

type Source = Pick<Recorder, 'page' | 'request' | 'routes' | 'status' | 'texts'>

export function* aboutSteps(recorder: Source, selection: Selection, profile: Profile): Steps<About> {
  const requests = yield* sumSteps(detailsOf(recorder, selection))
  const hot = hotLines(profile).slice(0, REPORTED_LINES)
  const files = [...new Set(hot.map(({ file }) => file))]
  const texts = yield* recorder.texts(selection, files)
  const { sampler } = recorder.status()
  const culprit = recorder.routes().find(({ route }) => route === selection.route)
  return { sampler, requests, culprit, texts }
}

function* detailsOf(recorder: Source, { requests: ids, ...filter }: Selection): Iterable<RequestDetail> {
  const { route, minMs, maxMs, from, to } = filter
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = { route, minMs, maxMs, from, to, limit: 1000, ...(cursor !== undefined && { cursor }) }
    const some = ids !== undefined && ids.length > 0 ? undefined : recorder.page(page)
    for (const id of some?.requests.map((request) => request.id) ?? new Set(ids)) {
      const detail = recorder.request(id)
      if (detail !== undefined) yield detail
    }
    cursor = some?.cursor ?? null
  }
}

const REQUESTS_PER_STEP = 16

/** Sums up requests, in steps because a thousand requests have many details. */
function* sumSteps(details: Iterable<RequestDetail>): Steps<RequestSums> {
  const sums = { ownMs: 0, blockedMs: 0, gcMs: 0, waitingMs: 0, afterMs: 0, failed: 0 }
  const wallMs: number[] = []
  const blockedBy = createTally()
  const waits = createTally()
  for (const detail of details) {
    wallMs.push(detail.wallMs)
    for (const part of ['ownMs', 'blockedMs', 'gcMs', 'waitingMs', 'afterMs'] as const)
      sums[part] += detail[part]
    if (isFailed(detail)) sums.failed++
    for (const { route, ms } of detail.blockedBy) blockedBy.add(detail, route, ms)
    for (const { kind, target, startUs, endUs } of detail.waits) {
      waits.add(detail, `${kind} ${target}`.trim(), (endUs - startUs) / 1000)
    }
    if (wallMs.length % REQUESTS_PER_STEP === 0) yield
  }
  return { ...sums, wallMs, blockedBy: blockedBy.list(), waits: waits.list() }
}

function createTally() {
  const byName = new Map<string, { name: string; ms: number; of: Set<string> }>()
  return {
    add({ id }: RequestDetail, name: string, ms: number): void {
      const sum = byName.get(name) ?? { name, ms: 0, of: new Set() }
      byName.set(name, sum)
      sum.ms += ms
      sum.of.add(id)
    },
    list: (): SumOf[] =>
      [...byName.values()]
        .map(({ name, ms, of }) => ({ name, ms, requests: of.size }))
        .sort((a, b) => b.ms - a.ms),
  }
}
