import { useMemo, useRef, useState } from 'preact/hooks'
import { sum } from '../../plugin/model/sum.ts'
import type { SincePrevious } from '../../plugin/model/wire/baselines.ts'
import type { RouteSummary, RoutesAnswer } from '../../plugin/model/wire/routes.ts'
import type { Status } from '../../plugin/model/wire/status.ts'
import { culpritRows } from '../model/culprits.ts'
import { filterRoutes } from '../model/filter.ts'
import { count, durationText, percentText, plural } from '../model/format.ts'
import { type Location, type Navigate, TOGETHER, writeLocation } from '../model/location.ts'
import { holdOrder, readSort, routeColumns, sortRoutes, toggleSort, writeSort } from '../model/order.ts'
import { Culprits, WorstCulprit } from './culprits.tsx'
import { FilterBox } from './filter-box.tsx'
import { Prose } from './num.tsx'
import { RoutesTable } from './routes-table.tsx'
import type { SinceMark } from './since-mark.tsx'
import { SplitLegend } from './split-bar.tsx'
import { useFirstRows } from './use-first-rows.tsx'

export interface RoutesPageProps {
  readonly answer: RoutesAnswer
  /** How routes changed since the previous run, by name. */
  readonly since: ReadonlyMap<string, SincePrevious>
  /** The mark for a changed route; undefined until it is loaded. */
  readonly Mark: typeof SinceMark | undefined
  readonly status: Status | undefined
  readonly location: Location
  readonly onChange: Navigate
  /** The user is about to open a route, or all of them. */
  readonly onAim: () => void
}

/** Of more routes than this, the ranking of who makes others wait is below the screen. */
const FEW = 12

export function RoutesPage({ answer, since, Mark, status, location, onChange, onAim }: RoutesPageProps) {
  const { routes } = answer
  const sort = readSort(location.sort, routeColumns, { column: 'own', descending: true })
  const [held, setHeld] = useState(false)
  const shown = useRef<readonly string[]>([])
  const found = sortRoutes(filterRoutes(routes, location.filter), sort)
  const rows = held ? holdOrder(found, (route) => route.route, shown.current) : found
  shown.current = rows.map((route) => route.route)
  const culprits = useMemo(() => culpritRows(answer), [answer])
  const [first, more] = useFirstRows(rows, '.routes')
  return (
    <>
      <div class="page-tools">
        <h1>Routes</h1>
        <p class="muted">
          {location.filter === ''
            ? plural(routes.length, 'route')
            : `${count(rows.length)} of ${plural(routes.length, 'route')}`}
          {status !== undefined && <Busy status={status} routes={routes} />}
        </p>
        {routes.length > 1 && (
          <a
            class="button"
            href={writeLocation({ together: true })}
            title="One flame graph of all routes: which library, which function costs most"
            onPointerEnter={onAim}
            onFocus={onAim}
          >
            {TOGETHER}
          </a>
        )}
        <SplitLegend />
        <FilterBox
          label="Filter routes"
          example="Name, >50ms, 5xx"
          hint="By name; >50ms for a p95 above that, 5xx for routes with failures"
          hotkey="/"
          value={location.filter}
          onInput={(filter) => onChange({ filter }, 'replace')}
        />
        {routes.length > FEW && <WorstCulprit all={culprits} />}
      </div>
      <RoutesTable
        routes={first}
        since={since}
        Mark={Mark}
        allOwnMs={sum(routes.map(({ own }) => own.totalMs))}
        sort={sort}
        onSort={(column) => {
          setHeld(false)
          onChange({ sort: writeSort(toggleSort(sort, column)) }, 'replace')
        }}
        onHold={(now) => {
          setHeld(now)
          if (now) onAim()
        }}
      />
      {more}
      {rows.length === 0 && <p class="empty-row">No route matches “{location.filter}”.</p>}
      <Culprits all={culprits} found={found} filter={location.filter} />
    </>
  )
}

/** How busy the process is, in a few words. */
function Busy({ status, routes }: { readonly status: Status; readonly routes: readonly RouteSummary[] }) {
  const { recordedMs, idleMs } = status.accounting
  const { inFlight } = status.counts
  const requests = sum(routes.map(({ count }) => count))
  return (
    <>
      {' · '}
      {plural(requests, 'request')}
      {inFlight > 0 && `, ${count(inFlight)} open`}
      {recordedMs > 0 && (
        <>
          {' · busy '}
          <Prose>
            {percentText(Math.max(0, 1 - idleMs / recordedMs))} of {durationText(recordedMs)} recorded
          </Prose>
        </>
      )}
    </>
  )
}
