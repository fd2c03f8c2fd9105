import type { WaitingAnswer } from '../../plugin/model/wire/waits.ts'

/** A shorter wait is what any busy moment costs. */
const LEAST_MS = 5
/** A wait of a smaller share of the mean wall time changes little. */
const LEAST_SHARE = 0.5

/** Whether a request may have waited longer before `onRequest` than it took after that: then that is why it was slow. */
export function isLonger(queuedMs: number, wallMs: number): boolean {
  return queuedMs > Math.max(LEAST_MS, wallMs)
}

/** Whether requests waited so long before `onRequest` that their wall times say too little. */
export function isWorthSaying({ queued, wallMs, requests }: WaitingAnswer): boolean {
  return queued.p95Ms >= Math.max(LEAST_MS, (LEAST_SHARE * wallMs) / Math.max(1, requests))
}
