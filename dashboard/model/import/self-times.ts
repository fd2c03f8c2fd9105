import type { RawProfile } from '../../../plugin/model/raw-profile.ts'
import type { PlacedNodes } from '../../../plugin/model/raw-tree.ts'
import { sum } from '../../../plugin/model/sum.ts'
import { broken } from './import-error.ts'

export interface SelfTimes {
  /** By node, microseconds. */
  readonly selfUs: number[]
  readonly samples: number[]
  /** Usual time between two samples, microseconds. */
  readonly intervalUs: number
}

/**
 * The time of each node. A sample lasts until the next one, the last until the end of the profile; samples are sorted
 * first, since V8's times can run backwards. Time before the first sample belongs to no node.
 *
 * A profile without samples has counts of them instead: its time is divided in proportion.
 */
export function selfTimes(raw: RawProfile, placed: PlacedNodes, endTime: unknown): SelfTimes {
  const selfUs: number[] = new Array(placed.nodes.length).fill(0)
  const samples: number[] = new Array(placed.nodes.length).fill(0)
  const timeUs = sampleTimes(raw)
  const end = typeof endTime === 'number' && Number.isFinite(endTime) ? checked(endTime) : 0
  if (timeUs.length === 0) return shareByHits(placed, end - raw.startTime)
  const order = Uint32Array.from(timeUs.keys())
  if (timeUs.some((us, i) => i > 0 && us < timeUs[i - 1]))
    order.sort((a, b) => timeUs[a] - timeUs[b] || a - b)
  const last = timeUs[order[order.length - 1]]
  for (let i = 0; i < order.length; i++) {
    const node = placed.indexOf(raw.samples![order[i]])
    if (node === undefined) throw broken('a sample is in a node that is missing')
    const until = i + 1 < order.length ? timeUs[order[i + 1]] : Math.max(end, last)
    selfUs[node] += until - timeUs[order[i]]
    samples[node]++
  }
  return { selfUs, samples, intervalUs: median(raw.timeDeltas!) }
}

function sampleTimes({ timeDeltas = [], startTime }: RawProfile): Float64Array {
  const timeUs = new Float64Array(timeDeltas.length)
  let us = startTime
  for (let i = 0; i < timeUs.length; i++) {
    us += timeDeltas[i]
    timeUs[i] = checked(us)
  }
  return timeUs
}

function shareByHits({ nodes }: PlacedNodes, wholeUs: number): SelfTimes {
  const samples = nodes.map(({ hitCount = 0 }) => {
    if (!Number.isSafeInteger(hitCount) || hitCount < 0) throw broken('a sample count is not a number')
    return hitCount
  })
  const all = checked(sum(samples))
  const intervalUs = all > 0 ? Math.max(0, wholeUs) / all : 0
  return { selfUs: samples.map((hits) => hits * intervalUs), samples, intervalUs }
}

/** The number, if it is small enough for microseconds to keep their digits; throws otherwise. */
function checked(us: unknown): number {
  if (typeof us !== 'number' || !(Math.abs(us) <= Number.MAX_SAFE_INTEGER))
    throw broken('a time is not a number')
  return us
}

function median(deltas: readonly number[]): number {
  return Float64Array.from(deltas).sort()[deltas.length >> 1]
}
