import assert from 'node:assert/strict'
import { atOnce } from '../plugin/model/steps.ts'
import type { Capture, Segment } from '../plugin/sampler/segment.ts'

/** Everything `Segment` promises. */
export function assertSegment(segment: Segment): void {
  const { frames, nodes, samples, startUs, endUs } = segment
  assert.equal(nodes.parent.length, nodes.frame.length)
  assert.equal(nodes.parent[0], -1)
  for (let i = 1; i < nodes.parent.length; i++) {
    assert.ok(nodes.parent[i] >= 0 && nodes.parent[i] < i, `parent of node ${i} is ${nodes.parent[i]}`)
  }
  for (const frame of nodes.frame) assert.ok(frame >= 0 && frame < frames.length)
  const names = frames.map(({ name, url, line, column }) => JSON.stringify([name, url, line, column]))
  assert.equal(new Set(names).size, frames.length, 'each function stands there once')
  for (const { line, column } of frames) assert.ok(line >= 0 && column >= 0)

  assert.equal(samples.node.length, samples.timeUs.length)
  assert.equal(samples.line.length, samples.timeUs.length)
  for (const node of samples.node) assert.ok(node >= 0 && node < nodes.parent.length)
  for (const line of samples.line) assert.ok(line >= 0)
  samples.timeUs.forEach((us, i) => {
    assert.ok(us >= startUs && us < endUs, `sample ${i} lies in the segment`)
    assert.ok(i === 0 || us >= samples.timeUs[i - 1], `sample ${i} follows the one before`)
  })
}

export function readAll(captures: readonly (Capture | undefined)[]): Segment[] {
  return captures.map((capture) => {
    assert.ok(capture, 'there is a capture')
    const segment = atOnce(capture.read())
    assertSegment(segment)
    return segment
  })
}

/** Samples that ended in a function or in what it called, or in one of V8's states. */
export function samplesIn(segments: readonly Segment[], nameOrState: string): number {
  let count = 0
  for (const { frames, nodes, samples } of segments) {
    const inside: boolean[] = []
    nodes.parent.forEach((parent, node) => {
      const { name, state } = frames[nodes.frame[node]]
      inside.push(inside[parent] || name === nameOrState || state === nameOrState)
    })
    for (const node of samples.node) if (inside[node]) count++
  }
  return count
}

/** One line for each sample: time, stack from the root down, line. */
export function drawSegment({ frames, nodes, samples }: Segment): string[] {
  return [...samples.node].map((sampled, i) => {
    const stack: string[] = []
    for (let node = sampled; node >= 0; node = nodes.parent[node])
      stack.unshift(frames[nodes.frame[node]].name)
    return `${Math.round(samples.timeUs[i])} ${stack.join(';')} :${samples.line[i]}`
  })
}
