import { confidenceInterval, FEW_SAMPLES, trustIn } from '../../model/certainty.ts'
import type { Profile } from '../../model/profile.ts'
import type { Steps } from '../../model/steps.ts'
import { version } from '../../version.ts'
import type { About } from '../about.ts'
import { count, ms, requestsText, selfAndTotal } from '../number-text.ts'
import { functionSections } from './functions.ts'
import { lineSection } from './lines.ts'
import { requestSections } from './requests.ts'
import { code } from './text.ts'

/**
 * Writes a page for a colleague or a coding agent: what was measured and how far it can be trusted, where the time of
 * the requests went, and which functions and lines took the CPU. Text from the application appears only as code,
 * whatever it contains. `about` is missing for a profile that does not come from the recorder.
 */
export function* markdownSteps(profile: Profile, about?: About): Steps<string> {
  const parts = [`# CPU profile of ${code(profile.title)}`, measured(profile, about), trust(profile)]
  if (about !== undefined) parts.push(...requestSections(about))
  if (profile.ownUs > 0) {
    for (const part of functionSections(profile)) {
      parts.push(part)
      yield
    }
    parts.push(...(yield* lineSection(profile, about?.texts ?? new Map())))
  }
  return `${[...parts, '## How to read this', guide].join('\n\n')}\n`
}

function measured(profile: Profile, about: About | undefined): string {
  const { samples, ownUs, intervalUs, startedAt, endedAt } = profile
  const achievedUs = about?.sampler.achievedIntervalUs ?? 0
  const achieved = achievedUs > 0 ? ` (${ms(achievedUs, 0)} ms achieved)` : ''
  const interval = intervalUs > 0 ? `, one per ${intervalUs / 1000} ms of CPU${achieved}` : ''
  const sampler = about === undefined ? '' : `, sampler ${code(about.sampler.name)}`
  return [
    `- ${requestsText(profile)}${startedAt === '' ? '' : `, ${startedAt} to ${endedAt}`}`,
    `- ${ms(ownUs, ownUs)} ms of own CPU, ${count(samples, 'sample')}${interval}`,
    `- Node ${process.version}${sampler}, fastify-profiler ${version}`,
  ].join('\n')
}

function trust({ samples, ownUs }: Profile): string {
  if (ownUs <= 0) return '**Nothing to see: no CPU was recorded.**'
  const trust = trustIn(samples)
  if (trust === 'none') return '**No samples: how long it took is known, but not where.**'
  const { low, high } = confidenceInterval(0.1, samples)
  const share = (part: number) => `${(100 * part).toFixed(1)} %`
  const range = `Times in all are measured by the clock, shares of functions by samples: a share of 10 % is truly between ${share(low)} and ${share(high)} (95 % confidence).`
  return trust === 'few'
    ? `**Too few samples to trust (fewer than ${FEW_SAMPLES}): send more requests.** ${range}`
    : range
}

const guide = [
  `- ${selfAndTotal}`,
  '- held by others (blocked): the request was ready, but other code held the event loop; look at who that was.',
  '- A function with high self time is slow itself; one with high total and low self calls something that is.',
  '- Lines are of the original source, through source maps.',
].join('\n')
