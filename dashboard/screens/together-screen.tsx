import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import type { Palette } from '../model/colours.ts'
import { type Location, type Navigate, TOGETHER, writeLocation } from '../model/location.ts'
import type { Live } from '../use-live.ts'
import { PageHead } from '../views/page-head.tsx'
import { TogetherNumbers } from '../views/summary.tsx'
import { Export } from './export.tsx'
import { ProfileScreen } from './profile-screen.tsx'
import { useWhole } from './use-whole.ts'

export interface TogetherScreenProps {
  /** Undefined while they are loading. */
  readonly routes: readonly RouteSummary[] | undefined
  readonly live: Live
  /** Loads the routes again. */
  readonly onRenew: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

const everything = {}

/** All routes in one profile: which library, which function costs most, whoever calls it. */
export function TogetherScreen(props: TogetherScreenProps) {
  const { routes, live, onRenew, colours, location, go } = props
  const { phases } = location
  // Not across requests: that would show which route was requested when.
  const { profile, newer } = useWhole('all', { phases }, { live, location, onRenew })
  return (
    <>
      <PageHead method="" url={TOGETHER} action={<Export selection={{ phases }} />}>
        <TogetherNumbers profile={profile.data?.profile} routes={routes} />
      </PageHead>
      <p class="kept-note">
        These are the kept requests of each route, merged: the newest, the slowest, who made others wait
        longest, and the pinned. Shares are of these requests, not of all traffic; the list of{' '}
        <a href={writeLocation({})}>routes</a> has the total cost of each.
      </p>
      <ProfileScreen selection={everything} {...{ profile, newer, colours, location, go }} />
    </>
  )
}
