import { hasPage } from '../../../plugin/model/labels.ts'
import { sum } from '../../../plugin/model/sum.ts'
import type { RequestDetail } from '../../../plugin/model/wire/requests.ts'
import type { WaitSum } from '../../../plugin/model/wire/waits.ts'
import { keptMeansText } from '../../model/kept-means.ts'
import { LET_ON, waitFacts, waitName, waitRoute } from '../../model/waits.ts'
import { Bar } from '../bar.tsx'
import { memo } from '../memo.ts'
import { NewerMark } from '../newer-mark.tsx'
import { Ms, Percent, Prose } from '../num.tsx'
import { RouteLink } from '../route-name.tsx'

const MOST_ROWS = 8

export interface WhoAndWhatProps {
  /** Worst first. */
  readonly blockedBy: RequestDetail['blockedBy']
  /** By target, longest first. */
  readonly waits: readonly WaitSum[]
  /** Of the request. */
  readonly wallMs: number
  /** Number of requests that all of these are sums over; shown are means. */
  readonly requests?: number
  /** Why these means differ from those above; `''` if they hardly do. */
  readonly note?: string
  /** Of a route, the requests that ended since these were added up. */
  readonly newer?: number
  /** Loads the page again; undefined where nothing can be newer. */
  readonly onUpdate?: () => void
}

/** Who held the event loop, and what was waited for that ran outside of it. */
export const WhoAndWhat = memo((props: WhoAndWhatProps) => {
  const { blockedBy, waits, note = '' } = props
  if (blockedBy.length === 0 && waits.length === 0) return null
  return (
    <section class="panel time-lists" aria-label="Why it waited">
      {note !== '' && <p class="means-note">{note}</p>}
      {blockedBy.length > 0 && <BlockedBy {...props} />}
      {waits.length > 0 && <WaitedFor {...props} />}
    </section>
  )
})

function Newer({ newer = 0, onUpdate }: WhoAndWhatProps) {
  return onUpdate === undefined ? null : <NewerMark {...{ newer, onUpdate }} />
}

function BlockedBy(props: WhoAndWhatProps) {
  const { blockedBy, wallMs, requests = 1 } = props
  const worst = blockedBy[0].ms
  return (
    <table class="time-list">
      <caption>
        Held by others <span class="muted">{requests > 1 && keptMeansText(requests, wallMs)}</span>{' '}
        <Newer {...props} />
      </caption>
      <tbody>
        {blockedBy.slice(0, MOST_ROWS).map(({ route, ms }) => (
          <tr key={route}>
            <th scope="row">
              {hasPage(route) ? <RouteLink class="link" route={route} /> : <span>{route}</span>}
            </th>
            <td class="own">
              <Ms ms={ms / requests} /> <Percent share={ms / wallMs} />
              <Bar value={ms} most={worst} part="blocked" />
            </td>
          </tr>
        ))}
        <More rows={blockedBy.slice(MOST_ROWS).map(({ ms }) => ms)} wallMs={wallMs} requests={requests} />
      </tbody>
    </table>
  )
}

/** Numbers of a smaller wait would read as nothing. */
const LEAST_WAIT_MS = 0.0005

/** The time in which the request only waited is told: it is part of what is called waiting elsewhere. */
function WaitedFor(props: WhoAndWhatProps) {
  const { waits, wallMs, requests = 1 } = props
  const all = waits.toSorted((a, b) => b.waitingMs - a.waitingMs || b.ms - a.ms)
  const longest = all.filter(({ waitingMs }) => waitingMs / requests >= LEAST_WAIT_MS)
  const most = longest[0]?.waitingMs
  return (
    <table class="time-list">
      <caption>
        Waited for{' '}
        <span class="muted">
          {requests > 1 ? keptMeansText(requests, wallMs) : 'several can be open at the same time'}
        </span>{' '}
        {props.blockedBy.length === 0 && <Newer {...props} />}
      </caption>
      <tbody>
        {longest.slice(0, MOST_ROWS).map((wait) => {
          const name = waitName(wait)
          const facts = waitFacts(wait, requests)
          return (
            <tr key={`${wait.kind} ${wait.target}`}>
              <th scope="row" title={[name, facts].filter(Boolean).join(', ')}>
                <WaitName {...wait} /> <span class="muted">{facts}</span>
              </th>
              <td class="own" title="In which it was open and the request did nothing but wait">
                <Ms ms={wait.waitingMs / requests} /> <Percent share={wait.waitingMs / wallMs} />
                <Bar value={wait.waitingMs} most={most} part="waiting" />
              </td>
            </tr>
          )
        })}
        {longest.length > MOST_ROWS && (
          <tr>
            <th scope="row" class="muted" colSpan={2}>
              {longest.length - MOST_ROWS} more
            </th>
          </tr>
        )}
        <NeverWaited waits={all.slice(longest.length)} requests={requests} />
      </tbody>
    </table>
  )
}

function WaitName(wait: WaitSum) {
  const route = waitRoute(wait)
  if (route === undefined) return <>{waitName(wait)}</>
  return (
    <>
      <RouteLink class="link" route={route} /> <span class="muted">{LET_ON}</span>
    </>
  )
}

/** What did not make the request wait: it, others or the garbage collection had the thread all the while. */
function NeverWaited({ waits, requests }: { readonly waits: readonly WaitSum[]; readonly requests: number }) {
  if (waits.length === 0) return null
  const more = waits.length - MOST_ROWS
  const names = waits.slice(0, MOST_ROWS).map((wait) => {
    const facts = waitFacts(wait, requests)
    return facts === '' ? waitName(wait) : `${waitName(wait)} (${facts})`
  })
  return (
    <tr>
      <th scope="row" class="never-waited" colSpan={2}>
        <Prose>
          {`Open only while something else ran: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`}
        </Prose>
      </th>
    </tr>
  )
}

interface MoreProps extends Pick<Required<WhoAndWhatProps>, 'wallMs' | 'requests'> {
  readonly rows: readonly number[]
}

function More({ rows, wallMs, requests }: MoreProps) {
  if (rows.length === 0) return null
  const ms = sum(rows)
  return (
    <tr>
      <th scope="row" class="muted">
        {rows.length} more
      </th>
      <td class="own">
        <Ms ms={ms / requests} /> <Percent share={ms / wallMs} />
      </td>
    </tr>
  )
}
