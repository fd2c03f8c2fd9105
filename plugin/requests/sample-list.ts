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
