import { fromHrtimeUs } from '../clock.ts'
import { ProfilerError } from '../errors.ts'
import type { Span } from './rotation.ts'
import type { Segment, SegmentFrame } from './segment.ts'

/** A node of V8's call tree, in the form of a `.cpuprofile` or that of v8-profiler-next. */
export interface RawNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
    readonly columnNumber: number
  }
  readonly children?: readonly number[]
}

/** V8's answer, times in microseconds of V8's clock. */
export interface RawProfile<N extends RawNode = RawNode> {
  readonly nodes: readonly N[]
  readonly startTime: number
  readonly endTime: number
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

/** What the forms differ in. */
export interface Dialect<N extends RawNode> {
  /** Number of the first line and of the first column. */
  readonly first: 0 | 1
  /** Samples of a node per 1-based line; a line may come more than once. */
  ticks(node: N): readonly (readonly [line: number, count: number])[]
}

interface FileNode extends RawNode {
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[]
}

/** The form of `.cpuprofile` files: the inspector's, and that of `v8.startCpuProfile`. */
export const fileDialect: Dialect<FileNode> = {
  first: 0,
  ticks: (node) => (node.positionTicks ?? []).map(({ line, ticks }) => [line, ticks] as const),
}

/**
 * Brings V8's answer into the one form. Its samples within the span are kept, all of them; those of the
 * overlap with the next segment stand in that one.
 *
 * Throws `FST_PROFILER_BAD_SEGMENT` for an answer that is no tree with samples in it. Never changes its input.
 */
export function readProfile<N extends RawNode>(
  profile: RawProfile<N>,
  dialect: Dialect<N>,
  span: Span,
): Segment {
  const order = topDown(profile.nodes)
  const indexOf = new Map<number, number>()
  for (let i = 0; i < order.length; i++) indexOf.set(order[i].node.id, i)
  const parent = Int32Array.from(order, (entry) => entry.parent)
  const { frames, frame } = internFrames(order, dialect.first)
  const samples = readSamples(profile, indexOf, span)
  const line = dealLines(order, dialect, samples.node)
  return {
    startUs: fromHrtimeUs(span.startUs),
    endUs: fromHrtimeUs(span.endUs),
    frames,
    nodes: { parent, frame },
    samples: cut({ ...samples, line }, fromHrtimeUs(span.startUs), fromHrtimeUs(span.endUs)),
  }
}

interface Placed<N> {
  readonly node: N
  readonly parent: number
}

/** Nodes with parents before children. */
function topDown<N extends RawNode>(nodes: readonly N[]): Placed<N>[] {
  const byId = new Map<number, N>()
  const called = new Set<number>()
  for (const node of nodes) {
    if (byId.has(node.id)) throw bad(`two nodes have the id ${node.id}`)
    byId.set(node.id, node)
  }
  for (const node of nodes) {
    for (const child of node.children ?? []) {
      if (!byId.has(child)) throw bad(`node ${node.id} calls node ${child}, which is missing`)
      if (called.has(child)) throw bad(`node ${child} has two callers`)
      called.add(child)
    }
  }
  const roots = nodes.filter((node) => !called.has(node.id))
  if (roots.length !== 1) throw bad(`${roots.length} nodes have no caller`)
  const placed: Placed<N>[] = [{ node: roots[0], parent: -1 }]
  for (let i = 0; i < placed.length; i++) {
    for (const child of placed[i].node.children ?? []) placed.push({ node: byId.get(child)!, parent: i })
  }
  if (placed.length !== nodes.length) throw bad('nodes call each other in a circle')
  return placed
}

const states: Readonly<Record<string, SegmentFrame['state']>> = {
  '(root)': 'root',
  '(idle)': 'idle',
  '(program)': 'program',
  '(garbage collector)': 'gc',
}

function internFrames<N extends RawNode>(order: readonly Placed<N>[], first: 0 | 1) {
  const frames: SegmentFrame[] = []
  const known = new Map<string, number>()
  const frame = Int32Array.from(order, ({ node: { callFrame } }) => {
    const line = Math.max(0, callFrame.lineNumber + 1 - first)
    const column = Math.max(0, callFrame.columnNumber + 1 - first)
    const name = callFrame.functionName
    const key = `${line}:${column}:${callFrame.url}\n${name}`
    const index = known.get(key)
    if (index !== undefined) return index
    const state = callFrame.url === '' && line === 0 ? states[name] : undefined
    frames.push({ name, url: callFrame.url, line, column, ...(state && { state }) })
    known.set(key, frames.length - 1)
    return frames.length - 1
  })
  return { frames, frame }
}

function readSamples(profile: RawProfile, indexOf: ReadonlyMap<number, number>, span: Span) {
  const ids = profile.samples ?? []
  const deltas = profile.timeDeltas ?? []
  if (ids.length !== deltas.length) throw bad(`${ids.length} samples but ${deltas.length} times`)
  const shiftUs = shiftToHrtime(profile.startTime, span)
  const times = new Float64Array(ids.length)
  let time = profile.startTime + shiftUs
  for (let i = 0; i < ids.length; i++) {
    time += deltas[i]
    times[i] = fromHrtimeUs(time)
  }
  if (!Number.isFinite(time)) throw bad('a time is no number')
  const order = Uint32Array.from(ids.keys()).sort((a, b) => times[a] - times[b] || a - b)
  const node = Int32Array.from(order, (i) => {
    const index = indexOf.get(ids[i])
    if (index === undefined) throw bad(`a sample is of node ${ids[i]}, which is missing`)
    return index
  })
  return { node, timeUs: Float64Array.from(order, (i) => times[i]) }
}

/** V8 reads its clock during the start. If its reading lies outside, its clock is another one. */
function shiftToHrtime(startTime: number, span: Span): number {
  if (startTime < span.beforeStartUs) return span.beforeStartUs - startTime
  if (startTime > span.startUs) return span.startUs - startTime
  return 0
}

function dealLines<N extends RawNode>(order: readonly Placed<N>[], dialect: Dialect<N>, node: Int32Array) {
  const left = order.map((entry) => dialect.ticks(entry.node).map(([line, count]) => ({ line, count })))
  return Int32Array.from(node, (index) => {
    const lines = left[index]
    while (lines.length > 0 && lines[0].count <= 0) lines.shift()
    if (lines.length === 0) return 0
    lines[0].count--
    return lines[0].line
  })
}

function cut(samples: Segment['samples'], startUs: number, endUs: number): Segment['samples'] {
  let from = 0
  let to = samples.timeUs.length
  while (from < to && samples.timeUs[from] < startUs) from++
  while (to > from && samples.timeUs[to - 1] >= endUs) to--
  return {
    node: samples.node.slice(from, to),
    line: samples.line.slice(from, to),
    timeUs: samples.timeUs.slice(from, to),
  }
}

function bad(why: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_BAD_SEGMENT', `V8's profile makes no sense: ${why}`)
}
