import { ProfilerError } from '../errors.ts'
import type { SamplerName } from '../model/wire/status.ts'
import { createInspectorSampler } from './inspector.ts'
import { createNoSampler } from './none.ts'
import type { Sampler } from './segment.ts'
import { createV8Sampler, findStartCpuProfile } from './v8.ts'
import { createAddonSampler } from './v8-profiler-next.ts'

export interface ChosenSampler {
  readonly sampler: Sampler
  /** Why this sampler was chosen, in a sentence for people. */
  readonly reason: string
}

/**
 * Creates the sampler asked for, or for `auto` the best one that works here. Nothing native is loaded before the call,
 * and nothing samples before the sampler is started.
 *
 * Throws `FST_PROFILER_NO_SAMPLER` if the one asked for cannot work. Where none can, `auto` is one that never starts.
 */
export function createSampler(wanted: 'auto' | SamplerName, intervalUs: number): ChosenSampler {
  if (wanted === 'auto') return chooseSampler(intervalUs)
  try {
    return { sampler: create[wanted](intervalUs), reason: 'asked for by the option "sampler"' }
  } catch (error) {
    throw noSampler(`sampler "${wanted}" cannot work: ${(error as Error).message}`)
  }
}

const create: Readonly<Record<SamplerName, (intervalUs: number) => Sampler>> = {
  'v8-profiler-next': createAddonSampler,
  v8: createV8Sampler,
  inspector: createInspectorSampler,
}

/**
 * `v8` comes first where Node has it: rotating and reading a segment costs a quarter of what it costs the others, and
 * none of its calls can end the process. Then `v8-profiler-next`, which wakes up from rest without a cold start.
 */
const order: readonly { readonly name: SamplerName; readonly reason: string }[] = [
  { name: 'v8', reason: "Node's own v8.startCpuProfile costs least where Node has it" },
  { name: 'v8-profiler-next', reason: 'this Node has no v8.startCpuProfile and v8-profiler-next loads' },
  { name: 'inspector', reason: "Node's own inspector works everywhere" },
]

function chooseSampler(intervalUs: number): ChosenSampler {
  const problems: string[] = []
  for (const { name, reason } of order) {
    if (name === 'v8' && !findStartCpuProfile()) continue
    try {
      return { sampler: create[name](intervalUs), reason: [...problems, reason].join('; ') }
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`)
    }
  }
  const reason = `no sampler works here: ${problems.join('; ')}`
  return { sampler: createNoSampler(intervalUs, reason), reason }
}

function noSampler(message: string): ProfilerError {
  return new ProfilerError('FST_PROFILER_NO_SAMPLER', message)
}
