import type { RequestBounds } from '../../../plugin/model/bounds.ts'
import { type Edge, moveEdge } from '../../model/bounds.ts'
import { durationText } from '../../model/format.ts'
import type { Rect, Scatter } from '../../model/scatter.ts'
import { clock } from '../../model/when.ts'

export interface EdgesProps {
  readonly plot: Scatter
  readonly bounds: RequestBounds
  /** Where the bounds are on the plot. */
  readonly rect: Rect
  readonly onMove: (bounds: RequestBounds) => void
}

const edges: readonly { edge: Edge; name: string; lower: boolean }[] = [
  { edge: 'minMs', name: 'Shortest wall time', lower: true },
  { edge: 'maxMs', name: 'Longest wall time', lower: false },
  { edge: 'from', name: 'First start', lower: true },
  { edge: 'to', name: 'Last start', lower: false },
]

/** The four edges of the selection: they can be dragged, or moved by key, one request at a time. */
export function Edges({ plot, bounds, rect, onMove }: EdgesProps) {
  const onKeyDown = (edge: Edge, lower: boolean) => (event: KeyboardEvent) => {
    const up = stepOf(event.key)
    if (up === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    onMove(moveEdge(plot.requests, bounds, edge, lower ? up : -up))
  }
  return (
    <>
      {edges.map(({ edge, name, lower }) => {
        const { low, now, high, text } = edgeValue(plot, bounds, edge, lower)
        return (
          <div
            key={edge}
            class="plot-edge"
            data-edge={edge}
            role="slider"
            tabIndex={0}
            aria-label={name}
            aria-orientation={edge === 'minMs' || edge === 'maxMs' ? 'vertical' : 'horizontal'}
            aria-valuemin={low}
            aria-valuenow={now}
            aria-valuemax={high}
            aria-valuetext={text}
            style={placeOf(rect, edge)}
            onKeyDown={onKeyDown(edge, lower)}
          />
        )
      })}
    </>
  )
}

/** How far a key moves an edge, in requests. */
function stepOf(key: string): number | undefined {
  return {
    ArrowUp: 1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowLeft: -1,
    PageUp: 10,
    PageDown: -10,
    End: Number.POSITIVE_INFINITY,
    Home: Number.NEGATIVE_INFINITY,
  }[key]
}

function edgeValue({ start, wall }: Scatter, bounds: RequestBounds, edge: Edge, lower: boolean) {
  const ofWall = edge === 'minMs' || edge === 'maxMs'
  const at = ofWall ? wall.msAt : start.msAt
  const bound = bounds[edge]
  const now = bound === undefined ? at(lower ? 0 : 1) : ofWall ? Number(bound) : Date.parse(String(bound))
  const written = ofWall ? durationText(now) : clock(new Date(now).toISOString())
  return { low: at(0), now, high: at(1), text: bound === undefined ? 'any' : written }
}

function placeOf({ left, right, bottom, top }: Rect, edge: Edge) {
  const percent = (share: number) => `${share * 100}%`
  if (edge === 'minMs' || edge === 'maxMs') {
    const at = edge === 'minMs' ? bottom : top
    return { left: percent(left), width: percent(right - left), bottom: percent(at) }
  }
  const at = edge === 'from' ? left : right
  return { bottom: percent(bottom), height: percent(top - bottom), left: percent(at) }
}
