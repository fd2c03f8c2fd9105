import type { SincePrevious } from '../../../plugin/model/wire.ts'
import { previousHref, previousText } from '../../model/previous.ts'
import { memo } from '../memo.ts'

export interface PreviousLineProps {
  /** Undefined if there is no previous run, or it is not known yet. */
  readonly since: SincePrevious | undefined
}

/** How a route changed since the previous run. Its place is reserved until it is known, so that nothing moves then. */
export const PreviousLine = memo(({ since }: PreviousLineProps) => {
  if (since === undefined) return <p class="since" />
  const { short, long, which, title } = previousText(since, Date.now())
  return (
    <p class="since" title={title}>
      <b class="verdict" data-verdict={since.own.verdict}>
        {short}
      </b>
      <span class="wide-1 muted">{long}</span>
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
