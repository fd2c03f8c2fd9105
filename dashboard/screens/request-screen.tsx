import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { sumWaits } from '../../plugin/model/wait-sums.ts'
import type { RequestDetail } from '../../plugin/model/wire/requests.ts'
import type { WaitSum } from '../../plugin/model/wire/waits.ts'
import { api } from '../client.ts'
import type { Palette } from '../model/colours.ts'
import { type Location, type Navigate, writeLocation } from '../model/location.ts'
import { onPinnedElsewhere, togglePin } from '../pin.ts'
import { loadChart, loadProfile } from '../profiles.ts'
import { useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { PageHead } from '../views/page-head.tsx'
import { PinButton } from '../views/pin-button.tsx'
import { partsOfRoute } from '../views/route-name.tsx'
import { Message, Skeleton } from '../views/states.tsx'
import { RequestNumbers } from '../views/summary.tsx'
import { WhoAndWhat } from '../views/time-line/lists.tsx'
import { shownQueue } from '../views/time-line/picture.tsx'
import { TimeLine } from '../views/time-line/time-line.tsx'
import { Export } from './export.tsx'
import { ProfileScreen } from './profile-screen.tsx'

export interface RequestScreenProps {
  readonly id: string
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

export function RequestScreen({ id, colours, location, go }: RequestScreenProps) {
  const detail = useLoad(`request ${id}`, (signal) => api.request(id, signal))
  const { merged, phases } = location
  const profile = useLoad(`${merged ? `profile ${phases}` : 'chart'} of ${id}`, (signal) =>
    merged ? loadProfile({ requests: [id], phases }, location, signal) : loadChart(id, location, signal),
  )
  const waits = useMemo(() => waitsOf(detail.data), [detail.data])
  const area = useRef<HTMLDivElement>(null)
  const { data: request, error, change, reload } = detail
  const { route } = request ?? location
  // A link may name only the request; the way back leads to its route.
  useEffect(() => {
    if (route !== location.route) go({ route }, 'replace')
  }, [route, location.route, go])
  const mark = useCallback((pinned: boolean) => change((data) => ({ ...data, pinned })), [change])
  useEffect(() => onPinnedElsewhere((one) => one.id === id && mark(one.pinned)), [id, mark])
  useShortcuts({
    r() {
      reload()
      profile.reload()
    },
  })

  if (request === undefined && error !== undefined) {
    return error.status === 404 ? (
      <NoLongerKept route={location.route} />
    ) : (
      <Message title="The request could not be loaded" action={{ label: 'Try again', onClick: reload }}>
        <p>{error.message}</p>
      </Message>
    )
  }
  const queued = request !== undefined && shownQueue(request) > 0
  const { method, url } = request ?? partsOfRoute(location.route ?? id)
  const hasChart = !merged && !location.table && location.function === ''
  return (
    <div class={queued ? 'request-time queued' : 'request-time'} ref={area}>
      <PageHead
        method={method}
        url={url}
        action={
          <>
            <PinButton
              pinned={request?.pinned ?? false}
              label="Pin"
              disabled={request === undefined}
              onClick={() => request && togglePin(request, mark)}
            />
            <Export selection={{ requests: [id], phases: merged && phases }} />
          </>
        }
      >
        <RequestNumbers request={request} />
      </PageHead>
      {request === undefined ? (
        <section class="panel time-panel time-none time-none-line">
          <Skeleton rows={6} label="Loading the time line" />
        </section>
      ) : (
        <TimeLine
          request={request}
          range={hasChart ? location.range : ''}
          onChange={hasChart ? go : undefined}
        />
      )}
      <ProfileScreen
        selection={{ requests: [id] }}
        profile={profile}
        area={area}
        colours={colours}
        location={location}
        go={go}
      >
        {request !== undefined && (
          <WhoAndWhat blockedBy={request.blockedBy} waits={waits} wallMs={request.wallMs} />
        )}
      </ProfileScreen>
    </div>
  )
}

function waitsOf(request: RequestDetail | undefined): WaitSum[] {
  return request === undefined ? [] : sumWaits(request.waits, request.slices, 'target')
}

function NoLongerKept({ route }: { readonly route: string | undefined }) {
  const isNamed = route !== undefined && route !== ''
  return (
    <Message title="This request is no longer kept">
      <p>
        Old requests make room for new ones; of each route the newest, the slowest, who made others wait
        longest, and the pinned stay, until the application is restarted.
      </p>
      <p>
        <a href={writeLocation(isNamed ? { route } : {})}>
          {isNamed ? `Requests of ${route}` : 'All routes'}
        </a>
      </p>
    </Message>
  )
}
