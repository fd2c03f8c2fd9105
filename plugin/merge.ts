import { type Cost, costsByPhase, costsInAll, type Group } from './costs.ts'
import type { Frame, Profile } from './model/profile.ts'
import type { Phase } from './phases.ts'
import type { RequestRecord } from './record.ts'
import type { SegmentFrame } from './sampler/segment.ts'
import type { Stacks } from './stacks.ts'

/** Gives functions and lines of running code their names in the source. */
export interface Naming {
  frame(raw: SegmentFrame): Frame
  line(raw: SegmentFrame, line: number): number
}

export interface MergeOptions {
  readonly title: string
  readonly root: string
  readonly intervalUs: number
  /** Set when the phases are to stand below the root. */
  readonly phasesOf?: (record: RequestRecord) => readonly Phase[]
}

/** The profile of many records. Own time is known from the clock and samples say where it went; see `costs.ts`. */
export function mergeRecords(
  records: readonly RequestRecord[],
  stacks: Stacks,
  naming: Naming,
  options: MergeOptions,
): Profile {
  let ownUs = 0
  let samples = 0
  for (const record of records) {
    ownUs += record.ownUs + record.afterUs
    samples += record.samples?.length ?? 0
  }
  const tree = createTree(options.title)
  const groups = options.phasesOf ? costsByPhase(records, options.phasesOf) : costsInAll(records)
  const lines = placeGroups(groups, stacks, naming, tree)
  return {
    version: 1,
    title: options.title,
    route: sameRoute(records),
    requests: records.length,
    samples,
    ownUs,
    intervalUs: options.intervalUs,
    ...span(records),
    root: options.root,
    frames: tree.frames,
    tree: { parent: tree.parent, frame: tree.frameOf, selfUs: tree.selfUs, samples: tree.samples },
    lines,
  }
}

/** Puts every stack's samples into the tree; two functions that have one name and place in the source become one. */
function placeGroups(groups: readonly Group[], stacks: Stacks, naming: Naming, tree: Tree): Profile['lines'] {
  const frameOf = new Map<SegmentFrame, number>()
  const ticks = new Map<string, number>()
  const lines = {
    node: [] as number[],
    line: [] as number[],
    samples: [] as number[],
    selfUs: [] as number[],
  }

  function frame(raw: SegmentFrame): number {
    let id = frameOf.get(raw)
    if (id === undefined) {
      id = tree.frame(naming.frame(raw))
      frameOf.set(raw, id)
    }
    return id
  }

  function node(stack: number, nodeOf: Map<number, number>): number {
    const path: number[] = []
    let at = stack
    for (; !nodeOf.has(at); at = stacks.parent(at)) path.push(at)
    let result = nodeOf.get(at)!
    for (let i = path.length - 1; i >= 0; i--) {
      result = tree.node(result, frame(stacks.frame(path[i])))
      nodeOf.set(path[i], result)
    }
    return result
  }

  function place({ label, ownUs, costs }: Group): void {
    const base = label === '' ? 0 : tree.node(0, tree.frame({ ...nowhere, name: label, kind: 'phase' }))
    const nodeOf = new Map([[0, base]])
    for (const [stack, cost] of costs) placeCost(stack, node(stack, nodeOf), cost)
    if (costs.size > 0 || ownUs <= 0) return
    const frame = tree.frame({ ...nowhere, name: '(not sampled)', kind: 'system' })
    tree.selfUs[tree.node(base, frame)] += ownUs
  }

  function placeCost(stack: number, at: number, { samples: count, us }: Cost): void {
    tree.samples[at] += count
    tree.selfUs[at] += us
    const raw = stacks.line(stack)
    const line = raw === 0 ? 0 : naming.line(stacks.frame(stack), raw)
    if (line === 0) return
    const key = `${at}:${line}`
    const row = ticks.get(key) ?? lines.node.push(at) - 1
    ticks.set(key, row)
    lines.line[row] = line
    lines.samples[row] = (lines.samples[row] ?? 0) + count
    lines.selfUs[row] = (lines.selfUs[row] ?? 0) + us
  }

  for (const group of groups) place(group)
  return lines
}

const nowhere = { file: '', line: 0, column: 0 }

interface Tree {
  readonly frames: Frame[]
  readonly parent: number[]
  readonly frameOf: number[]
  readonly selfUs: number[]
  readonly samples: number[]
  frame(frame: Frame): number
  node(parent: number, frame: number): number
}

function createTree(title: string): Tree {
  const frames: Frame[] = [{ ...nowhere, name: title, kind: 'root' }]
  const frameIds = new Map<string, number>()
  const children: Map<number, number>[] = [new Map()]
  const tree: Tree = {
    frames,
    parent: [-1],
    frameOf: [0],
    selfUs: [0],
    samples: [0],
    frame(frame) {
      const { name } = frame
      const key = `${frame.line}:${frame.column}:${frame.kind}:${name.length}:${name}${frame.file}`
      let id = frameIds.get(key)
      if (id === undefined) {
        id = frames.push(frame) - 1
        frameIds.set(key, id)
      }
      return id
    },
    node(parent, frame) {
      let id = children[parent].get(frame)
      if (id === undefined) {
        id = tree.parent.push(parent) - 1
        tree.frameOf.push(frame)
        tree.selfUs.push(0)
        tree.samples.push(0)
        children.push(new Map())
        children[parent].set(frame, id)
      }
      return id
    },
  }
  return tree
}

function sameRoute(records: readonly RequestRecord[]): string | undefined {
  const route = records[0]?.stats.route
  return records.every((record) => record.stats.route === route) ? route : undefined
}

/** Start of the first request and end of the last. */
function span(records: readonly RequestRecord[]): { startedAt: string; endedAt: string } {
  let first: RequestRecord | undefined
  let endMs = 0
  for (const record of records) {
    if (first === undefined || record.startUs < first.startUs) first = record
    endMs = Math.max(endMs, Date.parse(record.startedAt) + (record.endUs - record.startUs) / 1000)
  }
  if (first === undefined) return { startedAt: '', endedAt: '' }
  return { startedAt: first.startedAt, endedAt: new Date(endMs).toISOString() }
}
