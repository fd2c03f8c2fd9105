import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import type { WaitingAnswer } from '../../plugin/model/wire/waits.ts'
import { durationText } from '../model/format.ts'
import { isWorthSaying } from '../model/queue.ts'
import { routeSentence } from '../model/sentence.ts'
import { splitOfRoute } from '../model/split.ts'
import { Answer } from './answer.tsx'
import { memo } from './memo.ts'
import { SplitSum } from './time-line/split-sum.tsx'

export interface RouteTimeProps {
  readonly route: RouteSummary
  /** Of the requests that are kept; undefined until it is known. */
  readonly waiting: WaitingAnswer | undefined
}

/** Where the time of a route's requests goes, on average. */
export const RouteTime = memo(({ route, waiting }: RouteTimeProps) => {
  const split = splitOfRoute(route)
  return (
    <section class="panel time-panel time-mean" aria-labelledby="time-title">
      <header class="panel-head">
        <h2 id="time-title" class="hidden">
          Where the time goes
        </h2>
        <Answer pieces={routeSentence(split, waiting)} />
      </header>
      <SplitSum split={split} whole="Mean wall time" />
      {waiting !== undefined && isWorthSaying(waiting) && (
        <p class="time-note">
          Before that they may have queued while the event loop was busy: half of the kept requests for no
          longer than <b>{durationText(waiting.queued.p50Ms)}</b>, 95 % of them for no longer than{' '}
          <b>{durationText(waiting.queued.p95Ms)}</b>. Not part of the wall time.
        </p>
      )}
    </section>
  )
})
