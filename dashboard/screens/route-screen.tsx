import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestSummary, RouteSummary } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import type { Live } from '../live.ts'
import { useLoad } from '../load.ts'
import type { Palette } from '../model/colours.ts'
import type { Location } from '../model/location.ts'
import { mergeRequests } from '../model/order.ts'
import type { Go } from '../state.ts'
import { RequestsList } from '../views/requests-list.tsx'
import { RouteName } from '../views/route-name.tsx'
import { RouteNumbers } from '../views/summary.tsx'
import { ProfileScreen } from './profile-screen.tsx'

export interface RouteScreenProps {
  readonly route: string
  readonly summary: RouteSummary | undefined
  readonly live: Live
  readonly colours: Palette
  readonly location: Location
  readonly go: Go
}

const LIST_LIMIT = 100

export function RouteScreen({ route, summary, live, colours, location, go }: RouteScreenProps) {
  const profile = useLoad(`profile ${route}`, (signal) => api.profile({ route }, signal))
  const requests = useRequests(route, location.list, live)
  const [method, url] = summary === undefined ? ['', route] : [summary.method, summary.url]
  return (
    <>
      <div class="page-head">
        <h1>
          <RouteName method={method} url={url} />
        </h1>
        {summary !== undefined && <RouteNumbers route={summary} />}
      </div>
      <ProfileScreen
        profile={profile.data}
        error={profile.error}
        onReload={profile.reload}
        colours={colours}
        location={location}
        go={go}
      >
        <RequestsList
          requests={requests.list}
          sort={location.list}
          now={Date.now()}
          onSort={(list) => go({ list }, 'replace')}
          onPin={requests.pin}
          onHold={requests.hold}
        />
      </ProfileScreen>
    </>
  )
}

/** The route's requests with those that end meanwhile; they wait while somebody points at the list. */
function useRequests(route: string, sort: Location['list'], live: Live) {
  const loaded = useLoad(`requests ${sort} ${live.session} ${route}`, (signal) =>
    api.requests({ route, sort, limit: LIST_LIMIT }, signal).then((answer) => answer.requests),
  )
  const [held, hold] = useState(false)
  const waiting = useRef<RequestSummary[]>([])
  const { change } = loaded
  const { onRequests } = live

  useEffect(() => {
    const take = () => {
      const arrived = waiting.current
      waiting.current = []
      if (arrived.length > 0) change((list) => mergeRequests(list, arrived, sort, LIST_LIMIT))
    }
    if (!held) take()
    return onRequests(({ requests }) => {
      waiting.current.push(...requests.filter((request) => request.route === route))
      waiting.current.splice(0, waiting.current.length - 1000)
      if (!held) take()
    })
  }, [route, sort, held, change, onRequests])

  const pin = (request: RequestSummary) => {
    const pinned = !request.pinned
    const mark = (value: boolean) =>
      change((list) => list.map((one) => (one.id === request.id ? { ...one, pinned: value } : one)))
    mark(pinned)
    api.pin(request.id, pinned).catch(() => mark(!pinned))
  }
  return { list: loaded.data ?? [], hold, pin }
}
