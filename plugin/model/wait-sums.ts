import { firstAbove } from './bisect.ts'
import { addToGroup } from './groups.ts'
import type { RequestPhase } from './wire/phases.ts'
import type { Slice } from './wire/requests.ts'
import type { Wait, WaitSum } from './wire/waits.ts'

type Times = Omit<WaitSum, 'kind' | 'target'>

/**
 * Adds up the waits of one request for the same target, or of the same kind; longest first. Waits that were open at the
 * same time count once in `ms` and `waitingMs`. Sums by kind have no target.
 */
export function sumWaits(waits: readonly Wait[], slices: readonly Slice[], by: 'target' | 'kind'): WaitSum[] {
  const waitingUs = waitingUntil(slices)
  const groups = new Map<string, Wait[]>()
  for (const wait of waits) addToGroup(groups, by === 'kind' ? wait.kind : keyOfWait(wait), wait)
  const sums = [...groups.values()].map((group) => addUp(group, waitingUs))
  return inOrder(by === 'kind' ? sums.map((sum) => ({ ...sum, target: '' })) : sums)
}

function addUp(group: readonly Wait[], waitingUs: (us: number) => number): WaitSum {
  const sum = { us: 0, openUs: 0, waitingUs: 0 }
  let doneUs = 0
  for (const { startUs, endUs } of group.toSorted((a, b) => a.startUs - b.startUs)) {
    sum.us += endUs - startUs
    const fromUs = Math.max(startUs, doneUs)
    if (endUs <= fromUs) continue
    sum.openUs += endUs - fromUs
    sum.waitingUs += waitingUs(endUs) - waitingUs(fromUs)
    doneUs = endUs
  }
  const { kind, target } = group[0]
  return {
    kind,
    target,
    count: group.length,
    requests: 1,
    ms: sum.openUs / 1000,
    waitingMs: sum.waitingUs / 1000,
    sumMs: sum.us / 1000,
  }
}

/** Adds up what the waits of several requests come to; see {@link sumWaits}. */
export function createWaitTally() {
  const sums = new Map<string, WaitSum>()
  return {
    add(ofRequest: readonly WaitSum[]): void {
      for (const sum of ofRequest) {
        const last = sums.get(keyOfWait(sum))
        sums.set(keyOfWait(sum), last === undefined ? sum : { ...sum, ...both(last, sum) })
      }
    },
    list: (): WaitSum[] => inOrder([...sums.values()]),
  }
}

function both(a: Times, b: Times): Times {
  return {
    count: a.count + b.count,
    requests: a.requests + b.requests,
    ms: a.ms + b.ms,
    waitingMs: a.waitingMs + b.waitingMs,
    sumMs: a.sumMs + b.sumMs,
  }
}

function inOrder(sums: WaitSum[]): WaitSum[] {
  return sums.sort((a, b) => b.ms - a.ms)
}

function keyOfWait({ kind, target }: Pick<Wait, 'kind' | 'target'>): string {
  return `${kind} ${target}`
}

/** How long a request waited while its response was sent, mostly for the client to take it; milliseconds. */
export function sendingMs(
  phases: readonly Pick<RequestPhase, 'name' | 'startUs' | 'endUs'>[],
  slices: readonly Slice[],
): number {
  const waitedUs = waitingUntil(slices)
  const sendingUs = phases
    .filter(({ name }) => name === 'sending')
    .reduce((us, { startUs, endUs }) => us + waitedUs(endUs) - waitedUs(startUs), 0)
  return sendingUs / 1000
}

/** How long a request had been waiting, by the time since its start; microseconds. */
export function waitingUntil(slices: readonly Slice[]): (us: number) => number {
  const waiting = slices.filter(({ kind }) => kind === 'waiting')
  const startUs = Float64Array.from(waiting, (slice) => slice.startUs)
  const beforeUs = new Float64Array(waiting.length)
  for (let i = 1; i < waiting.length; i++)
    beforeUs[i] = beforeUs[i - 1] + waiting[i - 1].endUs - waiting[i - 1].startUs
  return (us) => {
    const i = firstAbove(startUs, us) - 1
    return i < 0 ? 0 : beforeUs[i] + Math.min(us, waiting[i].endUs) - startUs[i]
  }
}
