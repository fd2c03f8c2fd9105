import type { PreviousAnswer } from '../../../plugin/model/wire/baselines.ts'
import { previousHref, previousText, wallText } from '../../model/previous.ts'
import { memo } from '../memo.ts'
import { usePrinting } from '../use-printing.ts'

export interface PreviousLineProps {
  /** Undefined until it is known. */
  readonly answer: PreviousAnswer | undefined
  /** Median wall time of the route's requests; undefined until it is known. */
  readonly p50Ms: number | undefined
}

/**
 * How a route changed since the previous run. Its place is reserved until that is known, so that nothing moves then. Nothing
 * where no runs are kept.
 */
export const PreviousLine = memo(({ answer, p50Ms = 0 }: PreviousLineProps) => {
  const printing = usePrinting()
  if (answer === undefined) return <p class="since" />
  if (!answer.kept) return null
  const [since] = answer.routes
  if (since === undefined) {
    return (
      <p class="since muted" title="With the next start this run becomes the previous one.">
        No previous run of this route is kept to compare with
      </p>
    )
  }
  const { short, long, which, title } = previousText(since, printing ? undefined : Date.now())
  const wall = wallText(since, p50Ms)
  return (
    <p class="since" title={title}>
      <b class="verdict" data-verdict={since.own.verdict}>
        {short}
      </b>
      <span class="wide-1 muted">{long}</span>
      {wall !== '' && (
        <span title="Not of the same requests: of all so far, and of the newest of the previous run. It depends on the load too.">
          {' · '}
          {wall}
        </span>
      )}
      {since.own.verdict !== 'few' && (
        <span>
          <span class="wide-1"> · </span>
          {which} ·{' '}
          <a class="link" aria-label="Compare with the previous run" href={previousHref(since.route)}>
            Compare
          </a>
        </span>
      )}
    </p>
  )
})
