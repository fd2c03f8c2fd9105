import type { ComponentChildren } from 'preact'
import type { Profile } from '../../plugin/model/profile.ts'
import type { ApiError } from '../client.ts'
import type { Palette } from '../model/colours.ts'
import type { Location } from '../model/location.ts'
import type { Go } from '../state.ts'
import { FlamePanel } from '../views/flame/flame-panel.tsx'
import { HotFunctions } from '../views/hot-functions.tsx'
import { LookingAt } from '../views/looking-at.tsx'
import { Message, Skeleton } from '../views/states.tsx'

export interface ProfileScreenProps {
  readonly profile: Profile | undefined
  readonly error: ApiError | undefined
  readonly onReload: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Go
  /** Beside the hot functions. */
  readonly children?: ComponentChildren
}

/** What a route's page and a request's page have in common. */
export function ProfileScreen(props: ProfileScreenProps) {
  const { profile, location, go } = props
  if (profile === undefined) {
    if (props.error === undefined) return <Skeleton rows={10} label="Loading the profile" />
    return (
      <Message
        title="The profile could not be loaded"
        action={{ label: 'Try again', onClick: props.onReload }}
      >
        <p>{props.error.message}</p>
      </Message>
    )
  }
  return (
    <>
      <FlamePanel
        profile={profile}
        colours={props.colours}
        location={location}
        onChange={go}
        searchRef={null}
      >
        <LookingAt profile={profile} />
      </FlamePanel>
      <div class="columns">
        <HotFunctions profile={profile} location={location} onChange={go} />
        {props.children}
      </div>
    </>
  )
}
