import type { PhasesAnswer, RoutePhase } from '../../plugin/model/wire/phases.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { count } from '../model/format.ts'
import { keptPhasesText } from '../model/kept-means.ts'
import { memo } from './memo.ts'
import { NewerMark } from './newer-mark.tsx'
import { Ms } from './num.tsx'
import { Problem } from './states.tsx'

const NO_TEXT = { means: '', note: '' }

export interface PhasesTableProps {
  /** Undefined while it is loading, or if it could not be loaded. */
  readonly answer: PhasesAnswer | undefined
  /** Of all its requests; undefined if some are selected, while it is not known, or if a panel above tells of them. */
  readonly route: RouteSummary | undefined
  readonly error: { readonly message: string } | undefined
  readonly onReload: () => void
  /** Requests that ended since they were added up. */
  readonly newer: number
  /** Loads the page again. */
  readonly onUpdate: () => void
}

/** Where in Fastify's life cycle the time of a route's requests goes. */
export const PhasesTable = memo((props: PhasesTableProps) => {
  const { answer, route, error, onReload, newer, onUpdate } = props
  const phases = answer?.phases ?? []
  if (phases.length === 0 && error === undefined) return null
  const { means, note } = answer && phases.length > 0 ? keptPhasesText(answer, route) : NO_TEXT
  const longest = Math.max(...phases.map((phase) => phase.meanWallMs))
  return (
    <section class="panel" aria-labelledby="phases-title">
      <header class="panel-head">
        <h2 id="phases-title">Fastify's phases</h2>
        <p class="muted">
          {means} {phases.length > 0 && <NewerMark {...{ newer, onUpdate }} />}
        </p>
      </header>
      {note !== '' && <p class="means-note">{note}</p>}
      {phases.length > 0 && (
        <table class="phases">
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <th scope="col" class="wide-1" title="Requests in which it happened">
                Requests
              </th>
              <th scope="col">Wall</th>
              <th scope="col">Own CPU</th>
            </tr>
          </thead>
          <tbody>
            {phases.map((phase) => (
              <Row key={[phase.name, ...phase.includes].join()} phase={phase} longest={longest} />
            ))}
          </tbody>
        </table>
      )}
      <Problem error={error} reload={onReload} />
    </section>
  )
})

function Row({ phase, longest }: { readonly phase: RoutePhase; readonly longest: number }) {
  const width = (ms: number) => ({ width: `${longest > 0 ? (ms / longest) * 100 : 0}%` })
  return (
    <tr>
      <th scope="row">
        {phase.name}
        {phase.includes.length > 0 && <span class="muted"> may include {phase.includes.join(', ')}</span>}
      </th>
      <td class="wide-1">{count(phase.count)}</td>
      <td class="own">
        <Ms ms={phase.meanWallMs} />
        <span class="bar" aria-hidden="true">
          <i class="part-wall" style={width(phase.meanWallMs)} />
          <i style={width(phase.meanOwnMs)} />
        </span>
      </td>
      <td>
        <Ms ms={phase.meanOwnMs} />
      </td>
    </tr>
  )
}
