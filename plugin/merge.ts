import type { Frame, Profile } from './model/profile.ts'
import { type RequestRecord, type SampleList, stackOf, weightOf } from './record.ts'
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
}

/** What a stack stands for in a selection. */
interface Cost {
  samples: number
  us: number
}

/**
 * The profile of many records. Own time is known from the clock and samples say where it went: those with a weight
 * share the time of their long turns, the others that of all short turns, each the same. Time without samples (a gap
 * in the sampling) is shared in proportion by all of them, so the sum is exact.
 */
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
  const lines = placeSamples(costs(records, ownUs), stacks, naming, tree)
  if (samples === 0 && ownUs > 0) {
    const frame = tree.frame({ name: '(not sampled)', file: '', line: 0, column: 0, kind: 'system' })
    tree.selfUs[tree.node(0, frame)] = ownUs
  }
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

/** Samples and time per stack; the times add up to `ownUs` if there is any sample. */
function costs(records: readonly RequestRecord[], ownUs: number): Map<number, Cost> {
  const weighed = new Map<number, Cost>()
  const open = new Map<number, Cost>()
  for (const { samples: list, weighedUs } of records) {
    if (list === undefined) continue
    const scale = weighedUs / sumOfWeights(list)
    for (let i = 0; i < list.length; i++) {
      const weight = weightOf(list, i)
      if (weight > 0) charge(weighed, stackOf(list, i), weight * scale)
      else charge(open, stackOf(list, i), 1)
    }
  }
  share(
    open,
    records.reduce((sum, record) => sum + record.openUs, 0),
  )
  for (const [stack, cost] of open) charge(weighed, stack, cost.us, cost.samples)
  share(weighed, ownUs)
  return weighed
}

/** Scales the times so that they add up to `us`. */
function share(costs: Map<number, Cost>, us: number): void {
  let sum = 0
  for (const cost of costs.values()) sum += cost.us
  for (const cost of costs.values()) cost.us *= us / sum
}

function charge(costs: Map<number, Cost>, stack: number, us: number, samples = 1): void {
  const cost = costs.get(stack)
  if (cost === undefined) costs.set(stack, { samples, us })
  else {
    cost.samples += samples
    cost.us += us
  }
}

function sumOfWeights(list: SampleList): number {
  let sum = 0
  for (let i = 0; i < list.length; i++) sum += weightOf(list, i)
  return sum
}

/** Puts every stack's samples into the tree; two functions that have one name and place in the source become one. */
function placeSamples(
  costs: Map<number, Cost>,
  stacks: Stacks,
  naming: Naming,
  tree: Tree,
): Profile['lines'] {
  const nodeOf = new Map<number, number>([[0, 0]])
  const frameOf = new Map<SegmentFrame, number>()
  const ticks = new Map<string, number>()
  const lines = { node: [] as number[], line: [] as number[], samples: [] as number[] }

  function frame(raw: SegmentFrame): number {
    let id = frameOf.get(raw)
    if (id === undefined) {
      id = tree.frame(naming.frame(raw))
      frameOf.set(raw, id)
    }
    return id
  }

  function node(stack: number): number {
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

  for (const [stack, { samples: count, us }] of costs) {
    const at = node(stack)
    tree.samples[at] += count
    tree.selfUs[at] += us
    const raw = stacks.line(stack)
    const line = raw === 0 ? 0 : naming.line(stacks.frame(stack), raw)
    if (line === 0) continue
    const key = `${at}:${line}`
    const row = ticks.get(key) ?? lines.node.push(at) - 1
    ticks.set(key, row)
    lines.line[row] = line
    lines.samples[row] = (lines.samples[row] ?? 0) + count
  }
  return lines
}

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
  const frames: Frame[] = [{ name: title, file: '', line: 0, column: 0, kind: 'root' }]
  const frameIds = new Map<string, number>()
  const children: Map<number, number>[] = [new Map()]
  const tree: Tree = {
    frames,
    parent: [-1],
    frameOf: [0],
    selfUs: [0],
    samples: [0],
    frame(frame) {
      const key = `${frame.line}:${frame.column}:${frame.kind}:${frame.name}:${frame.file}`
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
