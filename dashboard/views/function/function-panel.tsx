import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { callsByFrame, callsSentence, callsText, type FunctionCalls } from '../../../plugin/model/calls.ts'
import { confidenceInterval, trustIn } from '../../../plugin/model/certainty.ts'
import { nameOf, originOf, placeText } from '../../../plugin/model/names.ts'
import type { CallCounts, Column, Profile } from '../../../plugin/model/profile.ts'
import { type Butterfly, butterfly } from '../../model/butterfly.ts'
import { count, percentText, plural } from '../../model/format.ts'
import { writeFunction } from '../../model/function-key.ts'
import { neighbours } from '../../model/neighbours.ts'
import { memo } from '../memo.ts'
import { Ms, Percent } from '../num.tsx'
import { Skeleton } from '../states.tsx'
import { useLater } from '../use-later.ts'
import { ButterflyFlame } from './butterfly-flame.tsx'
import { NeighbourList } from './neighbour-list.tsx'

export interface FunctionPanelProps {
  readonly profile: Profile<Column>
  /** Index into its frames. */
  readonly frame: number
  /** Its self time where nothing is folded into it, microseconds. */
  readonly unfoldedUs: number
  readonly onOpen: (frame: number) => void
  readonly onClose: () => void
}

/** In profiles with more nodes, the page is drawn before callers and callees are added up. */
const LARGE = 100_000
/** A smaller part of the self time is no more than rounding. */
const ROUNDING = 0.001

/** One function: what it cost, who called it, what it called. */
export const FunctionPanel = memo((props: FunctionPanelProps) => {
  const { profile, frame } = props
  const subject = useMemo(() => ({ profile, frame }), [profile, frame])
  const both = useLater(butterflyOf, subject, profile.tree.parent.length < LARGE ? 'at once' : 'later')
  if (both !== undefined) return <Panel {...props} both={both} />
  return (
    <section class="panel">
      <Skeleton rows={8} label="Adding up callers and callees" />
    </section>
  )
})

function butterflyOf({ profile, frame }: Pick<FunctionPanelProps, 'profile' | 'frame'>): Butterfly {
  return butterfly(profile, frame)
}

interface PanelProps extends FunctionPanelProps {
  readonly both: Butterfly
}

function Panel({ profile, frame, unfoldedUs, both, onOpen, onClose }: PanelProps) {
  const { frames, ownUs } = profile
  const info = frames[frame]
  // Not its index, which differs between profiles.
  const key = writeFunction(info)
  const callers = useMemo(() => neighbours(both.callers), [both])
  const callees = useMemo(() => neighbours(both.callees), [both])
  const panel = useRef<HTMLElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    panel.current!.scrollIntoView({ block: 'nearest' })
    // The panel may be higher than the window.
    title.current!.scrollIntoView({ block: 'nearest' })
    title.current!.focus({ preventScroll: true })
  }, [key])

  const selfUs = both.callees.selfUs[0]
  const samples = both.callees.samples[0]
  const totalUs = callees.reduce((sum, { us }) => sum + us, 0)
  const allSamples = callees.reduce((sum, one) => sum + one.samples, 0)
  const shared = { frames, totalUs, onOpen }
  return (
    <section class="panel function-panel" aria-labelledby="function-title" ref={panel}>
      <header class="panel-head">
        <div class="function-head">
          <h2 id="function-title" tabIndex={-1} ref={title}>
            {nameOf(info)}
          </h2>
          <p class="muted">{[originOf(info), placeText(info)].filter(Boolean).join(' · ')}</p>
        </div>
        <div class="panel-tools">
          <button type="button" class="button" onClick={onClose} title="Back to the flame graph (Esc)">
            Close
          </button>
        </div>
      </header>
      <dl class="function-numbers">
        <Figure name="Self" title="CPU in the function itself">
          <Ms ms={selfUs / 1000} /> <Percent share={selfUs / ownUs} />
          {selfUs - unfoldedUs > ROUNDING * selfUs && (
            <span class="muted" title="“Everything” shows it by function; the lines below have none of it">
              {' '}
              {unfoldedUs > ROUNDING * selfUs ? <Ms ms={(selfUs - unfoldedUs) / 1000} /> : 'all'} of it in
              folded calls
            </span>
          )}
        </Figure>
        <Figure name="Total" title="CPU in it and all it called; recursion counts once">
          <Ms ms={totalUs / 1000} /> <Percent share={totalUs / ownUs} />
        </Figure>
        <Figure name="Samples" title="Samples in it and in all it called">
          {count(allSamples)}
          {allSamples > 0 && (
            <span class="muted">, {samples === allSamples ? 'all' : count(samples)} self</span>
          )}
        </Figure>
        {profile.calls !== undefined && (
          <Figure name="Calls" title={callsSentence(profile.calls)}>
            <Calls counts={profile.calls} calls={callsByFrame(profile).get(frame)} />
          </Figure>
        )}
        <Figure
          name="Total, estimated from samples"
          title="The true share lies in this range (95 % confidence)"
        >
          <Certainty share={totalUs / ownUs} samples={allSamples} all={profile.samples} />
        </Figure>
      </dl>
      {totalUs > 0 ? (
        <div class="function-body">
          <ButterflyFlame frames={frames} butterfly={both} ownUs={ownUs} onOpen={onOpen} />
          <div class="function-lists">
            <NeighbourList {...shared} title="Called by" own="no caller: the event loop" rows={callers} />
            <NeighbourList {...shared} title="Time goes to" own="itself" rows={callees} />
          </div>
        </div>
      ) : (
        <p class="empty-row">No sample caught it: it took too little time to tell who called it.</p>
      )}
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly title: string
  readonly children: ComponentChildren
}

function Figure({ name, title, children }: FigureProps) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface CallsProps {
  readonly counts: CallCounts
  readonly calls: FunctionCalls | undefined
}

/** Asynchronous functions show no mean, since they are counted again after each `await`. */
function Calls({ counts: { requests, partly }, calls }: CallsProps) {
  if (calls === undefined) return <span class="muted">not counted</span>
  const mean = Number((calls.count / (requests + partly)).toPrecision(3))
  return (
    <>
      {callsText(calls, count)}{' '}
      <span class="muted">
        {calls.resumes
          ? 'again after each await or yield'
          : `${partly > 0 ? 'about ' : ''}${mean.toLocaleString('en')} per request`}
      </span>
    </>
  )
}

interface CertaintyProps {
  readonly share: number
  /** Samples in the function and what it called, and in the whole profile. */
  readonly samples: number
  readonly all: number
}

function Certainty({ share, samples, all }: CertaintyProps) {
  if (all <= 0) return <span class="muted">no samples</span>
  const { low, high } = confidenceInterval(Math.min(share, 1), all)
  const trust = trustIn(samples)
  return (
    <>
      {percentText(low)} to {percentText(high)} <span class="muted">of all</span>{' '}
      {(trust === 'none' || trust === 'few') && (
        <span class="warn" title={plural(samples, 'sample')}>
          too few samples
        </span>
      )}
    </>
  )
}
