import type { RequestSort, RequestSummary } from '../../plugin/model/wire.ts'
import { ago, clock, count } from '../model/format.ts'
import { writeLocation } from '../model/location.ts'
import { PinIcon } from './icons.tsx'
import { Ms } from './num.tsx'
import { Segments } from './segments.tsx'
import { VirtualRows } from './virtual-rows.tsx'

export interface RequestsListProps {
  readonly requests: readonly RequestSummary[]
  readonly sort: RequestSort
  /** Milliseconds since 1970, for how long ago. */
  readonly now: number
  readonly onSort: (sort: RequestSort) => void
  readonly onPin: (request: RequestSummary) => void
  readonly onHold: (held: boolean) => void
}

const orders: readonly { value: RequestSort; name: string }[] = [
  { value: 'newest', name: 'Newest' },
  { value: 'oldest', name: 'Oldest' },
  { value: 'slowest', name: 'Slowest' },
  { value: 'own', name: 'Most CPU' },
]

export function RequestsList({ requests, sort, now, onSort, onPin, onHold }: RequestsListProps) {
  const longest = requests.reduce((most, request) => Math.max(most, request.wallMs), 0)
  return (
    <section class="panel" aria-labelledby="requests-title">
      <header class="panel-head">
        <h2 id="requests-title">Requests</h2>
        <Segments label="Order of the requests" choices={orders} value={sort} onChoose={onSort} />
      </header>
      <div
        class="hold"
        onPointerEnter={() => onHold(true)}
        onPointerLeave={() => onHold(false)}
        onFocusCapture={() => onHold(true)}
        onBlurCapture={() => onHold(false)}
      >
        <VirtualRows
          class="requests"
          label="Requests"
          count={requests.length}
          head={
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Started</th>
              <th scope="col">Wall</th>
              <th scope="col">Own CPU</th>
              <th scope="col" class="wide-1">
                Samples
              </th>
              <th scope="col">
                <span class="hidden">Pin</span>
              </th>
            </tr>
          }
          row={(i) => (
            <Row key={requests[i].id} request={requests[i]} longest={longest} now={now} onPin={onPin} />
          )}
        />
      </div>
    </section>
  )
}

interface RowProps {
  readonly request: RequestSummary
  /** Wall time of the slowest, milliseconds. */
  readonly longest: number
  readonly now: number
  readonly onPin: (request: RequestSummary) => void
}

function Row({ request, longest, now, onPin }: RowProps) {
  const share = (ms: number) => `${longest > 0 ? (ms / longest) * 100 : 0}%`
  return (
    <tr class="row-link">
      <th scope="row">
        <a href={writeLocation({ route: request.route, request: request.id })}>
          <span class="status-code" data-class={String(request.statusCode)[0]}>
            {request.statusCode || '–'}
          </span>
          <span class="request-url">{request.url}</span>
          {request.outcome !== 'completed' && <span class="outcome">{request.outcome}</span>}
        </a>
      </th>
      <td title={clock(request.startedAt)}>{ago(Date.parse(request.startedAt), now)}</td>
      <td class="own">
        <Ms ms={request.wallMs} />
        <span class="bar" aria-hidden="true">
          <i class="part-wall" style={{ width: share(request.wallMs) }} />
          <i style={{ width: share(request.ownMs) }} />
        </span>
      </td>
      <td>
        <Ms ms={request.ownMs} />
      </td>
      <td class="wide-1">{count(request.samples)}</td>
      <td>
        <button
          type="button"
          class="pin"
          aria-pressed={request.pinned}
          aria-label={`Keep request ${request.id}`}
          onClick={() => onPin(request)}
        >
          <PinIcon filled={request.pinned} />
        </button>
      </td>
    </tr>
  )
}
