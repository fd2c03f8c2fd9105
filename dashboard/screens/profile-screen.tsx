import type { ComponentChildren, RefObject } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Selection } from '../../plugin/model/wire/selection.ts'
import type { Palette } from '../model/colours.ts'
import type { Location, Navigate } from '../model/location.ts'
import { firstSight, isChart, type Opened } from '../model/opened.ts'
import { sightOf } from '../model/sight.ts'
import { useFocusBack, useFocusKept } from '../panel-focus.ts'
import type { Loaded } from '../use-load.ts'
import { FlamePanel } from '../views/flame/flame-panel.tsx'
import { HotFunctions } from '../views/hot-functions.tsx'
import { Message, NoneSelected, NoSamples, Skeleton } from '../views/states.tsx'
import { ChartPanel } from '../views/time-line/chart-panel.tsx'
import { LazyFunction } from './rare-screens.tsx'
import { usePictured } from './use-pictured.ts'

export interface ProfileScreenProps {
  readonly profile: Omit<Loaded<Opened>, 'change'>
  /** The requests of the profile; undefined for one from a file, whose sources the server does not know. */
  readonly selection?: Selection
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
  /** Requests that ended since the profile was made. */
  readonly newer?: number
  /** Which of the route's requests are selected, as text; undefined when all are. */
  readonly selected?: string | undefined
  /** For a request, the element that holds its time line and this screen. */
  readonly area?: RefObject<HTMLElement | null>
  /** Panels beside the hot functions. */
  readonly children?: ComponentChildren
}

/** What a route's page and a request's page have in common. */
export function ProfileScreen(props: ProfileScreenProps) {
  const { location, go } = props
  useFocusBack(location.function)
  useFocusKept()
  const { data, error, reload } = props.profile
  const profile = data?.profile
  const { all, only, unfold } = location
  const sight = useMemo(
    () => data && (firstSight(data, { all, only, unfold }) ?? sightOf(data.profile, { all, only, unfold })),
    [data, all, only, unfold],
  )
  const made = data?.first?.sight === sight ? data?.first : undefined
  const pictured = usePictured(location)
  const shared = {
    location: pictured,
    colours: props.colours,
    failed: error !== undefined,
    onUpdate: reload,
    onChange: go,
  }
  const calls =
    profile &&
    sight &&
    (isChart(profile) ? (
      <ChartPanel {...shared} sight={sight} chart={profile} made={made?.chart} area={props.area!} />
    ) : (
      <FlamePanel
        {...shared}
        sight={sight}
        made={made?.view.inverted === location.inverted ? made.picture : undefined}
        wholeUs={profile.ownUs}
        newer={props.newer ?? 0}
        selected={props.selected}
        canOrder={props.area !== undefined}
      />
    ))
  const showAll = () => go({ wall: '', started: '' })
  if (profile === undefined && error === undefined) {
    return (
      <section class="panel">
        <Skeleton rows={10} label="Loading the profile" />
      </section>
    )
  }
  return (
    <>
      {profile === undefined || sight === undefined ? (
        <section class="panel">
          <Message
            part
            title="The profile could not be loaded"
            action={{ label: 'Try again', onClick: reload }}
          >
            <p>{error?.message}</p>
          </Message>
        </section>
      ) : profile.ownUs <= 0 ? (
        <section class="panel">
          {profile.requests === 0 && props.selected !== undefined ? (
            <NoneSelected bounds={props.selected} onAll={showAll} />
          ) : (
            <NoSamples requests={profile.requests} onReload={reload} />
          )}
        </section>
      ) : location.function !== '' ? (
        // The cost of a function is that in the whole profile, even if the rest shows one origin alone.
        <LazyFunction {...props} whole={profile} shown={sight.only === undefined ? sight.profile : profile}>
          {calls}
        </LazyFunction>
      ) : (
        calls
      )}
      <div class="columns">
        {sight !== undefined && sight.profile.ownUs > 0 && (
          <HotFunctions
            profile={sight.profile}
            sort={location.hot}
            filter={location.find}
            only={sight.only?.key ?? ''}
            opened={location.function}
            onChange={go}
          />
        )}
        {props.children}
      </div>
    </>
  )
}
