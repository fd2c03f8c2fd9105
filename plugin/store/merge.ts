import { type GrowingTree, growTree } from '../model/grow-tree.ts'
import { NO_REQUEST } from '../model/labels.ts'
import { frameKey } from '../model/names.ts'
import { type Frame, NOT_SAMPLED, type Profile } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import type { Phase } from '../requests/phases.ts'
import type { RequestRecord } from '../requests/record.ts'
import type { Naming } from '../symbols/naming.ts'
import { acrossRequests } from './across.ts'
import type { Background } from './background.ts'
import { costsByPhase, costsInAll, type Group, totalOwnUs } from './costs.ts'
import type { Stacks } from './stacks.ts'
import { type Taken, take } from './taken.ts'

export interface MergeOptions {
  readonly title: string
  readonly root: string
  readonly intervalUs: number
  /** Set to put phases below the root. */
  readonly phasesOf?: (record: RequestRecord) => readonly Phase[]
  /** Called with the node of the profile's tree in which a stack ended: once per stack, or once per stack and phase. */
  readonly placed?: (stack: number, node: number) => void
  /** Whether to add `Profile.across`. */
  readonly across?: boolean
}

/**
 * Merges records into one profile, in steps. Own time is known from the clock, samples say where it went; see
 * `costs.ts`. The first step takes what the records hold, so they may be dropped before the last. Steps that have begun
 * must be run to the end.
 */
export function* mergeSteps(
  records: readonly RequestRecord[],
  stacks: Stacks,
  naming: Naming,
  options: MergeOptions,
): Steps<Profile> {
  const taken = takeRecords(records, stacks, options.phasesOf)
  try {
    return yield* mergeTaken(taken, stacks, naming, options)
  } finally {
    taken.release()
  }
}

/** What was taken of records, with their phases if these are to be told apart. */
interface TakenRecords extends Taken<RequestRecord> {
  readonly phases?: readonly (readonly Phase[])[] | undefined
}

/** Takes all of records that {@link mergeTaken} needs, in one step. */
export function takeRecords(
  records: readonly RequestRecord[],
  stacks: Stacks,
  phasesOf: MergeOptions['phasesOf'],
): TakenRecords {
  return { ...take(records, stacks), phases: phasesOf && records.map(phasesOf) }
}

/** Like {@link mergeSteps}, from what was already taken of the records: they may have been dropped since. */
export function* mergeTaken(
  taken: TakenRecords,
  stacks: Stacks,
  naming: Naming,
  options: Omit<MergeOptions, 'phasesOf'>,
): Steps<Profile> {
  const { records, phases } = taken
  const of = { ...routesOf(records), requests: records.length, ...span(records) }
  return yield* merge(taken, stacks, naming, { ...options, of, phases })
}

/** The profile of all kept work that belongs to no request; in steps, like {@link mergeSteps}. */
export function* mergeBackground(
  { parts, stacks }: Background,
  naming: Naming,
  options: Pick<MergeOptions, 'root' | 'intervalUs'>,
): Steps<Profile> {
  const kept = parts()
  const [first, last] = [kept[0], kept.at(-1)]
  const of = {
    route: NO_REQUEST,
    requests: 0,
    startedAt: first === undefined ? '' : isoTime(first.startedAtMs),
    endedAt: last === undefined ? '' : isoTime(last.endedAtMs),
  }
  const taken = take(kept, stacks)
  try {
    return yield* merge(taken, stacks, naming, { ...options, title: NO_REQUEST, of })
  } finally {
    taken.release()
  }
}

interface Merged extends Omit<MergeOptions, 'phasesOf'>, Pick<TakenRecords, 'phases'> {
  readonly of: Pick<Profile, 'route' | 'routes' | 'requests' | 'startedAt' | 'endedAt'>
}

function* merge(taken: Taken, stacks: Stacks, naming: Naming, options: Merged): Steps<Profile> {
  const { title, root, intervalUs, of, phases } = options
  const samples = sum(taken.requests.map((request) => request.samples?.length ?? 0))
  const about = { version: 1, title, ...of, samples, ownUs: totalOwnUs(taken), intervalUs, root } as const
  yield
  const groups = yield* phases === undefined ? costsInAll(taken) : costsByPhase(taken, phases)
  const { frames, ...growing } = createTree(title)
  /** Node in which each stack ends; one of its nodes if it is below several phases. */
  const endOf = new Map<number, number>()
  const lines = yield* placeGroups(groups, stacks, naming, growing, (stack, node) => {
    endOf.set(stack, node)
    options.placed?.(stack, node)
  })
  const { tree } = growing
  if (!options.across) return { ...about, frames, tree, lines }
  yield
  const across = yield* acrossRequests(taken, endOf, tree, frames)
  return { ...about, frames, tree, lines, across }
}

/** Puts every stack's samples into the tree; functions with the same name and place in the source become one. */
function* placeGroups(
  groups: readonly Group[],
  stacks: Stacks,
  naming: Naming,
  { tree, child, idOf }: Omit<NamedTree, 'frames'>,
  told: (stack: number, node: number) => void,
): Steps<Profile['lines']> {
  const frameOf = new Map<RawFrame, number>()
  const rowOf = new Map<number, number>()
  /** Node of the tree by node of `Stacks`, while a group is placed; -1 where there is none yet. */
  const nodeOf = new Int32Array(stacks.room()).fill(-1)
  const placed: number[] = []
  const lines = {
    node: [] as number[],
    line: [] as number[],
    samples: [] as number[],
    selfUs: [] as number[],
  }

  function frame(raw: RawFrame): number {
    let id = frameOf.get(raw)
    if (id === undefined) {
      id = idOf(naming.frame(raw))
      frameOf.set(raw, id)
    }
    return id
  }

  function* prepare(stack: number): Steps<void> {
    for (let at = stack; nodeOf[at] < 0; at = stacks.parent(at)) {
      const raw = stacks.frame(at)
      const reading = frameOf.has(raw) ? undefined : naming.prepare?.(raw)
      if (reading !== undefined) yield* reading
    }
  }

  function node(stack: number): number {
    const first = placed.length
    let at = stack
    for (; nodeOf[at] < 0; at = stacks.parent(at)) placed.push(at)
    let result = nodeOf[at]
    for (let i = placed.length - 1; i >= first; i--) {
      result = child(result, frame(stacks.frame(placed[i])))
      nodeOf[placed[i]] = result
    }
    return result
  }

  function* place({ label, ownUs, unsampledUs, costs }: Group): Steps<void> {
    const base = label === '' ? 0 : child(0, idOf({ ...nowhere, name: label, kind: 'phase' }))
    nodeOf[0] = base
    let next = 0
    for (let i = 0; i < costs.stack.length; i++) {
      const stack = costs.stack[i]
      yield* prepare(stack)
      placeCost(stack, node(stack), costs.samples[i], costs.us[i])
      // Deep stacks take longer.
      if (i + placed.length < next) continue
      next = i + placed.length + PLACED_PER_STEP
      yield
    }
    for (const stack of placed) nodeOf[stack] = -1
    placed.length = 0
    const us = costs.stack.length > 0 ? unsampledUs : ownUs
    if (us <= 0) return
    tree.selfUs[child(base, idOf({ ...nowhere, name: NOT_SAMPLED, kind: 'system' }))] += us
  }

  function placeCost(stack: number, at: number, count: number, us: number): void {
    told(stack, at)
    tree.samples[at] += count
    tree.selfUs[at] += us
    const raw = stacks.line(stack)
    const line = raw === 0 ? 0 : naming.line(stacks.frame(stack), raw)
    if (line === 0) return
    const key = at * LINES + line
    let row = rowOf.get(key)
    if (row === undefined) {
      row = lines.node.push(at) - 1
      rowOf.set(key, row)
      lines.line.push(line)
      lines.samples.push(0)
      lines.selfUs.push(0)
    }
    lines.samples[row] += count
    lines.selfUs[row] += us
  }

  for (const group of groups) yield* place(group)
  return lines
}

/** Counts stacks and nodes; so many take a fraction of a millisecond. */
const PLACED_PER_STEP = 200

/** More than the lines of any file, so that a node and a line make one number. */
const LINES = 2 ** 28

const nowhere = { file: '', line: 0, column: 0 }

/** A growing tree and its frames; functions with the same name and place are one frame. */
interface NamedTree extends GrowingTree {
  readonly frames: Frame[]
  /** Index of a frame, added if it is new. */
  idOf(frame: Frame): number
}

function createTree(title: string): NamedTree {
  const frames: Frame[] = [{ ...nowhere, name: title, kind: 'root' }]
  const ids = new Map<string, number>()
  return {
    ...growTree(0),
    frames,
    idOf(frame) {
      const key = frameKey(frame)
      let id = ids.get(key)
      if (id === undefined) {
        id = frames.push(frame) - 1
        ids.set(key, id)
      }
      return id
    },
  }
}

function routesOf(records: readonly RequestRecord[]): Pick<Profile, 'route' | 'routes'> {
  const routes = new Set(records.map(({ stats }) => stats.route))
  return routes.size > 1 ? { routes: routes.size } : { route: [...routes][0] }
}

/** Start of the first request and end of the last. */
function span(records: readonly RequestRecord[]): { startedAt: string; endedAt: string } {
  let first: RequestRecord | undefined
  let endMs = 0
  for (const record of records) {
    if (first === undefined || record.startUs < first.startUs) first = record
    endMs = Math.max(endMs, record.startedAtMs + (record.endUs - record.startUs) / 1000)
  }
  if (first === undefined) return { startedAt: '', endedAt: '' }
  return { startedAt: isoTime(first.startedAtMs), endedAt: isoTime(endMs) }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
