import type { RequestSummary } from '../../../plugin/model/wire/requests.ts'
import { durationText } from '../../model/format.ts'
import { splitParts } from '../../model/split.ts'
import { dated } from '../../model/when.ts'
import { useBeside } from '../use-beside.ts'

export interface DotTooltipProps {
  readonly request: RequestSummary
  /** Position of the pointer in the window. */
  readonly x: number
  readonly y: number
}

/** Follows the pointer; the list of requests has the same information. */
export function DotTooltip({ request, x, y }: DotTooltipProps) {
  const ref = useBeside(x, y)
  const { method, url, statusCode, outcome, wallMs, startedAt } = request
  return (
    <div class="tooltip" ref={ref} aria-hidden="true">
      <p class="tooltip-name">
        {method} {url}
      </p>
      <p class="tooltip-place">
        {[statusCode || 'no response', outcome, dated(startedAt, Date.now())].join(' · ')}
      </p>
      <table class="tooltip-facts">
        <tbody>
          <tr>
            <th scope="row">Wall time</th>
            <td>{durationText(wallMs)}</td>
          </tr>
          {splitParts(request).map(({ kind, name, ms, share }) => (
            <tr key={kind}>
              <th scope="row">
                <i class={`swatch part-${kind}`} /> {name}
              </th>
              <td>
                {durationText(ms)} ({share})
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">Click to open</p>
    </div>
  )
}
