import { hasWaited, SHORTEST_US, type Waiting } from './arrivals.ts'
import { addWait, type Wait } from './waits.ts'

/** A request that let another one go on. */
export interface LetOnBy {
  readonly id: string
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
    addWait(request, 'request', part.route, fromUs, part.id, part.endUs)
    fromUs = part.endUs
  }
}

interface Part {
  id: string
  route: string
  startUs: number
  endUs: number
}

/** Whom a request waited for from `fromUs` to `us`, in order; each part begins where the one before it ends. */
function partsOf(by: LetOnBy, fromUs: number, us: number): Part[] {
  const parts: Part[] = []

  /** One too short to be told is part of its neighbour. */
  function add(id: string, route: string, endUs: number): void {
    const last = parts.at(-1)
    const startUs = last?.endUs ?? fromUs
    if (endUs <= startUs) return
    if (last !== undefined && (last.route === route || endUs - startUs < SHORTEST_US)) {
      if (last.route === route) last.id = id
      last.endUs = endUs
    } else if (last !== undefined && last.endUs - last.startUs < SHORTEST_US) {
      parts[parts.length - 1] = { id, route, startUs: last.startUs, endUs }
    } else parts.push({ id, route, startUs, endUs })
  }

  for (const wait of by.waits ?? []) {
    if (wait.requestId === '' || wait.endUs <= fromUs) continue
    add(by.id, by.route, wait.startUs)
    add(wait.requestId, wait.target, Math.min(us, wait.endUs))
  }
  add(by.id, by.route, us)
  return parts.slice(-MOST_CHANGES)
}
