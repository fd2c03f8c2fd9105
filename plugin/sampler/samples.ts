import { fromHrtimeUs } from '../clock.ts'
import type { RawProfile } from '../model/raw-profile.ts'
import type { PlacedNodes } from '../model/raw-tree.ts'
import { badSegment } from './bad-segment.ts'
import type { Span } from './rotation.ts'

/** Samples as columns of the same length. */
export interface TimedNodes {
  readonly node: Int32Array
  /** Microseconds of `clock.ts`. */
  readonly timeUs: Float64Array
}

/**
 * Reads the samples that V8's timer took, in order of time.
 *
 * V8 takes further ones when a profile starts and whenever it throws optimised code away, hundreds in a bad moment, and
 * these say nothing about where time goes. It does not count them as hits of their nodes, which tells how many to drop;
 * those that follow closest upon another sample are dropped first.
 */
export function readSamples(profile: RawProfile, placed: PlacedNodes, span: Span): TimedNodes {
  const samples = inOrder(readTimes(profile, placed, span))
  const surplus = surplusOf(placed, samples.node)
  if (surplus.size === 0) return samples
  const dropped = closest(samples, surplus)
  const kept = (_: number, i: number) => !dropped.has(i)
  return { node: samples.node.filter(kept), timeUs: samples.timeUs.filter(kept) }
}

function readTimes(profile: RawProfile, { indexOf }: PlacedNodes, span: Span): TimedNodes {
  const { samples = [], timeDeltas = [], startTime } = profile
  const timeUs = new Float64Array(samples.length)
  let time = startTime + shiftToHrtime(startTime, span)
  for (let i = 0; i < timeUs.length; i++) {
    time += timeDeltas[i]
    if (!Number.isFinite(time)) throw badSegment('a time is not a number')
    timeUs[i] = fromHrtimeUs(time)
  }
  const node = Int32Array.from(samples, (id) => {
    const index = indexOf(id)
    if (index === undefined) throw badSegment(`a sample is of node ${id}, which is missing`)
    return index
  })
  return { node, timeUs }
}

/**
 * The shift that brings V8's start time to the clock of `hrtimeUs()`. V8 reads its clock during the start: a reading
 * outside of it is of another clock, or, in the text of `v8.startCpuProfile`, only the lowest 32 bits of one.
 */
function shiftToHrtime(startTime: number, { beforeStartUs, startUs }: Span): number {
  const wraps = Math.round((startUs - startTime) / 2 ** 32) * 2 ** 32
  const time = startTime + wraps
  if (time >= beforeStartUs - 1 && time <= startUs) return wraps
  return Math.min(Math.max(startTime, beforeStartUs), startUs) - startTime
}

/** Sorts samples by time, since deltas can be negative. Samples of the same time stay in V8's order. */
function inOrder({ node, timeUs }: TimedNodes): TimedNodes {
  if (timeUs.every((us, i) => i === 0 || us >= timeUs[i - 1])) return { node, timeUs }
  const order = Uint32Array.from(node.keys()).sort((a, b) => timeUs[a] - timeUs[b] || a - b)
  return { node: Int32Array.from(order, (i) => node[i]), timeUs: Float64Array.from(order, (i) => timeUs[i]) }
}

/** How many more samples than hits each node has, for nodes that have more. */
function surplusOf({ nodes }: PlacedNodes, node: Int32Array): Map<number, number> {
  const samples = new Int32Array(nodes.length)
  for (const index of node) samples[index]++
  const surplus = new Map<number, number>()
  nodes.forEach(({ hitCount }, index) => {
    if (hitCount !== undefined && samples[index] > hitCount) surplus.set(index, samples[index] - hitCount)
  })
  return surplus
}

function closest({ node, timeUs }: TimedNodes, surplus: Map<number, number>): Set<number> {
  const gap = (i: number) => (i === 0 ? Number.POSITIVE_INFINITY : timeUs[i] - timeUs[i - 1])
  const candidates = [...node.keys()].filter((i) => surplus.has(node[i]))
  candidates.sort((a, b) => gap(a) - gap(b) || a - b)
  const left = new Map(surplus)
  const dropped = new Set<number>()
  for (const i of candidates) {
    const count = left.get(node[i])!
    if (count <= 0) continue
    left.set(node[i], count - 1)
    dropped.add(i)
  }
  return dropped
}
