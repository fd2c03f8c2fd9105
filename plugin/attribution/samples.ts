import { addToSum } from '../model/sum.ts'
import type { Sampled } from '../requests/record.ts'
import { addSample, createSampleList } from '../requests/sample-list.ts'
import type { Segment } from '../sampler/segment.ts'
import type { Site, Stacks } from '../store/stacks.ts'
import { hottestStack } from './hottest.ts'
import type { Account } from './index.ts'

/** More samples than anybody looks at one by one; 8 bytes each. A request with more samples loses the later ones. */
export const MAX_SAMPLES_PER_REQUEST = 100_000

/** Samples that were given out, per recorder, and those that were lost because their record had no room for more. */
type Counts = Pick<Account, 'samples' | 'dropped'>

/** A turn: a time in which one request, or work of none, held the thread. Not to be kept: the next one takes its place. */
export interface TurnToSample {
  readonly start: number
  readonly end: number
  readonly ownUs: number
  readonly long: boolean
}

/**
 * Hands out a segment's samples in order of time.
 *
 * In a long turn each sample stands for the time since the sample before, so that a gap in the sampling costs the turn
 * nothing. A turn shorter than a few intervals has a sample only by chance: such samples weigh alike, and their weight
 * is settled when records are merged.
 *
 * Time that V8 cannot name counts for the next function found, except where `program` is set: work of no request is
 * for the most part Node's own, outside of JavaScript, and no function's.
 */
export function sampleDealer(segment: Segment, isOwn: (url: string) => boolean, program = false) {
  const { node, line, timeUs } = segment.samples
  const own = segment.frames.map((frame) => frame.url !== '' && isOwn(frame.url))
  /** Whether a frame is a state of V8 and no place where time can go. */
  const isState = segment.frames.map(({ state }) => state !== undefined && !(program && state === 'program'))
  const interns = new Map<Stacks, { readonly intern: Intern; readonly freed: number }>()
  let next = 0

  /** Begins anew when nodes were freed since: between two bits of an attribution requests may be forgotten. */
  function internFor(stacks: Stacks): Intern {
    const known = interns.get(stacks)
    const freed = stacks.freed()
    if (known?.freed === freed) return known.intern
    const intern = internStacks(segment, stacks, own, isState)
    interns.set(stacks, { intern, freed })
    return intern
  }

  /** Whether the record took the sample. */
  function add(record: Sampled, sample: number, weightUs: number, counts: Counts): boolean {
    record.samples ??= createSampleList()
    if (record.samples.length >= MAX_SAMPLES_PER_REQUEST) {
      addToSum(counts.dropped, record.recorder, 1)
      return false
    }
    const { stacks } = record.recorder
    const stack = internFor(stacks)(node[sample], line[sample])
    if (stack === 0) return false
    stacks.hold(stack)
    addSample(record.samples, stack, Math.max(0, timeUs[sample] - record.startUs), weightUs)
    addToSum(counts.samples, record.recorder, 1)
    return true
  }

  function skip(endUs: number): void {
    while (next < timeUs.length && timeUs[next] < endUs) next++
  }

  const frameOf = (sample: number) => segment.nodes.frame[node[sample]]

  const isCollection = (sample: number) => segment.frames[frameOf(sample)].state === 'gc'

  /** Gives the record the samples of its turn; returns how many the turn had. */
  function give(record: Sampled, turn: TurnToSample, counts: Counts): number {
    skip(turn.start)
    const first = next
    skip(turn.end)
    const ownUs = Math.min(turn.ownUs, Math.max(0, turn.end - Math.max(turn.start, segment.startUs)))
    record.unsampledUs += turn.ownUs - ownUs
    if (!turn.long) record.unweighedUs += ownUs
    if (record.gone || first === next) return 0
    let sum = 0
    if (turn.long) weigh(turn, first, (_, us) => (sum += us))
    let taken = false
    // Collections lie not only between samples, so weights are scaled: those of a turn add up to its own time.
    weigh(turn, first, (sample, us) => {
      const weightUs = turn.long ? Math.max(1, (us * ownUs) / sum) : 0
      taken = add(record, sample, weightUs, counts) || taken
    })
    if (taken && turn.long) record.weighedUs += ownUs
    return next - first
  }

  /** Calls `tell` with the time that each sample of a turn stands for, from `first` to the one before `next`. */
  function weigh(turn: TurnToSample, first: number, tell: (sample: number, us: number) => void): void {
    let tail = next - 1
    let collectedUs = Number.NEGATIVE_INFINITY
    for (; tail >= first && isState[frameOf(tail)]; tail--)
      if (isCollection(tail)) collectedUs = Math.max(collectedUs, timeUs[tail])
    // The time after the last sample goes to the first one, which has too little before it: each sample then stands for
    // a whole interval, and no function gains or loses by standing at an end of the turn.
    const start = Math.max(turn.start, segment.startUs)
    let last = start - (turn.end - Math.max(collectedUs, timeUs[tail]))
    for (let sample = first; sample <= tail; sample++) {
      // Time that V8 cannot name counts for the next function found; that of a collection counts for none.
      if (isCollection(sample)) last = timeUs[sample]
      if (isState[frameOf(sample)]) continue
      tell(sample, Math.max(1, timeUs[sample] - last))
      last = timeUs[sample]
    }
  }

  /** The stack that ran for most of a time. Frames of the profiler count where this may be the profiler's own work. */
  function hottest(startUs: number, endUs: number, ofProfiler: boolean) {
    return hottestStack(
      segment,
      startUs,
      endUs,
      (frame) => (own[frame] && !ofProfiler) || segment.frames[frame].state !== undefined,
    )
  }

  return { give, hottest }
}

/** The node of `Stacks` for a node of a segment, and the line in which a sample ended there. */
type Intern = (node: number, line: number) => number

/**
 * Maps a segment's nodes to kept stacks. Frames of the profiler itself are left out: a function they called appears
 * below their caller, and a sample that ended in them ends in their caller.
 */
function internStacks(
  segment: Segment,
  stacks: Stacks,
  own: readonly boolean[],
  isState: readonly boolean[],
): Intern {
  const { parent, frame } = segment.nodes
  const inner = new Int32Array(parent.length).fill(-1)
  inner[0] = 0
  const calls: (Site | undefined)[] = []
  const leaves = new Map<number, Site>()

  function call(node: number): number {
    const path: number[] = []
    let at = node
    for (; inner[at] < 0; at = parent[at]) path.push(at)
    let stack = inner[at]
    for (let i = path.length - 1; i >= 0; i--) {
      const id = frame[path[i]]
      if (!own[id] && !isState[id]) {
        calls[id] ??= stacks.site(segment.frames[id], 0)
        stack = stacks.node(stack, calls[id])
      }
      inner[path[i]] = stack
    }
    return stack
  }

  return function leaf(node: number, line: number): number {
    const id = frame[node]
    if (line === 0 || own[id]) return call(node)
    const key = id * 2 ** 24 + line
    let site = leaves.get(key)
    if (site === undefined) {
      site = stacks.site(segment.frames[id], line)
      leaves.set(key, site)
    }
    return stacks.node(call(parent[node]), site)
  }
}
