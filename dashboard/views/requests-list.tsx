import { useMemo } from 'preact/hooks'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import { filterRequests } from '../model/filter.ts'
import { count } from '../model/format.ts'
import { type Navigate, writeLocation } from '../model/location.ts'
import { type Sort, toggleSort, writeSort } from '../model/order.ts'
import { someQueued } from '../model/queue.ts'
import type { RequestColumn } from '../model/request-order.ts'
import { ago, dated } from '../model/when.ts'
import { Bar } from './bar.tsx'
import { FilterBox } from './filter-box.tsx'
import { memo } from './memo.ts'
import { AT_MOST, Ms } from './num.tsx'
import { PinButton } from './pin-button.tsx'
import { SortHeader } from './sort-header.tsx'
import { SplitBar } from './split-bar.tsx'
import { Problem, Skeleton } from './states.tsx'
import { useHold } from './use-hold.ts'
import { usePrinting } from './use-printing.ts'
import { VirtualRows } from './virtual-rows.tsx'

export interface RequestsListProps {
  /** Undefined while they are loading. */
  readonly requests: readonly RequestSummary[] | undefined
  /** Number of kept requests of the route, of which these are selected; undefined until it is known. */
  readonly kept: number | undefined
  /** Number of requests that have ended but are not shown, since the user is at the list. */
  readonly waiting: number
  readonly error: { readonly message: string } | undefined
  readonly onReload: () => void
  readonly sort: Sort<RequestColumn>
  /** The filter as typed. */
  readonly filter: string
  /** Milliseconds since 1970, to show how long ago requests started. */
  readonly now: number
  readonly onChange: Navigate
  readonly onPin: (request: RequestSummary) => void
  readonly onHold: (held: boolean) => void
}

export const RequestsList = memo((props: RequestsListProps) => {
  const { requests: chosen = [], kept, waiting, sort, filter, now, onChange, onPin, onHold } = props
  const hold = useHold(onHold)
  const printing = usePrinting()
  const requests = useMemo(() => filterRequests(chosen, filter), [chosen, filter])
  const isQueued = useMemo(() => someQueued(chosen), [chosen])
  const longest = requests.reduce((most, request) => Math.max(most, request.wallMs), 0)
  return (
    <section class="panel" aria-labelledby="requests-title">
      <header class="panel-head">
        <h2 id="requests-title">Requests</h2>
        <p class="muted">
          {kept !== undefined &&
            (requests.length < kept ? `${count(requests.length)} of ${count(kept)}` : count(kept))}
          {waiting > 0 && ` · ${count(waiting)} new, on hold`}
        </p>
        <FilterBox
          label="Filter requests"
          example="Path, >50ms, 5xx"
          hint="By path, outcome or id; >50ms for those that took longer, 404 or 5xx for a status"
          value={filter}
          onInput={(which) => onChange({ which }, 'replace')}
        />
      </header>
      <div class="hold" {...hold}>
        <VirtualRows
          class="requests"
          label="Requests"
          count={requests.length}
          ahead={2}
          head={
            <Head
              isQueued={isQueued}
              sort={sort}
              onSort={(column) => onChange({ list: writeSort(toggleSort(sort, column)) }, 'replace')}
            />
          }
          row={(i, place) => (
            <Row
              key={i}
              place={place}
              request={requests[i]}
              isQueued={isQueued}
              longest={longest}
              now={printing ? undefined : now}
              onPin={onPin}
            />
          )}
        />
      </div>
      {requests.length === 0 && chosen.length > 0 && <p class="empty-row">No request matches “{filter}”.</p>}
      {props.requests === undefined && props.error === undefined && (
        <Skeleton rows={6} label="Loading requests" />
      )}
      <Problem error={props.error} reload={props.onReload} />
    </section>
  )
})

interface HeadProps extends Pick<Parameters<typeof SortHeader<RequestColumn>>[0], 'sort' | 'onSort'> {
  readonly isQueued: boolean
}

function Head({ isQueued, ...props }: HeadProps) {
  return (
    <tr aria-rowindex={1}>
      <SortHeader {...props} column="request" title="By path">
        Request
      </SortHeader>
      <SortHeader {...props} column="started">
        Started
      </SortHeader>
      {isQueued && (
        <SortHeader
          {...props}
          column="queued"
          class="roomy"
          title="At most so long it queued before onRequest"
        >
          Queued
        </SortHeader>
      )}
      <SortHeader {...props} column="wall" title="From onRequest to its end">
        Wall
      </SortHeader>
      <th scope="col" class="split-cell">
        Where it went
      </th>
      <SortHeader {...props} column="own" class="roomy" title="CPU of the request itself">
        Own CPU
      </SortHeader>
      <th scope="col" class="roomy">
        <span class="hidden">Pin</span>
      </th>
    </tr>
  )
}

interface RowProps {
  readonly place: number
  readonly request: RequestSummary
  /** Whether it is told how long requests may have queued. */
  readonly isQueued: boolean
  /** Wall time of the slowest request, milliseconds. */
  readonly longest: number
  /** Undefined on paper. */
  readonly now: number | undefined
  readonly onPin: (request: RequestSummary) => void
}

function Row({ place, request, isQueued, longest, now, onPin }: RowProps) {
  return (
    <tr class="row-link" aria-rowindex={place}>
      <th scope="row">
        <a href={writeLocation({ route: request.route, request: request.id })} title={request.url}>
          <span class="status-code" data-class={String(request.statusCode)[0]}>
            {request.statusCode || '–'}
          </span>
          <span class="request-url">
            <bdi dir="ltr">{request.url}</bdi>
          </span>
          {request.outcome !== 'completed' && <span class="outcome">{request.outcome}</span>}
        </a>
      </th>
      <td title={dated(request.startedAt)}>{ago(request.startedAt, now)}</td>
      {isQueued && (
        <td
          class="roomy"
          title={request.queueKnown ? undefined : 'Not known: the event loop was busy with short turns'}
        >
          {request.queueKnown && AT_MOST}
          <Ms ms={request.queueKnown ? request.queuedMs : Number.NaN} />
        </td>
      )}
      <td class="own">
        <Ms ms={request.wallMs} />
        <Bar value={request.wallMs} most={longest} part="wall" />
      </td>
      <td class="split-cell">
        <SplitBar split={request} />
      </td>
      <td class="roomy">
        <Ms ms={request.ownMs} />
      </td>
      <td class="roomy">
        <PinButton
          small
          pinned={request.pinned}
          label={`Pin request ${request.id}`}
          onClick={() => onPin(request)}
        />
      </td>
    </tr>
  )
}
