import { useMemo } from 'preact/hooks'
import type { RoutesAnswer } from '../../plugin/model/wire/routes.ts'
import { type CulpritRow, culpritRows } from '../model/culprits.ts'
import { percentText } from '../model/format.ts'
import { writeFunction } from '../model/function-key.ts'
import { writeLocation } from '../model/location.ts'
import { searchTextOf } from '../model/names.ts'
import { FunctionName } from './function-name.tsx'
import { Ms, Percent } from './num.tsx'
import { RouteLink } from './route-name.tsx'
import { useFirstRows } from './use-first-rows.tsx'

/** A ranking of who made others wait. Nothing while nobody did. */
export function Culprits({ answer }: { readonly answer: RoutesAnswer }) {
  const all = useMemo(() => culpritRows(answer), [answer])
  const [rows, more] = useFirstRows(all, '.culprits')
  if (rows.length === 0) return null
  return (
    <section class="panel culprits-panel" aria-labelledby="culprits-title">
      <header class="panel-head">
        <h2 id="culprits-title">Makes others wait</h2>
        <p class="muted">by holding the event loop while other requests could have continued</p>
      </header>
      <table class="culprits">
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th
              scope="col"
              title="Time that other requests waited, added up; several can wait at the same time"
            >
              Waiting caused
            </th>
            <th scope="col" title="The longest that one of its turns kept a request waiting">
              Longest block
            </th>
            <th scope="col" class="holder wide-2">
              Held by function
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.route} row={row} worst={rows[0].causedMs} />
          ))}
        </tbody>
      </table>
      {more}
    </section>
  )
}

function Row({ row, worst }: { readonly row: CulpritRow; readonly worst: number }) {
  return (
    <tr>
      <th scope="row">
        <RouteLink route={row.route} />
      </th>
      <td class="own" title={`${percentText(row.share)} of all waiting for the event loop`}>
        <Ms ms={row.causedMs} /> <Percent share={row.share} />
        <span class="bar" aria-hidden="true">
          <i class="part-blocked" style={{ width: `${(row.causedMs / worst) * 100}%` }} />
        </span>
      </td>
      <td>
        <LongestBlock row={row} />
      </td>
      <td class="holder wide-2">
        {row.holder === undefined ? (
          <span class="muted">not sampled</span>
        ) : (
          <a
            class="cell link"
            title={searchTextOf(row.holder)}
            href={writeLocation({ route: row.route, function: writeFunction(row.holder) })}
          >
            <FunctionName frame={row.holder} />
            {row.holderMs !== undefined && (
              <span class="muted" title="The longest block was not sampled; this is the longest that was">
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

/** The duration of the longest block, linked to the request that caused it, if that is known. */
function LongestBlock({ row }: { readonly row: CulpritRow }) {
  const { route, requestId } = row
  const ms = <Ms ms={row.longestBlockMs} />
  if (requestId === '') return ms
  return (
    <a
      class="link"
      href={writeLocation({ route, request: requestId })}
      title={`The request that did it: ${requestId}`}
    >
      {ms}
    </a>
  )
}
