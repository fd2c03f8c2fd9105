import type { SincePrevious } from '../../plugin/model/wire/baselines.ts'
import { previousHref, previousText } from '../model/previous.ts'
import { relative, signs } from '../model/verdict.ts'

/** Shows that a route became faster or slower since the previous run. */
export function SinceMark({ since }: { readonly since: SincePrevious }) {
  const { own, route } = since
  const { short, long, title } = previousText(since, Date.now())
  return (
    <a
      class="since-mark"
      data-verdict={own.verdict}
      href={previousHref(route)}
      title={`${short}${long}. ${title}`}
      aria-label={`${short}${long}. Compare`}
    >
      {signs[own.verdict]}
      <span class="wide-1">{relative(own)}</span>
    </a>
  )
}
