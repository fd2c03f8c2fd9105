import type { SincePrevious } from '../../plugin/model/wire/baselines.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { waitedMs } from '../model/culprits.ts'
import { count, percentText } from '../model/format.ts'
import type { RouteColumn, Sort } from '../model/order.ts'
import { exceedsWall, ownText, splitOfRoute } from '../model/split.ts'
import { Bar } from './bar.tsx'
import { Waited } from './culprits.tsx'
import { Ms, Percent } from './num.tsx'
import { RouteLink } from './route-name.tsx'
import type { SinceMark } from './since-mark.tsx'
import { SortHeader } from './sort-header.tsx'
import { Sparkline } from './sparkline.tsx'
import { SplitBar } from './split-bar.tsx'
import { useHold } from './use-hold.ts'

export interface RoutesTableProps {
  readonly routes: readonly RouteSummary[]
  /** Own CPU of all routes, for the bars. */
  readonly allOwnMs: number
  /** How they changed since the previous run, by name. */
  readonly since: ReadonlyMap<string, SincePrevious>
  /** The mark for a changed route; undefined until it is loaded. */
  readonly Mark: typeof SinceMark | undefined
  readonly sort: Sort<RouteColumn>
  readonly onSort: (column: RouteColumn) => void
  /** The user points at a row, so rows must stay in place. */
  readonly onHold: (held: boolean) => void
}

export function RoutesTable({ routes, allOwnMs, since, Mark, sort, onSort, onHold }: RoutesTableProps) {
  const hold = useHold(onHold)
  const head = { sort, onSort }
  return (
    <>
      <table class="routes" aria-label="Routes">
        <thead>
          <tr>
            <SortHeader {...head} column="route">
              Route
            </SortHeader>
            <SortHeader
              {...head}
              column="own"
              title="CPU of the route's requests, in total, after their responses too"
            >
              Own CPU
            </SortHeader>
            <SortHeader
              {...head}
              column="mean"
              title="Own CPU per request, after its response too; * if that makes it more than the mean wall time"
              class="wide-2"
            >
              Per request
            </SortHeader>
            <SortHeader {...head} column="count" class="wide-1">
              Requests
            </SortHeader>
            <SortHeader
              {...head}
              column="errors"
              class="wide-3"
              title="Responses of 500 and above, and failures"
            >
              Errors
            </SortHeader>
            <SortHeader {...head} column="p50" class="wide-3" title="Half of the requests took less">
              p50
            </SortHeader>
            <SortHeader {...head} column="p95" class="wide-1" title="95 % of the requests took less">
              p95
            </SortHeader>
            <SortHeader {...head} column="p99" class="wide-4" title="99 % of the requests took less">
              p99
            </SortHeader>
            <SortHeader {...head} column="max" class="wide-3" title="The slowest request">
              Max
            </SortHeader>
            <SortHeader
              {...head}
              column="wall"
              title="Mean wall time of a request, which ends with its response, and where it goes"
            >
              Where it went
            </SortHeader>
            <SortHeader
              {...head}
              column="caused"
              class="wide-2"
              title="Time that other requests waited for this route: for the event loop, or for what it had. At most so long where some may have queued before onRequest"
            >
              Makes others wait
            </SortHeader>
            <th scope="col" class="wide-5 trend">
              Latency
            </th>
            <SortHeader {...head} column="samples" class="wide-6">
              Samples
            </SortHeader>
          </tr>
        </thead>
        <tbody {...hold}>
          {routes.map((route) => (
            <Row
              key={route.route}
              route={route}
              share={allOwnMs > 0 ? route.own.totalMs / allOwnMs : 0}
              since={since.get(route.route)}
              Mark={Mark}
            />
          ))}
        </tbody>
      </table>
      {routes.some(exceedsWall) && (
        <p class="after-note wide-2">
          * More than the mean wall time, which ends with the response: own CPU after it counts too.
        </p>
      )}
    </>
  )
}

interface RowProps {
  readonly route: RouteSummary
  /** Share of the own CPU of all routes. */
  readonly share: number
  readonly since: SincePrevious | undefined
  readonly Mark: typeof SinceMark | undefined
}

function Row({ route, share, since, Mark }: RowProps) {
  /** A time of requests that have ended: unknown while none has. */
  const ended = (ms: number) => <Ms ms={route.count > 0 ? ms : Number.NaN} />
  return (
    <tr class="row-link">
      <th scope="row">
        <RouteLink route={route.route} />
      </th>
      <td class="own" title={`${percentText(share)} of the own CPU of all routes`}>
        <Ms ms={route.own.totalMs} /> <Percent share={share} />
        <Bar value={share} />
        {since !== undefined && Mark !== undefined && <Mark since={since} />}
      </td>
      <td class="wide-2" title={ownText(route)}>
        {exceedsWall(route) && <b class="after-mark">*</b>}
        {ended(route.own.meanMs)}
      </td>
      <td class="wide-1">{count(route.count)}</td>
      <td class={route.errors > 0 ? 'wide-3 bad' : 'wide-3 none'}>{count(route.errors)}</td>
      <td class="wide-3">{ended(route.latency.p50Ms)}</td>
      <td class="wide-1">{ended(route.latency.p95Ms)}</td>
      <td class="wide-4">{ended(route.latency.p99Ms)}</td>
      <td class="wide-3">{ended(route.latency.maxMs)}</td>
      <td class="split-cell">
        <span class="unit">mean</span> {ended(route.latency.meanMs)}
        <SplitBar split={splitOfRoute(route)} />
      </td>
      <td class={waitedMs(route) > 0 ? 'wide-2' : 'wide-2 none'}>
        <Waited by={route} />
      </td>
      <td class="wide-5 trend">
        <Sparkline values={route.recentMs} label={`Latency of the last ${route.recentMs.length} requests`} />
      </td>
      <td class="wide-6">{count(route.samples)}</td>
    </tr>
  )
}
