import type { Frame, Profile } from './model/profile.ts'
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
}

/**
 * The profile of many records. Every sample of the selection stands for the same share of its own time, which is
 * known from the clock: sampling has gaps and short requests may have none, yet the sum is exact.
 */
export function mergeRecords(
  records: readonly RequestRecord[],
  stacks: Stacks,
  naming: Naming,
  options: MergeOptions,
): Profile {
  const counts = new Map<number, number>()
  let ownUs = 0
  let samples = 0
  for (const record of records) {
    ownUs += record.ownUs + record.afterUs
    if (record.samples === undefined) continue
    samples += record.samples.length
    for (let i = 0; i < record.samples.length; i++) {
      const stack = record.samples.stack[i]
      counts.set(stack, (counts.get(stack) ?? 0) + 1)
    }
  }
  const tree = createTree(options.title)
  const lines = placeSamples(counts, stacks, naming, tree)
  if (samples === 0 && ownUs > 0) {
    const node = tree.node(
      0,
      tree.frame({ name: '(not sampled)', file: '', line: 0, column: 0, kind: 'system' }),
    )
    tree.selfUs[node] = ownUs
  } else {
    for (let node = 0; node < tree.samples.length; node++)
      tree.selfUs[node] = (tree.samples[node] * ownUs) / samples || 0
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

/** Puts every stack's samples into the tree; two functions that have one name and place in the source become one. */
function placeSamples(
  counts: Map<number, number>,
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

  for (const [stack, count] of counts) {
    const at = node(stack)
    tree.samples[at] += count
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
