import { api } from '../client.ts'
import { useLoad } from '../load.ts'
import type { Palette } from '../model/colours.ts'
import type { Location } from '../model/location.ts'
import { writeLocation } from '../model/location.ts'
import type { Go } from '../state.ts'
import { RouteName } from '../views/route-name.tsx'
import { Message } from '../views/states.tsx'
import { RequestNumbers } from '../views/summary.tsx'
import { ProfileScreen } from './profile-screen.tsx'

export interface RequestScreenProps {
  readonly id: string
  readonly colours: Palette
  readonly location: Location
  readonly go: Go
}

export function RequestScreen({ id, colours, location, go }: RequestScreenProps) {
  const detail = useLoad(`request ${id}`, (signal) => api.request(id, signal))
  const profile = useLoad(`profile of ${id}`, (signal) => api.profile({ requests: [id] }, signal))
  if (detail.error?.status === 404 && detail.data === undefined) {
    return (
      <Message title="This request is no longer kept">
        <p>Old requests make room for new ones; the newest, the slowest and the pinned of each route stay.</p>
        <p>
          <a href={writeLocation(location.route === undefined ? {} : { route: location.route })}>
            {location.route === undefined ? 'All routes' : `Requests of ${location.route}`}
          </a>
        </p>
      </Message>
    )
  }
  const request = detail.data
  return (
    <>
      <div class="page-head">
        <h1>
          <RouteName method={request?.method ?? ''} url={request?.url ?? id} />
        </h1>
        {request !== undefined && <RequestNumbers request={request} />}
      </div>
      <ProfileScreen
        profile={profile.data}
        error={profile.error}
        onReload={profile.reload}
        colours={colours}
        location={location}
        go={go}
      />
    </>
  )
}
