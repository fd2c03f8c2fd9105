import type { PhasesAnswer, RouteSummary } from '../../plugin/model/wire.ts'
import { count, durationText, plural } from './format.ts'

/** A difference from the mean of all requests that is worth explaining, as a share of it. */
const LEAST_SHARE = 1 / 4

export interface KeptPhasesText {
  /** Which requests the phases are of, and what one of them takes. */
  readonly means: string
  /** Why that differs from the mean of all requests; `''` if it hardly does. */
  readonly note: string
}

/** Says what phases are means of. `route` is undefined if they are of selected requests, or it is not known. */
export function keptPhasesText(
  { phases, requests }: Pick<PhasesAnswer, 'phases' | 'requests'>,
  route: Pick<RouteSummary, 'count' | 'latency'> | undefined,
): KeptPhasesText {
  // The phases of a request add up to its wall time.
  const meanMs = phases.reduce((sum, { wallMs }) => sum + wallMs, 0) / requests
  const means = `means of ${plural(requests, 'kept request')}, which take ${durationText(meanMs)}`
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
