import type { Spans } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { type SampleList, stackOf } from '../requests/sample-list.ts'
import type { Split } from '../requests/split.ts'
import { type OwnTurn, ownTurns } from './own-turns.ts'

/** How far a sample reaches from its time, in intervals: V8's sampling thread can be late, but only so much. */
const REACH = 10
/** So many samples take a fraction of a millisecond. */
const SAMPLES_PER_STEP = 2048
/** The root stands for time of which nothing is known. */
const NOT_SAMPLED = 0

/** What the turns of a request were spent on, in order of time. `nodeOf` gives the node in which a stack ends. */
export function* spansSteps(
  samples: SampleList | undefined,
  split: Split,
  intervalUs: number,
  nodeOf: (stack: number) => number,
): Steps<Spans> {
  const reachUs = REACH * intervalUs
  const times = samples?.columns.timeUs.subarray(0, samples.length) ?? new Uint32Array()
  const out = createSpans()
  let next = 0

  for (const turn of ownTurns(split, times)) {
    const first = next
    while (next < times.length && times[next] <= turn.endUs) next++
    let from = turn.startUs
    for (let i = first; i < next; i++) {
      const time = Math.max(times[i], turn.startUs)
      const start = Math.max(i === first ? turn.startUs : middle(times[i - 1], times[i]), time - reachUs)
      const end = Math.min(i === next - 1 ? turn.endUs : middle(times[i], times[i + 1]), time + reachUs)
      out.add(turn, NOT_SAMPLED, from, start, 0)
      out.add(turn, nodeOf(stackOf(samples!, i)), start, end, 1)
      from = end
      if (i % SAMPLES_PER_STEP === 0) yield
    }
    out.add(turn, NOT_SAMPLED, from, turn.endUs, 0)
  }
  return out.spans
}

function middle(a: number, b: number): number {
  return Math.floor((a + b) / 2)
}

function createSpans() {
  const spans = {
    node: [] as number[],
    startUs: [] as number[],
    endUs: [] as number[],
    samples: [] as number[],
  }

  /** Appends a stretch of a turn, without the garbage collections in it. */
  function add(turn: OwnTurn, node: number, startUs: number, endUs: number, samples: number): void {
    let left = samples
    for (let i = 0; i < turn.pieces.length; i += 2) {
      const start = Math.max(startUs, turn.pieces[i])
      const end = Math.min(endUs, turn.pieces[i + 1])
      if (end <= start) continue
      push(node, start, end, left)
      left = 0
    }
  }

  function push(node: number, startUs: number, endUs: number, samples: number): void {
    const last = spans.node.length - 1
    if (last >= 0 && spans.node[last] === node && spans.endUs[last] === startUs) {
      spans.endUs[last] = endUs
      spans.samples[last] += samples
      return
    }
    spans.node.push(node)
    spans.startUs.push(startUs)
    spans.endUs.push(endUs)
    spans.samples.push(samples)
  }

  return { spans, add }
}
