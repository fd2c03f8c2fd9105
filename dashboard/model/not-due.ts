import { sum } from '../../plugin/model/sum.ts'
import type { RequestDetail } from '../../plugin/model/wire/requests.ts'
import type { Wait } from '../../plugin/model/wire/waits.ts'

type Timed = Pick<RequestDetail, 'slices' | 'waits'>

/**
 * How long others held the event loop while the timer that a request waited for was not due: then it would have waited
 * without them too. In a gap of the request that something else ended as well, nothing is known, and nothing counts.
 */
export function notDueMs({ slices, waits }: Timed): number {
  let us = 0
  let first = 0
  for (const [i, { kind, startUs, endUs }] of slices.entries()) {
    if (kind !== 'own') continue
    const ended = waits.filter((wait) => wait.endUs >= startUs && wait.endUs <= endUs)
    const dueUs = ended.length === 0 ? 0 : Math.min(...ended.map(dueAt))
    const held = slices.slice(first, i).filter(({ kind }) => kind === 'blocked')
    us += sum(held.map(({ startUs, endUs }) => Math.max(0, Math.min(endUs, dueUs) - startUs)))
    first = i + 1
  }
  return us / 1000
}

/** When a timer was due. All else may have been ready as soon as it began. */
function dueAt({ kind, target, startUs, endUs }: Wait): number {
  const ms = kind === 'timer' ? Number.parseInt(target, 10) : Number.NaN
  return ms > 0 ? Math.min(endUs, startUs + ms * 1000) : startUs
}
