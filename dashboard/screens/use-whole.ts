import { useCallback } from 'preact/hooks'
import type { Selection } from '../../plugin/model/wire/selection.ts'
import type { Location } from '../model/location.ts'
import type { Opened } from '../model/opened.ts'
import { loadProfile } from '../profiles.ts'
import type { Live } from '../use-live.ts'
import { type Loaded, useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { useNewer } from './use-newer.ts'

export interface Whole {
  /** Its `reload` also renews the numbers beside it, as the key `r` does. */
  readonly profile: Omit<Loaded<Opened>, 'change'>
  /** Requests that ended since it was made. */
  readonly newer: number
}

const isAny = () => true

/**
 * A profile that is of the whole application, whichever requests come. `name` tells it from others; `onRenew` loads the
 * numbers beside it again.
 */
export function useWhole(
  name: string,
  selection: Selection,
  { live, location, onRenew }: { live: Live; location: Location; onRenew: () => void },
): Whole {
  const loaded = useLoad(
    live.session > 0 ? `profile ${live.session} ${selection.phases === true} of ${name}` : '',
    (signal) => loadProfile(selection, location, signal),
    `profile of ${name}`,
  )
  const reload = useCallback(() => {
    loaded.reload()
    onRenew()
  }, [loaded.reload, onRenew])
  const profile = { ...loaded, reload }
  const newer = useNewer(isAny, profile, live)
  useShortcuts({ r: reload })
  return { profile, newer }
}
