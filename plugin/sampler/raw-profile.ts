/**
 * V8's answers as they come, checked. What they say is not trusted: a missing node or a time that is no number
 * is an error here and not a wrong profile later.
 */

import { ProfilerError } from '../errors.ts'

/** A node of V8's call tree: that of a `.cpuprofile`, or with `lineTicks` that of v8-profiler-next. */
export interface RawNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
    readonly columnNumber: number
    readonly lineTicks?: readonly { readonly line: number; readonly hitCount: number }[] | null
  }
  /** Samples of V8's timer that ended here. */
  readonly hitCount?: number
  readonly children?: readonly number[]
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[] | null
}

/** Times in microseconds of V8's clock. */
export interface RawProfile {
  readonly nodes: readonly RawNode[]
  readonly startTime: number
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

/** Passes on what has the form of a profile. Throws `FST_PROFILER_BAD_SEGMENT` for anything else. */
export function checkProfile(value: unknown): RawProfile {
  const profile = value as RawProfile | null | undefined
  if (!profile || !Array.isArray(profile.nodes)) throw badSegment('it has no nodes')
  if (!Number.isFinite(profile.startTime)) throw badSegment('it has no start')
  const { samples = [], timeDeltas = [] } = profile
  if (!Array.isArray(samples) || !Array.isArray(timeDeltas)) throw badSegment('its samples are no list')
  if (samples.length !== timeDeltas.length) {
    throw badSegment(`it has ${samples.length} samples but ${timeDeltas.length} times`)
  }
  profile.nodes.forEach(checkNode)
  return profile
}

export function badSegment(why: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_BAD_SEGMENT', `V8's profile makes no sense: ${why}`)
}

function checkNode(node: RawNode | null | undefined, index: number) {
  const frame = node?.callFrame
  if (!node || !frame || !Number.isInteger(node.id)) throw badSegment(`node ${index} is none`)
  if (typeof frame.functionName !== 'string' || typeof frame.url !== 'string') {
    throw badSegment(`node ${node.id} has no name`)
  }
  if (!isInt32(frame.lineNumber) || !isInt32(frame.columnNumber)) {
    throw badSegment(`node ${node.id} has no position`)
  }
  for (const list of [node.children, node.positionTicks, frame.lineTicks]) {
    if (list !== undefined && list !== null && !Array.isArray(list)) {
      throw badSegment(`node ${node.id} has something else for a list`)
    }
  }
}

export function isInt32(value: number): boolean {
  return (value | 0) === value
}
