import { useCallback, useMemo } from 'preact/hooks'
import { isBounded, type RequestBounds, within } from '../../plugin/model/bounds.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { api } from '../client.ts'
import { boundsText, readBounds, writeBounds } from '../model/bounds.ts'
import type { Palette } from '../model/colours.ts'
import { keptNote } from '../model/kept-means.ts'
import { type Location, type Navigate, writeLocation } from '../model/location.ts'
import type { Opened } from '../model/opened.ts'
import { readSort } from '../model/order.ts'
import { newest, requestColumns, sortRequests } from '../model/request-order.ts'
import { loadProfile } from '../profiles.ts'
import type { Live } from '../use-live.ts'
import { given, useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { PreviousLine } from '../views/compare/previous-line.tsx'
import { LatencyPanel } from '../views/latency/latency-panel.tsx'
import { PageHead } from '../views/page-head.tsx'
import { PhasesTable } from '../views/phases-table.tsx'
import { RequestsList } from '../views/requests-list.tsx'
import { partsOfRoute } from '../views/route-name.tsx'
import { RouteTime } from '../views/route-time.tsx'
import { Message, Skeleton } from '../views/states.tsx'
import { RouteNumbers } from '../views/summary.tsx'
import { WhoAndWhat } from '../views/time-line/lists.tsx'
import { CompareMenu } from './compare-menu.tsx'
import { Export } from './export.tsx'
import { ProfileScreen } from './profile-screen.tsx'
import { useNewer } from './use-newer.ts'
import { usePrevious } from './use-previous.ts'
import { useRequests } from './use-requests.ts'

export interface RouteScreenProps {
  readonly route: string
  readonly summary: RouteSummary | undefined
  /** Whether the routes, and with them the summary, are still loading. */
  readonly awaited: boolean
  readonly live: Live
  /** Loads the routes again, and with them the summary. */
  readonly onRenew: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

/** How often the ages of requests are updated while no request arrives. */
const AGO_MS = 5000
/** The profile waits for what stands above it, so that nothing moves when that arrives. */
const NOT_YET = given<Opened>(undefined)

export function RouteScreen(props: RouteScreenProps) {
  if (props.route !== '') return <NamedRoute {...props} />
  return (
    <Message title="The address names no route">
      <p>
        Look at <a href={writeLocation({})}>all routes</a>.
      </p>
    </Message>
  )
}

function NamedRoute(props: RouteScreenProps) {
  const { route, summary, awaited, live, onRenew, colours, location, go } = props
  const { phases, wall, started, list } = location
  const bounds = useMemo(() => readBounds({ wall, started }), [wall, started])
  const selection = useMemo(() => ({ route, ...bounds }), [route, bounds])
  const { session } = live
  const chosen = `${session} ${wall} ${started} ${route}`
  const selected = isBounded(bounds) ? boundsText(bounds) : undefined
  const loaded = useLoad(
    session > 0 ? `profile ${phases} ${chosen}` : '',
    // With the selection: until the next profile arrives, the page says what the last one contains.
    async (signal) => ({
      ...(await loadProfile({ route, ...bounds, phases, across: true }, location, signal)),
      selected,
    }),
    `profile ${route}`,
  )
  const phasesOf = useLoad(
    session > 0 ? `phases ${chosen}` : '',
    (signal) => api.phases(route, bounds, signal),
    `phases ${route}`,
  )
  // The answer at the top is about all requests, whichever are selected; but as new as the rest.
  const whole = useLoad(
    session > 0 ? `waiting for all ${chosen}` : '',
    (signal) => api.waiting(route, {}, signal),
    `waiting ${route}`,
  )
  const part = useLoad(
    session > 0 && isBounded(bounds) ? `waiting ${chosen}` : '',
    (signal) => api.waiting(route, bounds, signal),
    `waiting ${route}`,
  )
  const waiting = isBounded(bounds) ? (part.data ?? whole.data) : whole.data
  const requests = useRequests(route, summary, live, bounds)
  // The whole page at once, so that all of it has the same age.
  const reload = useCallback(() => {
    for (const { reload } of [loaded, phasesOf, whole, part, requests]) reload()
    onRenew()
  }, [loaded.reload, phasesOf.reload, whole.reload, part.reload, requests.reload, onRenew])
  const profile = { ...loaded, reload }
  const isWaiting = whole.data === undefined && whole.error === undefined
  const previous = usePrevious(route, live)
  const kept = requests.data
  const maxMs = summary?.latency.maxMs
  const slowest = useMemo(() => kept?.find(({ wallMs }) => wallMs === maxMs)?.id, [kept, maxMs])
  const sort = useMemo(() => readSort(list, requestColumns, newest), [list])
  const listed = useMemo(() => kept && sortRequests(kept.filter(within(bounds)), sort), [kept, bounds, sort])
  // Stays the same as long as the list does, which is then not drawn again for other events in those seconds.
  const now = useMemo(() => Math.floor(Date.now() / 1000) * 1000, [listed, Math.floor(Date.now() / AGO_MS)])
  const isShown = useMemo(() => {
    const isWithin = within(bounds)
    return (request: RequestSummary) => request.route === route && isWithin(request)
  }, [route, bounds])
  const newer = useNewer(isShown, profile, live, requests.held)
  const select = useCallback(
    (next: RequestBounds, how: 'push' | 'replace') => go(writeBounds(next), how),
    [go],
  )
  // The first panel that is of the kept requests says how these differ from all.
  const all = isBounded(bounds) ? undefined : summary
  const waited = waiting !== undefined && (waiting.blockedBy.length > 0 || waiting.waits.length > 0)
  const note = waited ? keptNote(waiting.requests, waiting.wallMs, all) : ''
  const { method, url } = summary ?? partsOfRoute(route)
  useShortcuts({ r: reload })

  if (profile.error?.status === 404 && profile.data === undefined) {
    return (
      <Message title="Nothing is recorded for this route" action={{ label: 'Check again', onClick: reload }}>
        <p>
          <code>{route}</code> is not among the routes. It shows up with its next request, or look at{' '}
          <a href={writeLocation({})}>all routes</a>.
        </p>
      </Message>
    )
  }
  if (!awaited && (summary?.count ?? 0) === 0 && kept?.length === 0) {
    return (
      <Message title="No finished request of this route is kept">
        <p>
          <code>{route}</code> shows up here when one of its requests ends. The list of{' '}
          <a href={writeLocation({})}>all routes</a> says how many are open.
        </p>
      </Message>
    )
  }
  return (
    <>
      <PageHead
        method={method}
        url={url}
        action={
          <>
            <CompareMenu route={route} summary={summary} bounds={bounds} />
            <Export selection={{ ...selection, phases }} />
          </>
        }
      >
        {(awaited || summary !== undefined) && <RouteNumbers route={summary} slowest={slowest} />}
      </PageHead>
      <PreviousLine answer={previous} p50Ms={summary?.latency.p50Ms} />
      {isWaiting || awaited ? (
        <section class="panel time-panel time-none">
          <Skeleton rows={3} label="Loading where the time goes" />
        </section>
      ) : (
        summary !== undefined && <RouteTime route={summary} waiting={whole.data} />
      )}
      <LatencyPanel
        key={route}
        requests={kept}
        error={requests.error}
        onReload={requests.reload}
        latency={summary?.latency}
        all={summary?.count ?? 0}
        bounds={bounds}
        onSelect={select}
        onHold={requests.hold}
      />
      <ProfileScreen
        profile={awaited || isWaiting ? NOT_YET : profile}
        selected={profile.data?.selected}
        {...{ selection, newer, colours, location, go }}
      >
        <RequestsList
          requests={listed}
          kept={kept?.length}
          waiting={requests.waiting}
          error={requests.error}
          onReload={requests.reload}
          sort={sort}
          filter={location.which}
          now={now}
          onChange={go}
          onPin={requests.pin}
          onHold={requests.hold}
        />
        {waited && <WhoAndWhat {...waiting} note={note} newer={newer} onUpdate={reload} />}
        <PhasesTable
          answer={phasesOf.data}
          route={note === '' ? all : undefined}
          error={phasesOf.error}
          onReload={phasesOf.reload}
          newer={newer}
          onUpdate={reload}
        />
      </ProfileScreen>
    </>
  )
}
