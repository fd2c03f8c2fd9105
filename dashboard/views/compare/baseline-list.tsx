import type { RequestBounds } from '../../../plugin/model/bounds.ts'
import type { BaselineSummary } from '../../../plugin/model/wire/baselines.ts'
import type { RouteSummary } from '../../../plugin/model/wire/routes.ts'
import { durationText, plural } from '../../model/format.ts'
import { writeLocation } from '../../model/location.ts'
import { writeSide } from '../../model/side.ts'
import { ago } from '../../model/when.ts'
import { Prose } from '../num.tsx'
import { DeleteButton } from './delete-button.tsx'

export interface BaselineListProps {
  readonly route: string
  readonly bounds: RequestBounds
  readonly latency: RouteSummary['latency'] | undefined
  /** Undefined while they are loading. */
  readonly baselines: readonly BaselineSummary[] | undefined
  readonly error: string | undefined
  readonly onRemove: (name: string) => void
}

/** The baselines that a route can be compared with. */
export function BaselineList({ route, bounds, latency, baselines, error, onRemove }: BaselineListProps) {
  const head = writeSide({ route, ...bounds })
  const known = baselines?.flatMap((one) =>
    one.routes.filter((part) => part.route === route).map((part) => ({ ...one, part })),
  )
  return (
    <>
      <h2>Compare with</h2>
      {error !== undefined && <p class="bad">{error}</p>}
      {known === undefined && error === undefined && <p class="muted">Loading baselines…</p>}
      {known?.length === 0 && (
        <p>
          No baseline of this route yet. Save one, change the code, send the same requests again, and compare:
          baselines survive a restart, unless the option “persist” is false.
        </p>
      )}
      <ul class="baselines">
        {known?.map(({ name, automatic, persisted, part, routes }) => (
          <li key={name}>
            <a class="link" href={writeLocation({ base: writeSide({ baseline: name, route }), head })}>
              {automatic ? 'Previous run' : name}
            </a>
            <span class="muted">
              {ago(part.savedAt, Date.now())} · {plural(part.requests, 'request')} of{' '}
              <Prose>{durationText(part.ownMs)}</Prose> own CPU
              {automatic && ' · kept automatically'}
              {routes.length > 1 && !automatic && ` · one of ${plural(routes.length, 'route')}`}
              {!persisted && ' · in memory only'}
            </span>
            {!automatic && <DeleteButton name={name} routes={routes.length} onRemove={onRemove} />}
          </li>
        ))}
        {latency !== undefined && latency.p95Ms > latency.p50Ms && (
          <li>
            <a
              class="link"
              href={writeLocation({
                base: writeSide({ route, maxMs: latency.p50Ms }),
                head: writeSide({ route, minMs: latency.p95Ms }),
              })}
            >
              Slow against fast
            </a>
            <span class="muted">requests above p95, and those below p50</span>
          </li>
        )}
      </ul>
    </>
  )
}
