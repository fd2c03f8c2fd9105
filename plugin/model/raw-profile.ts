/**
 * V8's profiles as they come, checked. They are not trusted: a missing node, or a time that is not a number, is an
 * error here and not a wrong profile later.
 */

/** A node of V8's call tree, as in a `.cpuprofile` or, with `lineTicks`, as v8-profiler-next gives it. */
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

/** A profile as V8 gives it; times are microseconds of V8's clock. */
export interface RawProfile {
  readonly nodes: readonly RawNode[]
  readonly startTime: number
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

/** Returns the value if it has the form of a profile. Throws `BadProfile` for anything else. */
export function checkProfile(value: unknown): RawProfile {
  const profile = value as RawProfile | null | undefined
  if (!profile || !Array.isArray(profile.nodes)) throw new BadProfile('it has no nodes')
  if (!Number.isFinite(profile.startTime)) throw new BadProfile('it has no start')
  const { samples = [], timeDeltas = [] } = profile
  if (!Array.isArray(samples) || !Array.isArray(timeDeltas))
    throw new BadProfile('its samples are not an array')
  if (samples.length !== timeDeltas.length) {
    throw new BadProfile(`it has ${samples.length} samples but ${timeDeltas.length} times`)
  }
  profile.nodes.forEach(checkNode)
  return profile
}

/** A profile that V8 would never produce; the message says what is wrong with it. */
export class BadProfile extends Error {}

function checkNode(node: RawNode | null | undefined, index: number) {
  const frame = node?.callFrame
  if (!node || !frame || !Number.isInteger(node.id)) throw new BadProfile(`node ${index} is not valid`)
  if (typeof frame.functionName !== 'string' || typeof frame.url !== 'string') {
    throw new BadProfile(`node ${node.id} has no name`)
  }
  if (!isInt32(frame.lineNumber) || !isInt32(frame.columnNumber)) {
    throw new BadProfile(`node ${node.id} has no position`)
  }
  for (const list of [node.children, node.positionTicks, frame.lineTicks]) {
    if (list !== undefined && list !== null && !Array.isArray(list)) {
      throw new BadProfile(`node ${node.id} has a list that is not an array`)
    }
  }
}

export function isInt32(value: number): boolean {
  return (value | 0) === value
}
