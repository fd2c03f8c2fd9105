import { confidenceInterval, type Trust, trustIn } from '../../plugin/model/certainty.ts'
import type { Column, Profile } from '../../plugin/model/profile.ts'
import { durationText, percentText, plural } from '../model/format.ts'
import type { Origin } from '../model/origins.ts'
import { NewerMark } from './newer-mark.tsx'
import { Prose } from './num.tsx'

export interface LookingAtProps {
  /** The profile as it is drawn. */
  readonly profile: Profile<Column>
  /** Which of the route's requests are selected, as text; undefined when all are. */
  readonly selected?: string | undefined
  /** Own CPU of all origins, microseconds. */
  readonly wholeUs: number
  /** How much of that was not sampled, where that is shown; microseconds. */
  readonly unsampledUs?: number
  /** The only origin that is shown; undefined for all. */
  readonly only: Origin | undefined
  /** Requests that ended since the profile was made. */
  readonly newer?: number
  /** Whether the last attempt to reload it failed. */
  readonly failed: boolean
  readonly onUpdate: () => void
  /** Selects all requests again. */
  readonly onAllRequests?: () => void
  /** Shows all origins again. */
  readonly onAllCode: () => void
}

const trustNames: Record<Trust, string> = {
  none: 'no samples',
  few: 'too few samples',
  rough: 'rough',
  good: 'reliable',
}

/** What the picture is made of, and how far it can be trusted. */
export function LookingAt(props: LookingAtProps) {
  const { profile, wholeUs, unsampledUs = 0, selected, only, newer = 0, failed, onUpdate } = props
  const { requests, routes, samples, ownUs } = profile
  const trust = trustIn(samples)
  return (
    <div class="looking-at">
      {requests > 0 && plural(requests, 'request')}
      {routes !== undefined && ` of ${plural(routes, 'route')}`}
      {requests > 1 && ' merged'}
      {selected !== undefined && (
        <>
          ,{' '}
          <b>
            <Prose>{selected}</Prose>
          </b>{' '}
          <button type="button" class="update" onClick={props.onAllRequests}>
            All requests
          </button>
        </>
      )}
      {requests > 0 && ' · '}
      <Prose>{durationText(wholeUs / 1000)}</Prose> {requests > 0 ? 'own CPU' : 'CPU'}
      {unsampledUs > 0 && (
        <>
          , of which <Prose>{durationText(unsampledUs / 1000)}</Prose> not sampled
        </>
      )}
      {only !== undefined && (
        <>
          , of which{' '}
          <b>
            <Prose>{durationText(ownUs / 1000)}</Prose>
          </b>{' '}
          (<Prose>{percentText(ownUs / wholeUs)}</Prose>) in <b>{only.label}</b>{' '}
          <button type="button" class="update" onClick={props.onAllCode}>
            All code
          </button>
        </>
      )}{' '}
      · {plural(samples, 'sample')}{' '}
      <button type="button" class="trust" data-trust={trust} popovertarget="trust">
        {trustNames[trust]}
      </button>
      <Explanation profile={profile} />
      <NewerMark {...{ newer, failed, onUpdate }} />
    </div>
  )
}

function Explanation({ profile }: { readonly profile: Profile<Column> }) {
  const { samples, ownUs } = profile
  // What was achieved, not the nominal one: a busy machine looks less often.
  const everyMs = (samples > 0 ? ownUs / samples : profile.intervalUs) / 1000
  const { low, high } = confidenceInterval(0.1, samples)
  return (
    <div id="trust" popover="auto" class="explain" role="note">
      <p>
        <Prose>
          The {durationText(ownUs / 1000)} are measured with a clock. Which functions they went to is sampled:
          a look at the stack every {durationText(everyMs)} on average, like an opinion poll.
        </Prose>
      </p>
      {samples > 0 && (
        <p>
          <Prose>
            With {plural(samples, 'sample')}, a function shown at 10 % really takes between{' '}
            <b>
              <Prose>{percentText(low)}</Prose>
            </b>{' '}
            and{' '}
            <b>
              <Prose>{percentText(high)}</Prose>
            </b>{' '}
            (95 % confidence). Four times as many samples halve the uncertainty
            {profile.requests > 0 && ': send more requests'}.
          </Prose>
        </p>
      )}
    </div>
  )
}
