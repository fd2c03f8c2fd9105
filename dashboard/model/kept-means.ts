import type { PhasesAnswer } from '../../plugin/model/wire/phases.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { count, durationText, plural } from './format.ts'

/** A difference from the mean of all requests that is worth explaining, as a share of it. */
const LEAST_SHARE = 1 / 4

/** Of all requests of a route. */
export type AllRequests = Pick<RouteSummary, 'count' | 'latency'>

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

/**
 * Says why means of kept requests, with wall times that add up to `wallMs`, differ from those of all; `''` if they hardly
 * do. `all` is undefined if the means are of selected requests, or it is not known.
 */
export function keptNote(requests: number, wallMs: number, all: AllRequests | undefined): string {
  if (all === undefined) return ''
  const meanMs = wallMs / requests
  const allMs = all.latency.meanMs
  if (Math.abs(meanMs - allMs) <= LEAST_SHARE * allMs) return ''
  const [reason, is] =
    meanMs > allMs
      ? ['The slowest requests are kept longest', 'longer']
      : ['Most of the kept requests are the newest', 'shorter']
  return `${reason}, so these means are ${is} than those of all ${count(all.count)}, which take ${durationText(allMs)}.`
}

/** Says what phases are means of. */
export function keptPhasesText(
  { phases, requests }: Pick<PhasesAnswer, 'phases' | 'requests'>,
  all: AllRequests | undefined,
): KeptPhasesText {
  // The phases of a request add up to its wall time.
  const wallMs = phases.reduce((sum, phase) => sum + phase.wallMs, 0)
  return { means: keptMeansText(requests, wallMs), note: keptNote(requests, wallMs, all) }
}
