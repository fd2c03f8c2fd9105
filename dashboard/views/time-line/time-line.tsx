import type { RequestDetail } from '../../../plugin/model/wire.ts'
import { durationText } from '../../model/format.ts'
import { requestSentence } from '../../model/sentence.ts'
import { Answer } from '../answer.tsx'
import { memo } from '../memo.ts'
import { BlockedBy, WaitedFor } from './lists.tsx'
import { Picture } from './picture.tsx'
import { SplitSum } from './split-sum.tsx'

/** Where the wall time of a request went: in a sentence, as a sum, as a picture and in lists. */
export const TimeLine = memo(({ request }: { readonly request: RequestDetail }) => {
  const { blockedBy, waits, queuedMs } = request
  return (
    <section class="panel time-panel" aria-labelledby="time-title">
      <header class="panel-head">
        <h2 id="time-title" class="hidden">
          Where the time went
        </h2>
        <Answer pieces={requestSentence(request)} />
      </header>
      <SplitSum split={request} />
      <Picture request={request} />
      {queuedMs > 0 && (
        <p class="time-note">
          At most <b>{durationText(queuedMs)}</b> queued before <code>onRequest</code>: that long the event
          loop had been busy when Fastify began with it. No part of the wall time.
        </p>
      )}
      {(blockedBy.length > 0 || waits.length > 0) && (
        <div class="time-lists">
          {blockedBy.length > 0 && <BlockedBy request={request} />}
          {waits.length > 0 && <WaitedFor request={request} />}
        </div>
      )}
    </section>
  )
})
