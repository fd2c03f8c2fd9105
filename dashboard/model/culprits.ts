import { NO_REQUEST } from '../../plugin/model/labels.ts'
import { holderOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import type { Culprit, RouteSummary, RoutesAnswer } from '../../plugin/model/wire/routes.ts'

/** A route, or work outside of requests, that made others wait. */
export interface CulpritRow
  extends Pick<
    Culprit,
    'causedMs' | 'longestBlockMs' | 'queuedMs' | 'longestQueued' | 'awaitedMs' | 'longestAwaited'
  > {
  /** `(no request)` for work that belongs to none. */
  readonly route: string
  /** The request that caused the longest block; `''` if none did, or it is not known. */
  readonly requestId: string
  /** Share of all such waiting, 0 to 1. */
  readonly share: number
  /** The function that held the event loop longest, of those that were sampled; undefined when none is known. */
  readonly holder: Frame | undefined
  /** How long that function held it, if that was not the longest block; milliseconds. */
  readonly holderMs: number | undefined
}

/** Explains `(no request)` to users. */
const NO_REQUEST_MEANING = 'Work outside of any request: timers, sockets, HTTP parsing, the profiler itself'

/** What a link to the page of a culprit tells: what its name means, or the whole name, which may be cut. */
export function culpritTitle(route: string): string {
  return route === NO_REQUEST ? NO_REQUEST_MEANING : route
}

/**
 * How long requests waited for it: for the event loop, after they began and before that, or for what else it had. No time
 * is in two of them. An upper bound if requests may have queued before they began.
 */
export function waitedMs({
  causedMs,
  queuedMs,
  awaitedMs,
}: Pick<Culprit, 'causedMs' | 'queuedMs' | 'awaitedMs'>): number {
  return causedMs + queuedMs + awaitedMs
}

/** Routes and other work that made requests wait, worst first. */
export function culpritRows({ routes, noRequest }: RoutesAnswer): CulpritRow[] {
  const all = [...routes, { ...noRequest, route: NO_REQUEST }]
  const sum = all.reduce((ms, culprit) => ms + waitedMs(culprit), 0)
  return all
    .filter((culprit) => waitedMs(culprit) > 0)
    .sort((a, b) => waitedMs(b) - waitedMs(a))
    .map(({ longestBlock: block, ...culprit }) => {
      const { longestBlockMs, longestQueued } = culprit
      const [sampled] = [block, longestQueued]
        .filter((turn) => turn !== null && holderOf(turn.stack) !== undefined)
        .sort((a, b) => b!.ms - a!.ms)
      return {
        ...culprit,
        requestId: block?.ms === longestBlockMs ? block.requestId : '',
        share: waitedMs(culprit) / sum,
        holder: holderOf(sampled?.stack ?? []),
        holderMs: sampled?.ms === longestBlockMs ? undefined : sampled?.ms,
      }
    })
}

/** Those among routes that a filter has found; work of no request where the filter is part of its name. */
export function filterCulprits(
  rows: readonly CulpritRow[],
  found: readonly RouteSummary[],
  filter: string,
): CulpritRow[] {
  const names = new Set(found.map(({ route }) => route))
  if (NO_REQUEST.includes(filter.trim().toLowerCase())) names.add(NO_REQUEST)
  return rows.filter(({ route }) => names.has(route))
}
