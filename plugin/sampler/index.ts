import { ProfilerError } from '../errors.ts'
import type { SamplerName } from '../model/wire.ts'
import { createInspectorSampler } from './inspector.ts'
import type { Sampler } from './segment.ts'
import { createV8Sampler, startCpuProfile } from './v8.ts'
import { createAddonSampler } from './v8-profiler-next.ts'

/** The sampler asked for, or the best that works here, and why it is this one, in a sentence for people. */
export function createSampler(
  wanted: 'auto' | SamplerName,
  intervalUs: number,
): { sampler: Sampler; reason: string } {
  if (wanted !== 'auto') return { sampler: byName(wanted, intervalUs), reason: 'asked for by the option' }
  if (startCpuProfile()) {
    return { sampler: byName('v8', intervalUs), reason: 'the cheapest on this version of Node' }
  }
  try {
    return { sampler: byName('v8-profiler-next', intervalUs), reason: 'the default on Node 20 and 22' }
  } catch (error) {
    return { sampler: byName('inspector', intervalUs), reason: (error as Error).message }
  }
}

function byName(name: SamplerName, intervalUs: number): Sampler {
  try {
    if (name === 'v8' && !startCpuProfile()) throw new Error('v8.startCpuProfile needs Node 24 or later')
    if (name === 'v8') return createV8Sampler(intervalUs)
    if (name === 'inspector') return createInspectorSampler(intervalUs)
    return createAddonSampler(intervalUs)
  } catch (error) {
    throw new ProfilerError(
      'FST_PROFILER_NO_SAMPLER',
      `sampler "${name}" cannot work: ${(error as Error).message}`,
    )
  }
}
