import { hasWaited, SHORTEST_US, type Waiting } from './arrivals.ts'
import { addWait, lengthOf, shortestOf, type Wait, type WaitedFor } from './waits.ts'

/** A request that let another one go on. */
export interface LetOnBy extends WaitedFor {
  /** Its route, by the name that the application of the other one has for it. */
  readonly route: string
  /** What it waited for itself, if that has the same names. */
  readonly waits: readonly Wait[] | undefined
}

/** Most parts of a wait that are told apart: the list of a request's waits has room for many such waits. */
const MOST_PARTS = 5

/**
 * A request goes on at `us` by what another one did: notes that it waited for that one since its last turn. As long as
 * that one itself waited for others to let it go on, it waited for those: of a queue for a lock, each has its own time.
 */
export function noteLetOn(request: LetOn, by: LetOnBy, us: number, turnUs: number): void {
  if (!hasWaited(request, us, turnUs)) return
  let fromUs = request.leftUs
  for (const part of partsOf(request, by, us)) {
    addWait(request, 'request', part.route, fromUs, part.endUs, part.by)
    fromUs = part.endUs
  }
}

type LetOn = Waiting & { readonly id: string }

interface Part {
  route: string
  by: WaitedFor
  /** Of `by`, which is one of several if the part is longer. */
  us: number
  startUs: number
  endUs: number
}

/** Whom a request waited for since its last turn, in order; each part begins where the one before it ends. */
function partsOf({ id, leftUs }: LetOn, by: LetOnBy, us: number): Part[] {
  const parts: Part[] = []
  const itself: WaitedFor = { id: by.id, startUs: by.startUs }

  function add(route: string, who: WaitedFor, endUs: number): void {
    const startUs = parts.at(-1)?.endUs ?? leftUs
    if (endUs > startUs) parts.push({ route, by: who, us: endUs - startUs, startUs, endUs })
  }

  for (const wait of by.waits ?? []) {
    // No request waits for itself.
    if (wait.by === undefined || wait.by.id === id) continue
    // Before it began, what it waited for first was in the hands of others already.
    add(wait.target, wait.by, Math.min(wait.startUs, by.startUs))
    add(by.route, itself, wait.startUs)
    add(wait.target, wait.by, wait.endUs)
  }
  add(by.route, itself, us)
  return fewer(parts)
}

/** The parts with neighbours of one route as one, and with those that are too short, or too many, as a neighbour. */
function fewer(all: readonly Part[]): Part[] {
  const parts = joined(all)
  while (parts.length > 1) {
    const at = shortestOf(parts)
    if (parts.length <= MOST_PARTS && lengthOf(parts[at]) >= SHORTEST_US) break
    // With the shorter of its neighbours, so that what was long stays what it was.
    const [before, after] = [parts[at - 1], parts[at + 1]]
    const { route, by } = lengthOf(before) <= lengthOf(after) ? before : after
    parts[at] = { ...parts[at], route, by, us: 0 }
    const from = Math.max(0, at - 1)
    parts.splice(from, at + 2 - from, ...joined(parts.slice(from, at + 2)))
  }
  return parts
}

function joined(all: readonly Part[]): Part[] {
  const parts: Part[] = []
  for (const part of all) {
    const last = parts.at(-1)
    if (last?.route !== part.route) parts.push({ ...part })
    else {
      last.endUs = part.endUs
      if (part.us > last.us) Object.assign(last, { by: part.by, us: part.us })
    }
  }
  return parts
}
