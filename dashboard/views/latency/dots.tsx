import { type RequestBounds, within } from '../../../plugin/model/bounds.ts'
import { isFailed } from '../../../plugin/model/failed.ts'
import type { RouteSummary } from '../../../plugin/model/wire/routes.ts'
import { durationText } from '../../model/format.ts'
import { mainPart, percentileMarks, type Scatter } from '../../model/scatter.ts'
import { memo } from '../memo.ts'

export interface DotsProps {
  readonly plot: Scatter
  readonly bounds: RequestBounds
  /** Wall times that get a line, milliseconds. */
  readonly ticks: readonly number[]
  readonly latency: RouteSummary['latency'] | undefined
}

const RADIUS = 3.5

/** The picture: lines, percentiles, and a dot for each request. */
export const Dots = memo(({ plot, bounds, ticks, latency }: DotsProps) => {
  const { start, wall } = plot
  const marks = latency === undefined ? [] : percentileMarks(wall, latency)
  return (
    <>
      <svg class="plot-picture" width="100%" height="100%" aria-hidden="true">
        {ticks.map((ms) => (
          <line key={ms} class="plot-line" x1="0" x2="100%" y1={high(wall.at(ms))} y2={high(wall.at(ms))} />
        ))}
        {start.cuts.map(({ at }) => (
          <line key={at} class="plot-gap" x1={`${at * 100}%`} x2={`${at * 100}%`} y1="0" y2="100%" />
        ))}
        {marks.map(({ name, at }) => (
          <line key={name} class="plot-mark" x1="0" x2="100%" y1={high(at)} y2={high(at)} />
        ))}
        <Circles plot={plot} bounds={bounds} />
      </svg>
      {marks.map(({ name, ms, at }) => (
        <span
          key={name}
          class="plot-name"
          style={{ bottom: `${at * 100}%` }}
          title={`${name} of all requests: ${durationText(ms)}`}
        >
          {name}
        </span>
      ))}
    </>
  )
})

/** The dots; unselected ones are faint. Not drawn again if only the percentiles have changed. */
const Circles = memo(({ plot, bounds }: Pick<DotsProps, 'plot' | 'bounds'>) => {
  const { requests, x, y } = plot
  const isChosen = within(bounds)
  return (
    <>
      {requests.map((request, i) => (
        <circle
          key={request.id}
          class={isFailed(request) ? 'dot failed' : 'dot'}
          data-part={mainPart(request)}
          data-out={isChosen(request) ? undefined : ''}
          cx={`${x[i] * 100}%`}
          cy={high(y[i])}
          r={RADIUS}
        />
      ))}
    </>
  )
})

function high(share: number): string {
  return `${(1 - share) * 100}%`
}
