import type { RequestDetail } from '../../../plugin/model/wire/requests.ts'
import { durationText } from '../../model/format.ts'
import type { Navigate } from '../../model/location.ts'
import { notDueMs } from '../../model/not-due.ts'
import { isLonger, knownQueueMs } from '../../model/queue.ts'
import { type Range, readRange, whole, writeRange } from '../../model/range.ts'
import { culprit, requestSentence } from '../../model/sentence.ts'
import { Answer, told } from '../answer.tsx'
import { memo } from '../memo.ts'
import { Picture } from './picture.tsx'
import { SplitSum } from './split-sum.tsx'

export interface TimeLineProps {
  readonly request: RequestDetail
  /** The part that the chart below shows, as in the URL. */
  readonly range: string
  /** Zooms the chart; undefined if there is none. */
  readonly onChange: Navigate | undefined
}

/** A smaller share of the wall time would not change what the sentence says. */
const LEAST_ANYWAY = 0.05

/** Where the wall time of a request went: in a sentence, as a sum and as a picture. */
export const TimeLine = memo(({ request, range, onChange }: TimeLineProps) => {
  const {
    queuedMs,
    queueKnown,
    queuedBehind: [behind],
  } = request
  const anywayMs = notDueMs(request)
  const wallUs = request.wallMs * 1000
  const all = whole(wallUs)
  const onZoom = onChange && ((to: Range) => onChange({ range: writeRange(to, all) }))
  const queuedLonger = isLonger(knownQueueMs(request), request.wallMs)
  const busy = <b>{durationText(queuedMs)}</b>
  const queue = queuedMs > 0 && (
    <p class={queuedLonger ? 'answer queue-answer' : 'time-note'}>
      {queueKnown ? (
        <>
          At most {busy} queued before <code>onRequest</code>: the event loop was busy all that time
          {behind !== undefined && (
            <>
              , for <b>{durationText(behind.ms)}</b> of it with {told(culprit(behind.route, request.route))}
            </>
          )}
          . Not part of the wall time.
        </>
      ) : (
        <>
          How long it queued before <code>onRequest</code> is not known: the event loop had been busy for{' '}
          {busy} without a break. Not part of the wall time.
        </>
      )}
    </p>
  )
  return (
    <section class="panel time-panel" aria-labelledby="time-title">
      <header class="panel-head">
        <h2 id="time-title" class="hidden">
          Where the time went
        </h2>
        <Answer pieces={requestSentence(request)} />
      </header>
      {queuedLonger && queue}
      <SplitSum split={request} />
      <Picture request={request} range={readRange(range, all, wallUs)} onZoom={onZoom} />
      {anywayMs >= LEAST_ANYWAY * request.wallMs && (
        <p class="time-note">
          For <b>{durationText(anywayMs)}</b> of the time that others held the event loop, its timers were not
          due: it would have waited anyway.
        </p>
      )}
      {!queuedLonger && queue}
    </section>
  )
})
