import { useRef, useState } from 'preact/hooks'
import type { RouteSummary, Status } from '../../plugin/model/wire.ts'
import { durationText, percentText, plural } from '../model/format.ts'
import type { Change, Location } from '../model/location.ts'
import {
  filterRoutes,
  holdOrder,
  readSort,
  routeColumns,
  sortRoutes,
  toggleSort,
  writeSort,
} from '../model/order.ts'
import { FilterBox } from './filter-box.tsx'
import { RoutesTable } from './routes-table.tsx'

export interface RoutesPageProps {
  readonly routes: readonly RouteSummary[]
  readonly status: Status | undefined
  readonly location: Location
  readonly onChange: Change
}

export function RoutesPage({ routes, status, location, onChange }: RoutesPageProps) {
  const sort = readSort(location.sort, routeColumns, { column: 'own', descending: true })
  const [held, setHeld] = useState(false)
  const shown = useRef<readonly string[]>([])
  const found = sortRoutes(filterRoutes(routes, location.filter), sort)
  const rows = held ? holdOrder(found, (route) => route.route, shown.current) : found
  shown.current = rows.map((route) => route.route)
  return (
    <>
      <div class="page-tools">
        <h1>Routes</h1>
        <p class="muted">
          {location.filter === ''
            ? plural(routes.length, 'route')
            : `${rows.length} of ${plural(routes.length, 'route')}`}
          {status !== undefined && <Busy status={status} />}
        </p>
        <FilterBox
          label="Filter routes"
          hotkey="/"
          value={location.filter}
          onInput={(filter) => onChange({ filter }, 'replace')}
        />
      </div>
      <RoutesTable
        routes={rows}
        allOwnMs={routes.reduce((sum, route) => sum + route.own.totalMs, 0)}
        sort={sort}
        onSort={(column) => {
          setHeld(false)
          onChange({ sort: writeSort(toggleSort(sort, column)) }, 'replace')
        }}
        onHold={setHeld}
      />
      {rows.length === 0 && <p class="empty-row">No route matches “{location.filter}”.</p>}
    </>
  )
}

/** How busy the process is, in a few words. */
function Busy({ status }: { readonly status: Status }) {
  const { recordedMs, idleMs } = status.accounting
  return (
    <>
      {' · '}
      {plural(status.counts.requests, 'request')}
      {recordedMs > 0 && (
        <>
          {' · busy '}
          {percentText(Math.max(0, 1 - idleMs / recordedMs))} of {durationText(recordedMs)} recorded
        </>
      )}
    </>
  )
}
