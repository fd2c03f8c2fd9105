import { inspect } from 'node:util'
import type { Block } from '../attribution/blocks.ts'
import type { Outcome } from '../model/wire/requests.ts'
import type { RouteStats } from '../store/route-stats.ts'
import type { Stacks } from '../store/stacks.ts'
import type { Wait } from '../tracker/waits.ts'
import { addSlice, createSplit, type Split } from './split.ts'

/** The list of a record without totals; nobody writes into it. */
export const NO_TOTALS: number[] = []

/** CPU time, and the samples that say where it went; microseconds. */
export interface Sampled {
  /** The recorder that keeps it, one per application. */
  readonly recorder: { readonly stacks: Stacks }
  /** What the times of samples are relative to. */
  readonly startUs: number
  ownUs: number
  /** CPU after the end of a request. */
  readonly afterUs: number
  /** Part of `ownUs + afterUs` in turns whose samples have weights. */
  weighedUs: number
  /** Part of `ownUs + afterUs` in turns too short for weights. */
  unweighedUs: number
  /** Part of `ownUs + afterUs` in turns while V8 did not sample. */
  unsampledUs: number
  samples: SampleList | undefined
  /** Whether the store let it go: nothing more is kept of it. */
  readonly gone: boolean
}

type Begun = Pick<RequestRecord, 'id' | 'recorder' | 'stats' | 'method' | 'url' | 'startedAtMs' | 'startUs'>

/**
 * One request, from `onRequest` to the end of its response. It is the owner that the tracker hands around, so it is
 * small, and it may outlive its place in the store (a pooled socket can remember it for long).
 *
 * Times are microseconds of `clock.ts`.
 */
export class RequestRecord implements Sampled {
  readonly id: string
  /** The recorder of the request's application: each application has one. */
  readonly recorder: { readonly stacks: Stacks; readonly nobody: RouteStats }
  readonly stats: RouteStats
  readonly method: string
  /** Path with the values of the query string removed. */
  readonly url: string
  /** Wall-clock time of the start, milliseconds since 1970. */
  readonly startedAtMs: number
  startUs: number
  /** -1 while the request is open. */
  endUs: number
  statusCode: number
  outcome: Outcome
  /** CPU during the request's wall time; `afterUs` is that after it. */
  ownUs: number
  afterUs: number
  /** Time of garbage collections in its turns and in what delayed them. */
  gcUs: number
  /** How long the loop had been busy without a break when the request began: an upper bound of its wait before that. */
  queuedUs: number
  readonly blame: RecordBlame
  weighedUs: number
  unweighedUs: number
  unsampledUs: number
  samples: SampleList | undefined
  /** Where Fastify's phases began; see `phases.ts`. */
  marks: number[]
  /** End of its last turn, -1 before that: known at once, unlike that of `blame`. */
  leftUs: number
  /** What it waited for, in the order in which the waits ended. */
  waits: Wait[] | undefined
  pinned: boolean
  /** Whether the store let it go: nothing more is kept of it, though its callbacks may still run. */
  gone: boolean

  constructor(begun: Begun) {
    this.id = begun.id
    this.recorder = begun.recorder
    this.stats = begun.stats
    this.method = begun.method
    this.url = begun.url
    this.startedAtMs = begun.startedAtMs
    this.startUs = begun.startUs
    this.endUs = -1
    this.statusCode = 0
    this.outcome = 'completed'
    this.ownUs = 0
    this.afterUs = 0
    this.gcUs = 0
    this.queuedUs = 0
    this.blame = {
      turnEndUs: -1,
      totalUs: NO_TOTALS,
      blockedUs: 0,
      blockedBy: undefined,
      split: undefined,
      worst: undefined,
    }
    this.weighedUs = 0
    this.unweighedUs = 0
    this.unsampledUs = 0
    this.samples = undefined
    this.marks = []
    this.leftUs = -1
    this.waits = undefined
    this.pinned = false
    this.gone = false
  }

  /** What `console.log` shows where the application prints a promise or a resource that remembers its request. */
  [inspect.custom](): string {
    return `${this.stats.route} #${this.id}`
  }
}

/** What delayed a request; see `blame.ts`. */
export interface RecordBlame {
  /** End of its last turn, -1 before the first. */
  turnEndUs: number
  /** Running totals per label at that time; emptied when the request has ended. */
  totalUs: number[]
  blockedUs: number
  /** Time per culprit; `undefined` is work that belongs to no request. */
  blockedBy: Map<RouteStats | undefined, number> | undefined
  split: Split | undefined
  /** The longest block that delayed it, and the route to blame; only if it is worth naming. */
  worst: (Omit<Block, 'requestId'> & { readonly by: string }) | undefined
}

/**
 * Closes the split if recording stopped before the request's end: what was not seen counts as waiting, as in the sums.
 */
export function closeSplit({ blame, startUs, endUs }: RequestRecord): void {
  if (blame.turnEndUs >= endUs) return
  blame.split ??= createSplit()
  addSlice(blame.split, endUs - startUs, 'waiting')
}

/**
 * Samples of one request in order of time, 8 bytes each: the weight and the stack in one number, and the time. The
 * weight says how much of its turn a sample stands for; see `attribution/samples.ts`.
 */
export interface SampleList {
  length: number
  readonly columns: { stack: Uint32Array; timeUs: Uint32Array }
}

export const BYTES_PER_SAMPLE = 8
const FIRST_SAMPLES = 8
/** Latest time of a sample, 71 minutes: later samples of a longer request are put there. */
const LAST_US = 2 ** 32 - 1

export function createSampleList(): SampleList {
  return {
    length: 0,
    columns: { stack: new Uint32Array(FIRST_SAMPLES), timeUs: new Uint32Array(FIRST_SAMPLES) },
  }
}

/**
 * Appends a sample that ended in `stack` (a node of `Stacks`), `timeUs` after the record's start. A `weightUs` of 0
 * gives it no weight.
 */
export function addSample(list: SampleList, stack: number, timeUs: number, weightUs: number): void {
  const { columns } = list
  if (list.length === columns.stack.length) resize(list, Math.max(FIRST_SAMPLES, list.length * 2))
  columns.stack[list.length] = weightCode(weightUs) * STACKS + stack
  columns.timeUs[list.length] = Math.min(timeUs, LAST_US)
  list.length++
}

/** Node of `Stacks` in which sample `i` ended. */
export function stackOf(list: SampleList, i: number): number {
  return list.columns.stack[i] & (STACKS - 1)
}

/** Microseconds that sample `i` stands for, within 3 % from 20 µs to 50 s; 0 when it has no weight. */
export function weightOf(list: SampleList, i: number): number {
  return weights[list.columns.stack[i] >>> 24]
}

/** Frees unused memory. */
export function trim(list: SampleList): void {
  if (list.length < list.columns.stack.length) resize(list, list.length)
}

function resize(list: SampleList, size: number): void {
  const stack = new Uint32Array(size)
  const timeUs = new Uint32Array(size)
  stack.set(list.columns.stack.subarray(0, list.length))
  timeUs.set(list.columns.timeUs.subarray(0, list.length))
  list.columns.stack = stack
  list.columns.timeUs = timeUs
}

/** Weight and stack share 32 bits: 8 for the logarithm of the weight, 24 for the stack. */
const STACKS = 2 ** 24
const LEAST_US = 20
const STEP = 1.06
const weights = Float64Array.from({ length: 256 }, (_, code) =>
  code === 0 ? 0 : LEAST_US * STEP ** (code - 1),
)

function weightCode(us: number): number {
  if (us <= 0) return 0
  return Math.min(255, Math.max(1, 1 + Math.round(Math.log(us / LEAST_US) / Math.log(STEP))))
}
