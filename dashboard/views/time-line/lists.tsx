import { isRouteHere, NO_REQUEST } from '../../../plugin/model/labels.ts'
import { sum } from '../../../plugin/model/sum.ts'
import type { RequestDetail } from '../../../plugin/model/wire.ts'
import { NO_REQUEST_MEANING } from '../../model/culprits.ts'
import { count } from '../../model/format.ts'
import { writeLocation } from '../../model/location.ts'
import { waitNames, waitRows } from '../../model/waits.ts'
import { memo } from '../memo.ts'
import { Ms, Percent } from '../num.tsx'

const MOST_ROWS = 8

interface ListProps {
  readonly request: RequestDetail
}

/** Who held the event loop during the request, and what ran outside of it. */
export const WhoAndWhat = memo(({ request }: ListProps) => {
  const { blockedBy, waits } = request
  if (blockedBy.length === 0 && waits.length === 0) return null
  return (
    <section class="panel time-lists" aria-label="Why it waited">
      {blockedBy.length > 0 && <BlockedBy request={request} />}
      {waits.length > 0 && <WaitedFor request={request} />}
    </section>
  )
})

/** Who held the event loop during the request. */
function BlockedBy({ request }: ListProps) {
  const { blockedBy, wallMs } = request
  const worst = blockedBy[0].ms
  return (
    <table class="time-list">
      <caption>Held by others</caption>
      <tbody>
        {blockedBy.slice(0, MOST_ROWS).map(({ route, ms }) => (
          <tr key={route}>
            <th scope="row">
              {isRouteHere(route) ? (
                <a class="link" href={writeLocation({ route })}>
                  {route}
                </a>
              ) : (
                <span title={route === NO_REQUEST ? NO_REQUEST_MEANING : undefined}>{route}</span>
              )}
            </th>
            <td class="own">
              <Ms ms={ms} /> <Percent share={ms / wallMs} />
              <span class="bar" aria-hidden="true">
                <i class="part-blocked" style={{ width: `${(ms / worst) * 100}%` }} />
              </span>
            </td>
          </tr>
        ))}
        <More rows={blockedBy.slice(MOST_ROWS).map(({ ms }) => ms)} wallMs={wallMs} />
      </tbody>
    </table>
  )
}

/** What ran outside of the event loop. */
function WaitedFor({ request }: ListProps) {
  const rows = waitRows(request.waits, request.wallMs)
  return (
    <table class="time-list">
      <caption>
        Waited for <span class="muted">longest of each; several can run at the same time</span>
      </caption>
      <tbody>
        {rows.slice(0, MOST_ROWS).map(({ kind, name, count: times, longestMs }) => (
          <tr key={`${kind} ${name}`}>
            <th scope="row" title={name}>
              {name}{' '}
              <span class="muted">{kind === 'http' || kind === 'database' ? waitNames[kind] : ''}</span>
            </th>
            <td class="wait-count">{times > 1 ? `${count(times)} ×` : ''}</td>
            <td class="own">
              <Ms ms={longestMs} /> <Percent share={longestMs / request.wallMs} />
              <span class="bar" aria-hidden="true">
                <i class="part-waiting" style={{ width: `${(longestMs / rows[0].longestMs) * 100}%` }} />
              </span>
            </td>
          </tr>
        ))}
        {rows.length > MOST_ROWS && (
          <tr>
            <th scope="row" class="muted" colSpan={3}>
              {rows.length - MOST_ROWS} more
            </th>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function More({ rows, wallMs }: { readonly rows: readonly number[]; readonly wallMs: number }) {
  if (rows.length === 0) return null
  const ms = sum(rows)
  return (
    <tr>
      <th scope="row" class="muted">
        {rows.length} more
      </th>
      <td class="own">
        <Ms ms={ms} /> <Percent share={ms / wallMs} />
      </td>
    </tr>
  )
}
