import { useLayoutEffect, useRef } from 'preact/hooks'
import type { RequestSummary } from '../../../plugin/model/wire.ts'
import { clock, durationText } from '../../model/format.ts'
import { splitParts } from '../../model/split.ts'

export interface DotTooltipProps {
  readonly request: RequestSummary
  /** Of the pointer, in the window. */
  readonly x: number
  readonly y: number
}

const DISTANCE = 14

/** Follows the pointer; the list says the same. */
export function DotTooltip({ request, x, y }: DotTooltipProps) {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { width, height } = ref.current!.getBoundingClientRect()
    const left = x + DISTANCE + width > innerWidth ? x - DISTANCE - width : x + DISTANCE
    const top = y + DISTANCE + height > innerHeight ? y - DISTANCE - height : y + DISTANCE
    ref.current!.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`
  })
  const { method, url, statusCode, outcome, wallMs, startedAt } = request
  return (
    <div class="tooltip" ref={ref} aria-hidden="true">
      <p class="tooltip-name">
        {method} {url}
      </p>
      <p class="tooltip-place">{[statusCode || 'no answer', outcome, clock(startedAt)].join(' · ')}</p>
      <table class="tooltip-facts">
        <tbody>
          <tr>
            <th scope="row">Wall time</th>
            <td>{durationText(wallMs)}</td>
          </tr>
          {splitParts(request).map(({ kind, name, ms, percent }) => (
            <tr key={kind}>
              <th scope="row">
                <i class={`swatch part-${kind}`} /> {name}
              </th>
              <td>
                {durationText(ms)} ({percent.toFixed(1)} %)
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">Click to open it</p>
    </div>
  )
}
