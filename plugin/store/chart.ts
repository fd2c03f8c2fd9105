import type { Chart } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { type RequestRecord, splitOf } from '../requests/record.ts'
import type { Naming } from '../symbols/naming.ts'
import { type MergeOptions, mergeSteps } from './merge.ts'
import { spansSteps } from './spans.ts'
import type { Stacks } from './stacks.ts'

/** Makes the profile of a record with its spans in order of time; in steps, like `mergeSteps`. */
export function* chartSteps(
  record: RequestRecord,
  stacks: Stacks,
  naming: Naming,
  options: Omit<MergeOptions, 'phasesOf' | 'placed'>,
): Steps<Chart> {
  // The store may drop the record, and what it holds, between two steps.
  const { samples, startUs, endUs, afterUs } = record
  const split = splitOf(record)
  const nodes = new Map<number, number>()
  const placed = (stack: number, node: number) => nodes.set(stack, node)
  const profile = yield* mergeSteps([record], stacks, naming, { ...options, placed })
  const spans = yield* spansSteps(samples, split, options.intervalUs, (stack) => nodes.get(stack)!)
  return { ...profile, wallUs: Math.round(endUs - startUs), afterUs, spans }
}
