import type { Profile } from '../../plugin/model/profile.ts'
import { bounds, trustIn } from '../model/certainty.ts'
import { durationText, percentText, plural } from '../model/format.ts'

/** What the picture is made of, and how far it can be believed. */
export function LookingAt({ profile }: { readonly profile: Profile }) {
  const trust = trustIn(profile.samples)
  const { low, high } = bounds(0.1, profile.samples)
  return (
    <p class="looking-at">
      {plural(profile.requests, 'request')}
      {profile.requests === 1 ? '' : ' merged'} · {durationText(profile.ownUs / 1000)} own CPU ·{' '}
      {plural(profile.samples, 'sample')}{' '}
      <button type="button" class="trust" data-trust={trust} popovertarget="trust">
        {{ none: 'no sample', few: 'too few to believe', rough: 'rough', good: 'reliable' }[trust]}
      </button>
      <span id="trust" popover="auto" class="explain" role="note">
        The clock measured the {durationText(profile.ownUs / 1000)}. Which function they went to is sampled: a
        look at the stack every {durationText(profile.intervalUs / 1000)}, as in an opinion poll. With{' '}
        {plural(profile.samples, 'sample')}, a function shown at 10 % really has between {percentText(low)}{' '}
        and {percentText(high)}, 19 times out of 20. Four times the samples halve the error.
      </span>
    </p>
  )
}
