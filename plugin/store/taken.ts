import type { Sampled } from '../requests/record.ts'
import { stackOf } from '../requests/sample-list.ts'
import type { Stacks } from './stacks.ts'

/** Times and samples of a request as they were at one moment. */
export type TakenRequest = Readonly<Omit<Sampled, 'recorder' | 'gone'>>

/**
 * A snapshot of requests, for work that is done in steps: what is added later, and what the store drops meanwhile, does
 * not change it.
 */
export interface Taken<Part extends Sampled = Sampled> {
  /** Records that it was taken from. */
  readonly records: readonly Part[]
  /** In the order of the records. */
  readonly requests: readonly TakenRequest[]
  /** Distinct stacks in which samples ended, in order of appearance. They are held, so that their nodes stay valid. */
  readonly stacks: readonly number[]
  /** Index of each stack in `stacks`, by node. */
  readonly indexOf: Int32Array
  /** Releases the stacks. */
  release(): void
}

export function take<Part extends Sampled>(records: readonly Part[], stacks: Stacks): Taken<Part> {
  const requests = records.map(takeRequest)
  const indexOf = new Int32Array(stacks.room()).fill(-1)
  const distinct: number[] = []
  for (const { samples } of requests) {
    if (samples === undefined) continue
    for (let i = 0; i < samples.length; i++) {
      const stack = stackOf(samples, i)
      if (indexOf[stack] >= 0) continue
      indexOf[stack] = distinct.push(stack) - 1
      stacks.hold(stack)
    }
  }
  return {
    records,
    requests,
    stacks: distinct,
    indexOf,
    release() {
      for (const stack of distinct) stacks.release(stack)
    },
  }
}

function takeRequest(record: Sampled): TakenRequest {
  const { startUs, ownUs, afterUs, unweighedUs, weighedUs, unsampledUs, samples } = record
  // Samples may be appended later, and the list may then get new columns.
  const list = samples && { length: samples.length, columns: { ...samples.columns } }
  return { startUs, ownUs, afterUs, unweighedUs, weighedUs, unsampledUs, samples: list }
}
