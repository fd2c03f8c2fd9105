import type { Outcome } from './model/wire.ts'
import type { RouteStats } from './route-stats.ts'
import type { Stacks } from './stacks.ts'

/**
 * One request, from `onRequest` to the end of its response. It is the owner that the tracker hands around, so it
 * is small, and it may outlive its place in the store (a pooled socket can remember it for long).
 *
 * Times are microseconds of `clock.ts`.
 */
export interface RequestRecord {
  readonly id: string
  /** Whose request it is: one recorder per application. */
  readonly recorder: { readonly stacks: Stacks }
  readonly stats: RouteStats
  readonly method: string
  /** Path with the values of the query string removed. */
  readonly url: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly startUs: number
  /** -1 while the request is open. */
  endUs: number
  statusCode: number
  outcome: Outcome
  /** CPU in its wall time, and after it. */
  ownUs: number
  afterUs: number
  gcUs: number
  samples: SampleList | undefined
  pinned: boolean
  /** The store let it go: nothing more is kept of it, though its callbacks may still run. */
  gone: boolean
}

/** Samples of one request: stack and time, 8 bytes each, in order of time. */
export interface SampleList {
  length: number
  /** Nodes of `Stacks`. */
  stack: Uint32Array
  /** Microseconds since the record's start. */
  timeUs: Uint32Array
}

export const BYTES_PER_SAMPLE = 8
const FIRST_SAMPLES = 8

export function createSampleList(): SampleList {
  return { length: 0, stack: new Uint32Array(FIRST_SAMPLES), timeUs: new Uint32Array(FIRST_SAMPLES) }
}

export function addSample(list: SampleList, stack: number, timeUs: number): void {
  if (list.length === list.stack.length) resize(list, list.length * 2)
  list.stack[list.length] = stack
  list.timeUs[list.length] = timeUs
  list.length++
}

/** Gives back the room that is not used. */
export function trim(list: SampleList): void {
  if (list.length < list.stack.length) resize(list, list.length)
}

function resize(list: SampleList, size: number): void {
  const stack = new Uint32Array(size)
  const timeUs = new Uint32Array(size)
  stack.set(list.stack.subarray(0, Math.min(size, list.length)))
  timeUs.set(list.timeUs.subarray(0, Math.min(size, list.length)))
  list.stack = stack
  list.timeUs = timeUs
}
