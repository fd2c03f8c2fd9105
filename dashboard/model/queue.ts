import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { WaitingAnswer } from '../../plugin/model/wire/waits.ts'

/** A shorter wait is what any busy moment costs. */
const LEAST_MS = 5
/** A wait of a smaller share of the mean wall time changes little. */
const LEAST_SHARE = 0.5

/** How long a request may have queued at most, milliseconds; 0 if that is not known. */
export function knownQueueMs({ queuedMs, queueKnown }: RequestSummary): number {
  return queueKnown ? queuedMs : 0
}

/** Whether any of these may have queued for so long that it matters. */
export function someQueued(requests: readonly RequestSummary[]): boolean {
  return requests.some((request) => isLonger(knownQueueMs(request), request.wallMs))
}

/** Whether a request may have waited longer before `onRequest` than it took after that: then that is why it was slow. */
export function isLonger(queuedMs: number, wallMs: number): boolean {
  return queuedMs > Math.max(LEAST_MS, wallMs)
}

/** Whether requests waited so long before `onRequest` that their wall times say too little. */
export function isWorthSaying({ queued, wallMs, requests }: WaitingAnswer): boolean {
  return queued.p95Ms >= Math.max(LEAST_MS, (LEAST_SHARE * wallMs) / Math.max(1, requests))
}
