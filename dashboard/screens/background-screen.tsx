import { useCallback } from 'preact/hooks'
import { NO_REQUEST } from '../../plugin/model/labels.ts'
import type { Culprit, Status } from '../../plugin/model/wire.ts'
import type { Palette } from '../model/colours.ts'
import type { Change, Location } from '../model/location.ts'
import { loadProfile } from '../profiles.ts'
import type { Live } from '../use-live.ts'
import { useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { PageHead } from '../views/page-head.tsx'
import { BackgroundNumbers } from '../views/summary.tsx'
import { Export } from './export.tsx'
import { ProfileScreen } from './profile-screen.tsx'
import { useNewer } from './use-newer.ts'

export interface BackgroundScreenProps {
  /** How much it made requests wait; undefined while that is loading. */
  readonly culprit: Culprit | undefined
  readonly status: Status | undefined
  readonly live: Live
  /** Loads the culprit again. */
  readonly onRenew: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Change
}

const background = { route: NO_REQUEST }
const isAny = () => true

/** What the process did for no request: which function, which library it is that makes routes wait without being one. */
export function BackgroundScreen(props: BackgroundScreenProps) {
  const { culprit, status, live, onRenew, colours, location, go } = props
  const loaded = useLoad(
    live.session > 0 ? `profile ${live.session} of no request` : '',
    (signal) => loadProfile(background, location, signal),
    'profile of no request',
  )
  const reload = useCallback(() => {
    loaded.reload()
    onRenew()
  }, [loaded.reload, onRenew])
  const profile = { ...loaded, reload }
  // Not shown: it is work of no request that came since.
  useNewer(isAny, profile, live)
  useShortcuts({ r: reload })
  const update = (
    <>
      <button type="button" class="button" onClick={reload} title="Reload (r)">
        Update
      </button>
      <Export selection={background} />
    </>
  )
  return (
    <>
      <PageHead method="" url={NO_REQUEST} action={update}>
        <BackgroundNumbers
          profile={profile.data?.profile}
          allMs={status?.accounting.otherMs}
          culprit={culprit}
        />
      </PageHead>
      <p class="kept-note">
        What the process did for no request: timers and jobs of its own, sockets, HTTP parsing and routing
        before <code>onRequest</code>, and the profiler itself. <code>(program)</code> is what Node does
        outside of JavaScript. The newest of it is kept.
      </p>
      <ProfileScreen selection={background} {...{ profile, colours, location, go }} />
    </>
  )
}
