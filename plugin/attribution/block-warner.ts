import { nowUs } from '../clock.ts'
import { holderOf } from '../model/names.ts'
import type { RequestRecord } from '../requests/record.ts'
import { stepwise } from '../steps.ts'
import { type Naming, prepareNames } from '../symbols/naming.ts'
import { nextTurn } from '../timers.ts'
import type { WorstBlock } from './blocks.ts'

export interface BlockWarnerSetup {
  readonly thresholdMs: number
  readonly naming: Naming
  /** URL of a request's page in the dashboard. */
  page(id: string): string
  warn(message: string): void
}

/** Time between two warnings: where all requests wait, not every one of them is worth a line. */
const QUIET_US = 1_000_000

/**
 * Logs which request had to wait, how long, because of whom, in which function, and where to look. It writes one line a
 * second at most about requests that were blocked, and one about those that may have queued; the next line counts the
 * requests that were left out.
 */
export function blockWarner(setup: BlockWarnerSetup): (record: RequestRecord) => void {
  // Apart, so that what may be does not keep what is for sure from being told.
  const lines = { blocked: { quietUntilUs: 0, untold: 0 }, queued: { quietUntilUs: 0, untold: 0 } }
  return (record) => {
    const told = whatDelayed(record, setup.thresholdMs)
    if (told === undefined) return
    const { how, sentence, worst } = told
    const last = lines[how]
    const now = nowUs()
    if (now < last.quietUntilUs) {
      last.untold++
      return
    }
    const { untold } = last
    const more =
      untold === 0 ? '' : ` (and ${untold} more ${untold === 1 ? 'request' : 'requests'} before it)`
    lines[how] = { quietUntilUs: now + QUIET_US, untold: 0 }
    const tell = () =>
      setup.warn(`${sentence}${whoDid(worst, setup.naming)}: ${setup.page(record.id)}${more}`)
    const reading = prepareNames(setup.naming, worst?.stack ?? [])
    // Mostly there is nothing to read, and then the line is written at once; else the loop turns first.
    if (reading.next().done) tell()
    else
      void nextTurn()
        .then(() => stepwise(reading))
        .then(tell)
  }
}

/**
 * What is worth a line: others held the loop for long after a request began, or one of their turns did before that. Many
 * short turns that may have kept it queueing are a matter of load.
 */
function whatDelayed(record: RequestRecord, thresholdMs: number) {
  const { stats, worst, worstQueued, blockedUs, queuedUs, startUs, endUs } = record
  if (blockedUs >= thresholdMs * 1000) {
    const wallMs = whole((endUs - startUs) / 1000)
    return {
      how: 'blocked' as const,
      sentence: `${stats.route} was blocked for ${whole(blockedUs / 1000)} of its ${wallMs} ms`,
      worst,
    }
  }
  if (worstQueued === undefined || worstQueued.us < thresholdMs * 1000) return undefined
  const queuedMs = whole(queuedUs / 1000)
  return {
    how: 'queued' as const,
    sentence: `${stats.route} may have queued for up to ${queuedMs} ms before it began`,
    worst: worstQueued,
  }
}

function whoDid(worst: WorstBlock | undefined, naming: Naming): string {
  if (worst === undefined) return ''
  const frame = holderOf(worst.stack.map((raw) => naming.frame(raw)))
  const place =
    frame === undefined
      ? ''
      : `, in ${frame.name}${frame.file === '' ? '' : ` (${frame.file}:${frame.line})`}`
  return `, ${whole(worst.us / 1000)} ms by one turn of ${worst.by}${place}`
}

function whole(ms: number): string {
  return String(Math.round(ms))
}
