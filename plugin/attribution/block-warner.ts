import { nowUs } from '../clock.ts'
import { holderOf } from '../model/names.ts'
import type { RequestRecord } from '../requests/record.ts'
import { stepwise } from '../steps.ts'
import { type Naming, prepareNames } from '../symbols/naming.ts'
import { nextTurn } from '../timers.ts'

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
 * second at most; the next line counts the requests that were left out.
 */
export function blockWarner(setup: BlockWarnerSetup): (record: RequestRecord) => void {
  let quietUntilUs = 0
  let untold = 0
  return (record) => {
    const blockedMs = record.blockedUs / 1000
    if (blockedMs < setup.thresholdMs) return
    const now = nowUs()
    if (now < quietUntilUs) {
      untold++
      return
    }
    const more =
      untold === 0 ? '' : ` (and ${untold} more ${untold === 1 ? 'request' : 'requests'} before it)`
    quietUntilUs = now + QUIET_US
    untold = 0
    const tell = () => setup.warn(`${sentence(record, setup.naming)}: ${setup.page(record.id)}${more}`)
    const reading = prepareNames(setup.naming, record.worst?.stack ?? [])
    // Mostly there is nothing to read, and then the line is written at once; else the loop turns first.
    if (reading.next().done) tell()
    else
      void nextTurn()
        .then(() => stepwise(reading))
        .then(tell)
  }
}

function sentence(record: RequestRecord, naming: Naming): string {
  const { stats, worst, blockedUs } = record
  const wallMs = (record.endUs - record.startUs) / 1000
  const waited = `${stats.route} was blocked for ${whole(blockedUs / 1000)} of its ${whole(wallMs)} ms`
  if (worst === undefined) return waited
  const frame = holderOf(worst.stack.map((raw) => naming.frame(raw)))
  const place =
    frame === undefined
      ? ''
      : `, in ${frame.name}${frame.file === '' ? '' : ` (${frame.file}:${frame.line})`}`
  return `${waited}, ${whole(worst.us / 1000)} ms by one turn of ${worst.by}${place}`
}

function whole(ms: number): string {
  return String(Math.round(ms))
}
