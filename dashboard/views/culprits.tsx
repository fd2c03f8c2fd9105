import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { type CulpritRow, filterCulprits, waitedMs } from '../model/culprits.ts'
import { durationText, percentText } from '../model/format.ts'
import { writeFunction } from '../model/function-key.ts'
import { writeLocation } from '../model/location.ts'
import { searchTextOf } from '../model/names.ts'
import { FunctionName } from './function-name.tsx'
import { AT_MOST, Ms, Percent } from './num.tsx'
import { RouteLink } from './route-name.tsx'
import { useFirstRows } from './use-first-rows.tsx'

export interface CulpritsProps {
  readonly all: readonly CulpritRow[]
  /** Routes that the filter has found. */
  readonly found: readonly RouteSummary[]
  readonly filter: string
}

/** A ranking of who made others wait. Nothing while nobody did. */
export function Culprits({ all, found, filter }: CulpritsProps) {
  const [rows, more] = useFirstRows(filterCulprits(all, found, filter), '.culprits')
  if (all.length === 0) return null
  const worst = waitedMs(all[0])
  const isQueued = all.some(({ queuedMs }) => queuedMs > 0)
  const isAwaited = all.some(({ awaitedMs }) => awaitedMs > 0)
  const parts = isQueued || isAwaited
  return (
    <section class="panel culprits-panel" aria-labelledby="culprits-title">
      <header class="panel-head">
        <h2 id="culprits-title">Makes others wait</h2>
        <p class="muted">
          by holding the event loop until their turn
          {isAwaited && ', or what else they waited for'}
        </p>
      </header>
      <table class="culprits">
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th
              scope="col"
              title="Time that other requests waited for it, added up; several can wait at the same time"
            >
              Waiting caused
            </th>
            {parts && (
              <th
                scope="col"
                class="wide-0"
                title="Part of it that they waited for the event loop after they began"
              >
                Held up
              </th>
            )}
            <th
              scope="col"
              class={parts ? 'wide-0' : undefined}
              title="The longest that one of its turns held up a request after it began"
            >
              Longest block
            </th>
            {isQueued && (
              <th
                scope="col"
                class="wide-0"
                title="Part of it that they may have queued before onRequest, while it held the event loop: at most so long"
              >
                Queued
              </th>
            )}
            {isAwaited && (
              <th
                scope="col"
                class="wide-0"
                title="Part of it that they waited for what its requests had: a lock, a connection of a pool, a promise"
              >
                Awaited
              </th>
            )}
            <th scope="col" class="holder wide-2">
              Held by function
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.route} row={row} worst={worst} {...{ isQueued, isAwaited }} />
          ))}
        </tbody>
      </table>
      {more}
      {rows.length === 0 && <p class="empty-row">None that makes others wait matches “{filter}”.</p>}
    </section>
  )
}

/** Who made others wait most, in a line: above so many routes that the ranking below them is out of sight. */
export function WorstCulprit({ all }: { readonly all: readonly CulpritRow[] }) {
  if (all.length === 0) return <p class="worst muted">None made others wait</p>
  return (
    <p class="worst">
      Makes others wait most: <RouteLink route={all[0].route} class="link" />, <Waited by={all[0]} /> in all ·{' '}
      <a class="link" href="#culprits-title">
        All who do
      </a>
    </p>
  )
}

/** How long others waited for it. */
export function Waited({ by }: { readonly by: Parameters<typeof waitedMs>[0] }) {
  return (
    <>
      {by.queuedMs > 0 && AT_MOST}
      <Ms ms={waitedMs(by)} />
    </>
  )
}

interface RowProps {
  readonly row: CulpritRow
  /** The longest that any made others wait. */
  readonly worst: number
  /** Whether requests may have queued behind any. */
  readonly isQueued: boolean
  /** Whether any was awaited. */
  readonly isAwaited: boolean
}

function Row({ row, worst, isQueued, isAwaited }: RowProps) {
  const { route, causedMs, longestBlockMs, requestId, queuedMs, longestQueued, awaitedMs, longestAwaited } =
    row
  const parts = isQueued || isAwaited
  const upTo = (ms: number) => ({ width: `${(ms / worst) * 100}%` })
  return (
    <tr>
      <th scope="row">
        <RouteLink route={route} />
      </th>
      <td class="own" title={`${percentText(row.share)} of all such waiting`}>
        <Waited by={row} /> <Percent share={row.share} />
        <span class="bar" aria-hidden="true">
          <i class="part-queued" style={upTo(waitedMs(row))} />
          <i class="part-waiting" style={upTo(causedMs + awaitedMs)} />
          <i class="part-blocked" style={upTo(causedMs)} />
        </span>
      </td>
      {parts && (
        <td class={causedMs > 0 ? 'wide-0' : 'wide-0 none'}>
          <Ms ms={causedMs} />
        </td>
      )}
      <td class={`${parts ? 'wide-0' : ''} ${longestBlockMs > 0 ? '' : 'none'}`}>
        <Did route={route} ms={longestBlockMs} requestId={requestId} />
      </td>
      {isQueued && <Part route={route} ms={queuedMs} longest={longestQueued} before={AT_MOST} />}
      {isAwaited && <Part route={route} ms={awaitedMs} longest={longestAwaited} />}
      <td class="holder wide-2">
        {row.holder === undefined ? (
          causedMs + queuedMs > 0 && (
            <span class="muted" title="It was not sampled, or no one function ran for most of it">
              not known
            </span>
          )
        ) : (
          <a
            class="cell link"
            title={searchTextOf(row.holder)}
            href={writeLocation({ route, function: writeFunction(row.holder) })}
          >
            <FunctionName frame={row.holder} />
            {row.holderMs !== undefined && (
              <span class="muted" title="The longest that was sampled">
                {' '}
                <Ms ms={row.holderMs} />
              </span>
            )}
          </a>
        )}
      </td>
    </tr>
  )
}

interface PartProps {
  readonly route: string
  readonly ms: number
  /** The longest of it, and the request that did that. */
  readonly longest: { readonly ms: number; readonly requestId: string } | null
  /** What stands before a time that is not 0. */
  readonly before?: string
}

/** A part of the waiting that a route caused. */
function Part({ route, ms, longest, before }: PartProps) {
  return (
    <td class={ms > 0 ? 'wide-0' : 'wide-0 none'}>
      {ms > 0 && before}
      <Did route={route} ms={ms} requestId={longest?.requestId ?? ''} longest={longest?.ms} />
    </td>
  )
}

interface DidProps {
  readonly route: string
  readonly ms: number
  readonly requestId: string
  /** How much of a sum that one request did. */
  readonly longest?: number
}

/** A time, linked to the request that others waited for longest, if that is known. */
function Did({ route, ms, requestId, longest }: DidProps) {
  const time = <Ms ms={ms} />
  if (requestId === '') return time
  const part =
    longest === undefined ? 'The request that did it' : `Longest, ${durationText(longest)}, for request`
  return (
    <a class="link" href={writeLocation({ route, request: requestId })} title={`${part}: ${requestId}`}>
      {time}
    </a>
  )
}
