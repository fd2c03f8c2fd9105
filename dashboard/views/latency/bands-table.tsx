import { useMemo } from 'preact/hooks'
import type { RequestBounds } from '../../../plugin/model/bounds.ts'
import type { RequestSummary } from '../../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../../plugin/model/wire/routes.ts'
import { bands } from '../../model/bands.ts'
import { boundsText, writeBounds } from '../../model/bounds.ts'
import { count } from '../../model/format.ts'
import { Bar } from '../bar.tsx'
import { Ms } from '../num.tsx'
import { SplitBar } from '../split-bar.tsx'

export interface BandsTableProps {
  readonly requests: readonly RequestSummary[]
  readonly latency: RouteSummary['latency']
  /** Number of all requests of the route, kept or not. */
  readonly all: number
  readonly bounds: RequestBounds
  readonly onSelect: (bounds: RequestBounds) => void
}

/** The plot in numbers: what slow requests have that fast ones have not. A click on a row selects its requests. */
export function BandsTable({ requests, latency, all, bounds, onSelect }: BandsTableProps) {
  const rows = useMemo(() => bands(requests, latency, all), [requests, latency, all])
  const longest = rows.reduce((most, { wallMs }) => Math.max(most, wallMs), 0)
  const chosen = writeBounds(bounds)
  return (
    <table class="bands">
      <thead>
        <tr>
          <th scope="col" title="Percentiles of all requests; counts are of the kept ones">
            Wall time
          </th>
          <th scope="col">Kept</th>
          <th scope="col">Mean</th>
          <th scope="col" class="split-cell">
            Where it went
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((band) => {
          const { wall } = writeBounds(band.bounds)
          const pressed = chosen.wall === wall && chosen.started === ''
          return (
            <tr key={band.name} class="row-link" data-chosen={pressed}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={pressed}
                  disabled={band.requests === 0}
                  onClick={() => onSelect(pressed ? {} : band.bounds)}
                  title={boundsText(band.bounds)}
                >
                  {band.name}
                </button>
              </th>
              <td>{count(band.requests)}</td>
              <td class="own">
                {band.requests > 0 ? (
                  <>
                    <Ms ms={band.wallMs} />
                    <Bar value={band.wallMs} most={longest} part="wall" />
                  </>
                ) : (
                  <span class="muted">–</span>
                )}
              </td>
              <td class="split-cell">{band.requests > 0 && <SplitBar split={band.split} />}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
