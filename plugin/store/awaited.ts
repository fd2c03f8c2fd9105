import { waitingUntil } from '../model/wait-sums.ts'
import type { RequestRecord } from '../requests/record.ts'
import { slicesOf, waitsOf } from './query.ts'
import type { Routes } from './routes.ts'

/**
 * Books, on the routes that let a request go on, for how long it did nothing but wait for them. A request of another
 * application has no route here.
 */
export function bookAwaited(record: RequestRecord, routes: Pick<Routes, 'get'>): void {
  if (record.waits === undefined || record.waits.every(({ requestId }) => requestId === '')) return
  const waitingUs = waitingUntil(slicesOf(record))
  for (const { target, requestId, startUs, endUs } of waitsOf(record)) {
    const stats = requestId === undefined ? undefined : routes.get(target)
    const us = waitingUs(endUs) - waitingUs(startUs)
    if (stats === undefined || us <= 0) continue
    stats.awaitedUs += us
    if (us > (stats.longestAwaited?.us ?? 0)) stats.longestAwaited = { us, requestId: requestId! }
  }
}
