import { useMemo } from 'preact/hooks'
import { api } from '../client.ts'
import { comparing } from '../comparing.ts'
import type { Palette } from '../model/colours.ts'
import { type Location, type Navigate, writeLocation } from '../model/location.ts'
import { previousRoute } from '../model/previous.ts'
import { hasBaseline, missingText, pageOf, routeOf, type Sides, sideNames } from '../model/side.ts'
import { useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { Breaks } from '../views/breaks.tsx'
import { ChangesTable } from '../views/compare/changes-table.tsx'
import { DiffFlame } from '../views/compare/diff-flame.tsx'
import { Headline } from '../views/compare/headline.tsx'
import { Message, Skeleton } from '../views/states.tsx'
import { usePrinting } from '../views/use-printing.ts'
import { usePictured } from './use-pictured.ts'

export interface CompareScreenProps {
  /** Version of Node that records now; undefined while it is not known. */
  readonly node: string | undefined
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

/** Two selections side by side: did it become faster, and what moved? */
export function CompareScreen({ node, colours, location, go }: CompareScreenProps) {
  const { base = '', head = '' } = location
  const { data, error, reload } = useLoad(`diff ${base} ${head}`, (signal) =>
    comparing.diff(base, head, signal),
  )
  const since = usePreviousOf({ base, head })
  const pictured = usePictured(location)
  const names = useMemo(() => data && sideNames(data, { base, head }), [data, base, head])
  const page = useMemo(() => pageOf(head), [head])
  const printing = usePrinting()
  useShortcuts({
    r() {
      reload()
      since.reload()
    },
  })
  const route = routeOf(head) ?? routeOf(base) ?? data?.head.route
  if (data === undefined || names === undefined || since.isAwaited) {
    if (error === undefined) return <Skeleton rows={10} label="Comparing" />
    const missing = error.status === 404
    return (
      <Message
        title={missing ? 'One of the two is not there' : 'These cannot be compared'}
        action={{ label: 'Try again', onClick: reload }}
      >
        <p>{missing ? missingText(error.message) : error.message}</p>
        <p>
          <a href={writeLocation(route === undefined ? {} : { route })}>{route ?? 'All routes'}</a>
        </p>
      </Message>
    )
  }
  const empty = data.base.requests === 0 || data.head.requests === 0
  return (
    <>
      <div class="page-head">
        <h1>{hasBaseline(data) ? 'Before and after' : 'Comparison'}</h1>
        {route !== undefined && (
          <a class="link" href={writeLocation({ route })}>
            <Breaks text={route} />
          </a>
        )}
      </div>
      {error !== undefined && (
        <p class="bad" role="status">
          Not up to date: {error.message}
        </p>
      )}
      <Headline
        diff={data}
        since={since.data}
        sides={{ base, head }}
        now={printing ? undefined : Date.now()}
        {...{ names, route, node }}
      />
      {!empty && data.own.headMs > 0 && (
        <div class="columns">
          <DiffFlame
            diff={data}
            name={names.head}
            kept={since.data !== undefined}
            colours={colours}
            location={pictured}
            onChange={go}
          />
        </div>
      )}
      <div class="columns">
        <ChangesTable
          diff={data}
          page={page}
          kept={since.data !== undefined}
          names={names}
          sort={location.hot}
          filter={location.find}
          onChange={go}
        />
      </div>
    </>
  )
}

/** How a route changed since the previous run, if it is that which the sides compare. */
function usePreviousOf(sides: Sides) {
  const route = previousRoute(sides)
  const { data, error, reload } = useLoad(route === undefined ? '' : `previous ${route}`, (signal) =>
    api.previous(route, signal),
  )
  const isAwaited = route !== undefined && data === undefined && error === undefined
  return { data: data?.routes[0], isAwaited, reload }
}
