import { fromHrtimeUs } from '../clock.ts'
import { firstNotBelow } from '../model/bisect.ts'
import { BadProfile, checkProfile } from '../model/raw-profile.ts'
import { internFrames, placeNodes } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'
import { badSegment } from './bad-segment.ts'
import { dealLines } from './lines.ts'
import type { Span } from './rotation.ts'
import { readSamples } from './samples.ts'
import type { Segment } from './segment.ts'

/**
 * Forms of V8's answer: `file` is that of `.cpuprofile`, lines and columns from 0; `addon` is v8-profiler-next's, from
 * 1.
 */
export type RawForm = 'file' | 'addon'

/**
 * Brings V8's answer into the common form: all samples of the span, each once. In the overlap of two segments V8 adds
 * every sample to both; it stays in the later one. Works in steps, because a large segment takes milliseconds.
 *
 * Throws `FST_PROFILER_BAD_SEGMENT` unless the answer is a tree with samples in it. Never changes its input.
 */
export function* readSegment(value: unknown, form: RawForm, span: Span): Steps<Segment> {
  try {
    return yield* read(value, form, span)
  } catch (error) {
    throw error instanceof BadProfile ? badSegment(error.message) : error
  }
}

function* read(value: unknown, form: RawForm, span: Span): Steps<Segment> {
  const profile = checkProfile(value)
  const placed = placeNodes(profile.nodes)
  yield
  const { frames, frame } = internFrames(placed.nodes, form === 'file' ? 0 : 1)
  yield
  const { node, timeUs } = readSamples(profile, placed, span)
  const line = dealLines(placed.nodes, node)
  const startUs = fromHrtimeUs(span.startUs)
  const endUs = fromHrtimeUs(span.endUs)
  const from = firstNotBelow(timeUs, startUs)
  const to = Math.max(from, firstNotBelow(timeUs, endUs))
  const samples = { node: node.slice(from, to), line: line.slice(from, to), timeUs: timeUs.slice(from, to) }
  return { startUs, endUs, frames, nodes: { parent: placed.parent, frame }, samples }
}
