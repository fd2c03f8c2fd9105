import { nowUs } from '../clock.ts'
import { holderOf } from '../model/names.ts'
import type { RequestRecord } from '../requests/record.ts'
import { stepwise } from '../steps.ts'
import { type Naming, prepareNames } from '../symbols/naming.ts'

export interface BlockWarnerSetup {
  readonly thresholdMs: number
  readonly naming: Naming
  /** Page of a request in the dashboard. */
  page(id: string): string
  warn(message: string): void
}

/** A server whose requests all wait says so once in a while, not with every one. */
const QUIET_US = 1_000_000

/**
 * Says in the log which request was made to wait, how long, by whom, in which function, and where to look. One line a
 * second at most; the next one counts those it stands for.
 */
export function blockWarner(setup: BlockWarnerSetup): (record: RequestRecord) => void {
  let quietUntilUs = 0
  let untold = 0
  return (record) => {
    const blockedMs = record.blame.blockedUs / 1000
    if (blockedMs < setup.thresholdMs) return
    const now = nowUs()
    if (now < quietUntilUs) {
      untold++
      return
    }
    const more = untold === 0 ? '' : ` (and ${untold} more requests before it)`
    quietUntilUs = now + QUIET_US
    untold = 0
    const tell = () => setup.warn(`${sentence(record, setup.naming)}: ${setup.page(record.id)}${more}`)
    const reading = prepareNames(setup.naming, record.blame.worst?.stack ?? [])
    // Nothing to be read is the rule, and then it is told at once.
    if (reading.next().done) tell()
    else void stepwise(reading).then(tell)
  }
}

function sentence(record: RequestRecord, naming: Naming): string {
  const { blame, stats } = record
  const wallMs = (record.endUs - record.startUs) / 1000
  const waited = `${stats.route} was blocked for ${whole(blame.blockedUs / 1000)} of its ${whole(wallMs)} ms`
  const { worst } = blame
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
