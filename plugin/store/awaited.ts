import { waitingUntil } from '../model/wait-sums.ts'
import type { RequestRecord } from '../requests/record.ts'
import { slicesOf, toldWaits } from './query.ts'
import type { Routes } from './routes.ts'

/**
 * Books, on the routes that let a request go on, for how long it waited for them. Time before the other request began
 * does not count: nobody held up a long poll before the request was there that it answers with. A request of another
 * application has no route here.
 */
export function bookAwaited(record: RequestRecord, routes: Pick<Routes, 'get'>): void {
  if (record.waits === undefined || record.waits.every(({ by }) => by === undefined)) return
  const waitingUs = waitingUntil(slicesOf(record))
  for (const { target, by, startUs, endUs } of toldWaits(record)) {
    if (by === undefined) continue
    const stats = routes.get(target)
    const us = waitingUs(endUs) - waitingUs(Math.max(startUs, by.startUs - record.startUs))
    if (stats === undefined || us <= 0) continue
    stats.awaitedUs += us
    if (us > (stats.longestAwaited?.us ?? 0)) stats.longestAwaited = { us, requestId: by.id }
  }
}
