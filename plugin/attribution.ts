import { addSample, createSampleList, type RequestRecord } from './record.ts'
import type { Segment } from './sampler/segment.ts'
import type { Place, Stacks } from './stacks.ts'
import { IDLE, NOBODY, type Slices } from './timeline.ts'

/** A garbage collection, times of `clock.ts`. */
export interface Collection {
  readonly startUs: number
  readonly endUs: number
}

/** What a stretch of recorded time went to; the parts add up to `recordedUs`. */
export interface Account {
  recordedUs: number
  /** CPU per recorder. */
  readonly ownUs: Map<object, number>
  /** CPU of requests after their response, part of `ownUs`. */
  readonly afterUs: Map<RequestRecord, number>
  nobodyUs: number
  gcUs: number
  idleUs: number
  /** Samples that were given to a request, per recorder. */
  readonly samples: Map<object, number>
  /** Samples of requests that were full already. */
  dropped: number
}

/** Intervals that a turn must last for its samples to speak for it alone. */
const LONG_TURN = 2

/** More samples than anybody looks at one by one; 8 bytes each. A request with more loses the later ones. */
export const MAX_SAMPLES_PER_REQUEST = 100_000

/**
 * Joins the two recordings by time: the switch log says who held the thread, the segment says what ran.
 *
 * Time comes from the switch log alone, less the garbage collections that fall into it; samples only say where
 * it went. In a long turn each sample stands for the time since the one before, so that a gap in the sampling costs
 * the turn nothing. Turns shorter than a few intervals have a sample only by chance: theirs weigh alike, and their
 * weight is settled when records are merged. Samples in idle time or in nobody's turn are given to nobody.
 *
 * `collections` must be in order of time.
 */
export function attribute(
  slices: Slices<RequestRecord>,
  collections: readonly Collection[],
  segment: Segment | undefined,
  intervalUs: number,
  isOwn: (url: string) => boolean,
): Account {
  const account: Account = {
    recordedUs: 0,
    ownUs: new Map(),
    afterUs: new Map(),
    nobodyUs: 0,
    gcUs: 0,
    idleUs: 0,
    samples: new Map(),
    dropped: 0,
  }
  const reader = segment === undefined ? undefined : readSamples(segment, isOwn)
  let gc = 0
  for (let i = 0; i < slices.length; i++) {
    const holder = slices.holder[i]
    const start = slices.timeUs[i]
    const end = i + 1 < slices.length ? slices.timeUs[i + 1] : slices.endUs
    let gcUs = 0
    while (gc < collections.length && collections[gc].endUs <= start) gc++
    for (let c = gc; c < collections.length && collections[c].startUs < end; c++) {
      gcUs += Math.min(end, collections[c].endUs) - Math.max(start, collections[c].startUs)
    }
    const ownUs = end - start - gcUs
    account.recordedUs += end - start
    account.gcUs += gcUs
    if (holder === IDLE) account.idleUs += ownUs
    else if (holder === NOBODY) account.nobodyUs += ownUs
    else {
      charge(holder, start, end, ownUs, gcUs, account)
      account.ownUs.set(holder.recorder, (account.ownUs.get(holder.recorder) ?? 0) + ownUs)
    }
    if (reader === undefined) continue
    if (holder === IDLE || holder === NOBODY) reader.skip(end)
    else reader.give(holder, { start, end, ownUs, long: end - start >= LONG_TURN * intervalUs }, account)
  }
  return account
}

/** Own time after the response counts for the route, but is no part of the request's wall time. */
function charge(
  record: RequestRecord,
  start: number,
  end: number,
  ownUs: number,
  gcUs: number,
  account: Account,
): void {
  const open = record.endUs < 0 || end <= record.endUs
  const within = open ? 1 : start >= record.endUs ? 0 : (record.endUs - start) / (end - start)
  record.ownUs += ownUs * within
  record.gcUs += gcUs * within
  if (within < 1) {
    const afterUs = ownUs * (1 - within)
    record.afterUs += afterUs
    account.afterUs.set(record, (account.afterUs.get(record) ?? 0) + afterUs)
  }
}

interface Turn {
  readonly start: number
  readonly end: number
  readonly ownUs: number
  readonly long: boolean
}

/** Hands out a segment's samples in order of time. */
function readSamples(segment: Segment, isOwn: (url: string) => boolean) {
  const { node, line, timeUs } = segment.samples
  const own = segment.frames.map((frame) => frame.url !== '' && isOwn(frame.url))
  const interns = new Map<Stacks, (node: number, line: number) => number>()
  let next = 0

  function internFor(stacks: Stacks) {
    let intern = interns.get(stacks)
    if (intern === undefined) {
      intern = internStacks(segment, stacks, own)
      interns.set(stacks, intern)
    }
    return intern
  }

  /** Whether the record took the sample. */
  function add(record: RequestRecord, sample: number, weightUs: number, account: Account): boolean {
    record.samples ??= createSampleList()
    if (record.samples.length >= MAX_SAMPLES_PER_REQUEST) {
      account.dropped++
      return false
    }
    const { stacks } = record.recorder
    const stack = internFor(stacks)(node[sample], line[sample])
    if (stack === 0) return false
    stacks.hold(stack)
    addSample(record.samples, stack, Math.max(0, timeUs[sample] - record.startUs), weightUs)
    account.samples.set(record.recorder, (account.samples.get(record.recorder) ?? 0) + 1)
    return true
  }

  function skip(endUs: number): void {
    while (next < timeUs.length && timeUs[next] < endUs) next++
  }

  function stateOf(sample: number) {
    return segment.frames[segment.nodes.frame[node[sample]]].state
  }

  function give(record: RequestRecord, turn: Turn, account: Account): void {
    skip(turn.start)
    const first = next
    skip(turn.end)
    if (!turn.long) record.openUs += turn.ownUs
    if (record.gone) return
    let tail = next - 1
    while (tail >= first && stateOf(tail) !== undefined) tail--
    // The time after the last sample goes to the first one, which has too little before it: so each sample stands
    // for an interval, and a function is neither favoured nor harmed by standing at an end of the turn.
    let last = tail < first ? turn.start : turn.start - (turn.end - timeUs[tail])
    let taken = false
    for (let sample = first; sample <= tail; sample++) {
      const state = stateOf(sample)
      // What V8 cannot name counts for the function that is found next; a collection counts for none.
      if (state === 'gc') last = timeUs[sample]
      if (state !== undefined) continue
      const weightUs = turn.long ? Math.max(1, timeUs[sample] - last) : 0
      last = timeUs[sample]
      taken = add(record, sample, weightUs, account) || taken
    }
    if (taken && turn.long) record.weighedUs += turn.ownUs
  }

  return { skip, give }
}

/**
 * Maps a segment's nodes to kept stacks. Frames of the profiler itself are left out: what they called stands
 * below their caller, what ended in them ended in their caller.
 */
function internStacks(segment: Segment, stacks: Stacks, own: readonly boolean[]) {
  const { parent, frame } = segment.nodes
  const inner = new Int32Array(parent.length).fill(-1)
  inner[0] = 0
  const calls: (Place | undefined)[] = []
  const leaves = new Map<number, Place>()

  function call(node: number): number {
    const path: number[] = []
    let at = node
    for (; inner[at] < 0; at = parent[at]) path.push(at)
    let stack = inner[at]
    for (let i = path.length - 1; i >= 0; i--) {
      const id = frame[path[i]]
      if (!own[id] && segment.frames[id].state === undefined) {
        calls[id] ??= stacks.place(segment.frames[id], 0)
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
    let place = leaves.get(key)
    if (place === undefined) {
      place = stacks.place(segment.frames[id], line)
      leaves.set(key, place)
    }
    return stacks.node(call(parent[node]), place)
  }
}
