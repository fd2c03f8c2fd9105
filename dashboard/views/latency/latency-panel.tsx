import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isBounded, type RequestBounds, within } from '../../../plugin/model/bounds.ts'
import type { RequestSummary } from '../../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../../plugin/model/wire/routes.ts'
import { boundsText } from '../../model/bounds.ts'
import { count, plural } from '../../model/format.ts'
import { scatter } from '../../model/scatter.ts'
import { memo } from '../memo.ts'
import { SplitLegend } from '../split-bar.tsx'
import { Problem, Skeleton } from '../states.tsx'
import { useHold } from '../use-hold.ts'
import { BandsTable } from './bands-table.tsx'
import { Plot } from './plot.tsx'

export interface LatencyPanelProps {
  /** The kept requests of the route; undefined while they are loading, or if they could not be loaded. */
  readonly requests: readonly RequestSummary[] | undefined
  readonly error: { readonly message: string } | undefined
  readonly onReload: () => void
  /** Latency of all requests of the route; undefined until it is known. */
  readonly latency: RouteSummary['latency'] | undefined
  /** Number of all requests of the route, kept or not. */
  readonly all: number
  readonly bounds: RequestBounds
  /** `replace` for step-by-step changes. */
  readonly onSelect: (bounds: RequestBounds, how: 'push' | 'replace') => void
  readonly onHold: (held: boolean) => void
}

/** Bounds moved by key are applied when they have not moved for this long. */
const SETTLE_MS = 250

/** How long each kept request took, and the selection that the rest of the page is about. */
export const LatencyPanel = memo((props: LatencyPanelProps) => {
  const { requests, error, latency, all, bounds, onSelect } = props
  const hold = useHold(props.onHold)
  const plot = useMemo(() => requests && scatter(requests), [requests])
  /** Bounds that are being drawn or moved, and not yet applied to the page. */
  const [draft, setDraft] = useState<RequestBounds>()
  const timer = useRef(0)
  const shown = draft ?? bounds
  useEffect(() => () => clearTimeout(timer.current), [])

  const take = (next: RequestBounds, how: 'push' | 'replace' = 'push') => {
    clearTimeout(timer.current)
    setDraft(undefined)
    onSelect(next, how)
  }
  const move = (next: RequestBounds) => {
    setDraft(next)
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => take(next, 'replace'), SETTLE_MS)
  }
  const clear = () => take({})
  return (
    <section class="panel latency-panel" aria-labelledby="latency-title">
      <header class="panel-head">
        <h2 id="latency-title">Latency</h2>
        {requests !== undefined && <Selected requests={requests} bounds={shown} onClear={clear} />}
        <div class="panel-tools">
          <SplitLegend>
            <li class="failed-legend">
              <i /> Failed
            </li>
          </SplitLegend>
        </div>
      </header>
      {requests === undefined || plot === undefined ? (
        <div class="latency-none">
          {error === undefined && <Skeleton rows={5} label="Loading the requests" />}
          <Problem error={error} reload={props.onReload} />
        </div>
      ) : (
        <div class="latency" {...hold}>
          <Plot
            plot={plot}
            latency={latency}
            bounds={bounds}
            draft={draft}
            onDraw={setDraft}
            onMove={move}
            onTake={take}
          />
          {latency !== undefined && (
            <BandsTable requests={requests} {...{ latency, all }} bounds={shown} onSelect={take} />
          )}
        </div>
      )}
    </section>
  )
})

interface SelectedProps {
  readonly requests: readonly RequestSummary[]
  readonly bounds: RequestBounds
  readonly onClear: () => void
}

/** The current selection, and a button to select all. */
function Selected({ requests, bounds, onClear }: SelectedProps) {
  const inside = useMemo(() => requests.filter(within(bounds)).length, [requests, bounds])
  if (!isBounded(bounds)) {
    return (
      <p class="muted">
        {plural(requests.length, 'kept request')}
        {requests.length > 1 && (
          <span class="latency-hint">, by start and wall time; drag to select some</span>
        )}
      </p>
    )
  }
  return (
    <p class="latency-selected" role="status">
      <b>{count(inside)}</b> of {plural(requests.length, 'kept request')}: {boundsText(bounds)}{' '}
      <button type="button" class="update" onClick={onClear} title="Clear the selection (Esc in the plot)">
        All requests
      </button>
    </p>
  )
}
