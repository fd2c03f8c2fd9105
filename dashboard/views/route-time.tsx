import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import type { WaitingAnswer } from '../../plugin/model/wire/waits.ts'
import { count, durationText } from '../model/format.ts'
import { isLonger, isWorthSaying } from '../model/queue.ts'
import { culprit, routeSentence } from '../model/sentence.ts'
import { splitOfRoute } from '../model/split.ts'
import { Answer, told } from './answer.tsx'
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
  const behind = waiting?.queuedBehind[0]
  const queuedLonger = waiting !== undefined && isLonger(waiting.queued.p95Ms, route.latency.meanMs)
  const queue = waiting !== undefined && isWorthSaying(waiting) && (
    <p class={queuedLonger ? 'answer queue-answer' : 'time-note'}>
      Before that they may have queued while the event loop was busy
      {behind !== undefined && <>, above all with {told(culprit(behind.route, route.route))}</>}:{' '}
      {waiting.queued.requests === waiting.requests
        ? 'half of the kept requests'
        : `half of the ${count(waiting.queued.requests)} (of ${count(waiting.requests)}) kept requests of which that is known`}{' '}
      for no longer than <b>{durationText(waiting.queued.p50Ms)}</b>, 95 % of them for no longer than{' '}
      <b>{durationText(waiting.queued.p95Ms)}</b>. Not part of the wall time.
    </p>
  )
  return (
    <section class="panel time-panel time-mean" aria-labelledby="time-title">
      <header class="panel-head">
        <h2 id="time-title" class="hidden">
          Where the time goes
        </h2>
        <Answer pieces={routeSentence(split, waiting)} />
      </header>
      {queuedLonger && queue}
      <SplitSum split={split} whole="Mean wall time" />
      {!queuedLonger && queue}
    </section>
  )
})
