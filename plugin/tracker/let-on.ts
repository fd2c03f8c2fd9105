import { hasWaited, SHORTEST_US, type Waiting } from './arrivals.ts'
import { addWait, type Wait, type WaitedFor } from './waits.ts'

/** A request that let another one go on. */
export interface LetOnBy extends WaitedFor {
  /** Its route, by the name that the application of the other one has for it. */
  readonly route: string
  /** What it waited for itself, if that has the same names. */
  readonly waits: readonly Wait[] | undefined
}

/** Most changes of route in one wait that are told apart, the newest: a queue of many routes can be long. */
const MOST_CHANGES = 20

/**
 * A request goes on at `us` by what another one did: notes that it waited for that one since its last turn. As long as
 * that one itself waited for others to let it go on, it waited for those: of a queue for a lock, each has its own time.
 */
export function noteLetOn(request: Waiting, by: LetOnBy, us: number, turnUs: number): void {
  if (!hasWaited(request, us, turnUs)) return
  let fromUs = request.leftUs
  for (const part of partsOf(by, fromUs, us)) {
    addWait(request, 'request', part.route, fromUs, part.endUs, part.by)
    fromUs = part.endUs
  }
}

interface Part {
  route: string
  by: WaitedFor
  /** Of `by`, which is one of several if the part is longer. */
  us: number
  startUs: number
  endUs: number
}

/** Whom a request waited for from `fromUs` to `us`, in order; each part begins where the one before it ends. */
function partsOf(letOn: LetOnBy, fromUs: number, us: number): Part[] {
  const parts: Part[] = []
  const last: WaitedFor = { id: letOn.id, startUs: letOn.startUs }

  /** One too short to be told is part of its neighbour. */
  function add(route: string, by: WaitedFor, endUs: number): void {
    const before = parts.at(-1)
    const startUs = before?.endUs ?? fromUs
    const us = endUs - startUs
    if (us <= 0) return
    if (before === undefined) parts.push({ route, by, us, startUs, endUs })
    else if (before.route === route || us < SHORTEST_US) {
      before.endUs = endUs
      if (before.route === route && us > before.us) Object.assign(before, { by, us })
    } else if (before.endUs - before.startUs < SHORTEST_US) Object.assign(before, { route, by, us, endUs })
    else parts.push({ route, by, us, startUs, endUs })
  }

  for (const { by, target, startUs, endUs } of letOn.waits ?? []) {
    if (by === undefined || endUs <= fromUs) continue
    // Before it began, what it waited for first was in the hands of others already.
    add(target, by, Math.min(startUs, letOn.startUs))
    add(letOn.route, last, startUs)
    add(target, by, Math.min(us, endUs))
  }
  add(letOn.route, last, us)
  return parts.slice(-MOST_CHANGES)
}
