import type { PhasesAnswer } from '../../plugin/model/wire/phases.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { count, durationText, plural } from './format.ts'

/** A difference from the mean of all requests that is worth explaining, as a share of it. */
const LEAST_SHARE = 1 / 4

export interface KeptPhasesText {
  /** Which requests the phases are of, and what one of them takes. */
  readonly means: string
  /** Why that differs from the mean of all requests; `''` if it hardly does. */
  readonly note: string
}

/** Says what means are of: so many requests, with wall times that add up to `wallMs`. */
export function keptMeansText(requests: number, wallMs: number): string {
  return `means of ${plural(requests, 'kept request')}, which take ${durationText(wallMs / requests)}`
}

/** Says what phases are means of. `route` is undefined if they are of selected requests, or it is not known. */
export function keptPhasesText(
  { phases, requests }: Pick<PhasesAnswer, 'phases' | 'requests'>,
  route: Pick<RouteSummary, 'count' | 'latency'> | undefined,
): KeptPhasesText {
  // The phases of a request add up to its wall time.
  const keptMs = phases.reduce((sum, { wallMs }) => sum + wallMs, 0)
  const meanMs = keptMs / requests
  const means = keptMeansText(requests, keptMs)
  if (route === undefined) return { means, note: '' }
  const allMs = route.latency.meanMs
  if (Math.abs(meanMs - allMs) <= LEAST_SHARE * allMs) return { means, note: '' }
  const [reason, is] =
    meanMs > allMs
      ? ['The slowest requests are kept longest', 'longer']
      : ['Most of the kept requests are the newest', 'shorter']
  return {
    means,
    note: `${reason}, so these means are ${is} than those of all ${count(route.count)}, which take ${durationText(allMs)}.`,
  }
}
