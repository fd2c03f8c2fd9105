import { NO_REQUEST } from '../../plugin/model/labels.ts'
import type { Culprit } from '../../plugin/model/wire/routes.ts'
import type { Status } from '../../plugin/model/wire/status.ts'
import type { Palette } from '../model/colours.ts'
import type { Location, Navigate } from '../model/location.ts'
import type { Live } from '../use-live.ts'
import { PageHead } from '../views/page-head.tsx'
import { BackgroundNumbers } from '../views/summary.tsx'
import { Export } from './export.tsx'
import { ProfileScreen } from './profile-screen.tsx'
import { useWhole } from './use-whole.ts'

export interface BackgroundScreenProps {
  /** How much it made requests wait; undefined while that is loading. */
  readonly culprit: Culprit | undefined
  readonly status: Status | undefined
  readonly live: Live
  /** Loads the culprit again. */
  readonly onRenew: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

const background = { route: NO_REQUEST }

/** What the process did for no request: which function, which library it is that makes routes wait without being one. */
export function BackgroundScreen(props: BackgroundScreenProps) {
  const { culprit, status, live, onRenew, colours, location, go } = props
  // How many requests are newer is not shown: it is work of none that came since.
  const { profile } = useWhole('no request', background, { live, location, onRenew })
  const update = (
    <>
      <button type="button" class="button" onClick={profile.reload} title="Reload (r)">
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
