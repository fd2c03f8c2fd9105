import type { Frame, Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { depthFirst } from './depth-first.ts'
import { frameUrl } from './file-url.ts'

const NODES_PER_STEP = 1024

/** Content of a `.cpuprofile` file: `Profiler.Profile` of the Chrome DevTools protocol. Times are microseconds. */
export interface CpuProfile {
  readonly nodes: readonly CpuProfileNode[]
  readonly startTime: number
  readonly endTime: number
  /** Node id of each sample. */
  readonly samples: readonly number[]
  /** Time between each sample and the previous one; for the first sample, time since `startTime`. */
  readonly timeDeltas: readonly number[]
}

export interface CpuProfileNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly scriptId: string
    readonly url: string
    /** 0-based, like `columnNumber`; -1 when there is none. */
    readonly lineNumber: number
    readonly columnNumber: number
  }
  readonly hitCount: number
  readonly children?: readonly number[]
  /** Samples per line; unlike `lineNumber`, lines are 1-based here. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[]
}

/**
 * Makes a profile that Chrome DevTools, VS Code and speedscope can open, in steps.
 *
 * The samples of a node come one after the other, each with the same share of its self time, in the order of the tree,
 * because what ran first in a merged profile is not known. A sample lasts until the next one, so the times add up to
 * `ownUs`; the last one is ended by a sample of the root that counts as no hit, since viewers ignore `endTime`. A node
 * with self time but no sample gets one.
 */
export function* cpuProfileSteps(profile: Profile): Steps<CpuProfile> {
  const { tree } = profile
  const hits = tree.samples.map((count, node) => (count === 0 && tree.selfUs[node] > 0 ? 1 : count))
  const samples: number[] = []
  const timeDeltas: number[] = []
  let nowUs = 0
  let lastUs = 0
  const add = (node: number, us: number) => {
    samples.push(node + 1)
    timeDeltas.push(Math.round(us) - lastUs)
    lastUs = Math.round(us)
  }
  for (const [i, node] of depthFirst(tree).entries()) {
    if (i % NODES_PER_STEP === 0) yield
    for (let hit = 0; hit < hits[node]; hit++) add(node, nowUs + (tree.selfUs[node] * hit) / hits[node])
    nowUs += tree.selfUs[node]
  }
  add(0, nowUs)
  const nodes = yield* nodeSteps(profile, hits)
  return { nodes, startTime: 0, endTime: lastUs, samples, timeDeltas }
}

function* nodeSteps(profile: Profile, hits: readonly number[]): Steps<CpuProfileNode[]> {
  const { tree, frames, lines } = profile
  const callFrames = toCallFrames(profile)
  const children: number[][] = tree.parent.map(() => [])
  const ticks: { line: number; ticks: number }[][] = tree.parent.map(() => [])
  tree.parent.forEach((parent, node) => {
    if (parent >= 0) children[parent].push(node + 1)
  })
  lines.node.forEach((node, i) => {
    ticks[node].push({ line: lines.line[i], ticks: lines.samples[i] })
  })
  const nodes: CpuProfileNode[] = []
  for (const [node, frame] of tree.frame.entries()) {
    nodes.push({
      id: node + 1,
      callFrame: node === 0 && frames[frame].kind === 'root' ? rootFrame : callFrames[frame],
      hitCount: hits[node],
      ...(children[node].length > 0 && { children: children[node] }),
      ...(ticks[node].length > 0 && { positionTicks: ticks[node] }),
    })
    if (node % NODES_PER_STEP === 0) yield
  }
  return nodes
}

/** Viewers recognise the root by this name. */
const rootFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }

/** Call frames in the order of `frames`; scripts are numbered in order of appearance. */
function toCallFrames({ frames, root }: Profile): CpuProfileNode['callFrame'][] {
  const scripts = new Map([['', '0']])
  return frames.map(({ name, file, line, column }: Frame) => {
    const scriptId = scripts.get(file) ?? String(scripts.size)
    scripts.set(file, scriptId)
    return {
      functionName: name === '(anonymous)' ? '' : name,
      scriptId,
      url: frameUrl(root, file),
      lineNumber: line - 1,
      columnNumber: column - 1,
    }
  })
}
