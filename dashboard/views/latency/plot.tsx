import { useMemo, useState } from 'preact/hooks'
import { isBounded, type RequestBounds } from '../../../plugin/model/bounds.ts'
import type { RouteSummary } from '../../../plugin/model/wire/routes.ts'
import { durationText, plural } from '../../model/format.ts'
import { writeLocation } from '../../model/location.ts'
import { rectOf, type Scatter } from '../../model/scatter.ts'
import { wallLabels, wallTicks } from '../../model/wall-scale.ts'
import { clock } from '../../model/when.ts'
import { DotTooltip } from './dot-tooltip.tsx'
import { Dots } from './dots.tsx'
import { Edges } from './edges.tsx'
import { useApart } from './use-apart.ts'
import { NO_DOT, useBrush } from './use-brush.ts'

export interface PlotProps {
  readonly plot: Scatter
  readonly latency: RouteSummary['latency'] | undefined
  readonly bounds: RequestBounds
  /** Bounds that are being drawn or moved. */
  readonly draft: RequestBounds | undefined
  readonly onDraw: (bounds: RequestBounds | undefined) => void
  /** Called with bounds that were moved by a step. */
  readonly onMove: (bounds: RequestBounds) => void
  readonly onTake: (bounds: RequestBounds) => void
}

const MOST_TICKS = 5
/** The ends of a shorter axis need milliseconds to differ. */
const FEW_MS = 5000

/** Requests as dots, some of which can be selected with a brush. */
export function Plot({ plot, latency, bounds, draft, onDraw, onMove, onTake }: PlotProps) {
  const shown = draft ?? bounds
  const rect = rectOf(plot, shown)
  const [hover, setHover] = useState(NO_DOT)
  const { requests, start, wall } = plot
  const { area, handlers } = useBrush({ plot, bounds, onDraw, onTake, onHover: setHover })
  const ticks = useMemo(() => wallTicks(wall, MOST_TICKS), [wall])
  const tickTexts = useMemo(() => wallLabels(wall, ticks), [wall, ticks])
  const hovered = requests[hover.dot]
  const cuts = useMemo(() => start.cuts.toSorted((a, b) => b.ms - a.ms), [start])
  const axis = useApart(cuts)
  const ends = [start.msAt(0), start.msAt(1)]
  const labels = requests.length > 1 ? ends : requests.map(({ startedAt }) => Date.parse(startedAt))
  const endText = (ms: number) => {
    const text = clock(new Date(ms).toISOString())
    return ends[1] - ends[0] < FEW_MS ? text : text.replace(/\..*/, '')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isBounded(shown)) return
    event.stopPropagation()
    onTake({})
  }
  return (
    <div class="plot">
      <div class="plot-y" aria-hidden="true">
        {ticks.map((ms, i) => (
          <span key={ms} style={{ bottom: `${wall.at(ms) * 100}%` }}>
            {tickTexts[i]}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its sliders have the keys, this is their Escape. */}
      <div class="plot-area" ref={area} {...handlers} onKeyDown={onKeyDown}>
        <Dots plot={plot} bounds={bounds} ticks={ticks} latency={latency} />
        {isBounded(shown) && (
          <div
            class="plot-brush"
            style={{
              left: `${rect.left * 100}%`,
              right: `${(1 - rect.right) * 100}%`,
              bottom: `${rect.bottom * 100}%`,
              top: `${(1 - rect.top) * 100}%`,
            }}
          />
        )}
        <Edges plot={plot} bounds={shown} rect={rect} onMove={onMove} />
        {hovered !== undefined && (
          <a
            class="plot-link"
            href={writeLocation({ route: hovered.route, request: hovered.id })}
            tabIndex={-1}
            draggable={false}
            style={{ left: `${plot.x[hover.dot] * 100}%`, bottom: `${plot.y[hover.dot] * 100}%` }}
          >
            <span class="hidden">Request {hovered.id}</span>
          </a>
        )}
      </div>
      <div class="plot-x" aria-hidden="true" ref={axis}>
        {labels.map((ms) => (
          <span key={ms}>{endText(ms)}</span>
        ))}
        {cuts.map(({ at, ms }) => (
          <span key={at} class="plot-cut" style={{ left: `${at * 100}%` }}>
            ⋯ {durationText(ms)} ⋯
          </span>
        ))}
      </div>
      {hovered !== undefined && <DotTooltip request={hovered} x={hover.x} y={hover.y} />}
      <p class="hidden">
        {plural(requests.length, 'request')} as dots by start and wall time, each a link in the list below.
      </p>
    </div>
  )
}
