import { useEffect, useState } from 'preact/hooks'
import { trustIn } from '../../plugin/model/certainty.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { Opened } from '../model/opened.ts'
import type { Live } from '../use-live.ts'
import type { Loaded } from '../use-load.ts'
import { useReloadLater } from '../use-reload-later.ts'

/** While there are few samples, a new profile is loaded this long after requests have ended. */
const EAGER_MS = 1500

const isNone = () => false

/**
 * How many requests that belong in a profile have ended since it was made. A profile with few samples is loaded again
 * automatically, and at once if there could be none; while it is held, only when that ends. Pass the same `isShown` and
 * `reload` as long as they do the same.
 */
export function useNewer(
  isShown: (request: RequestSummary) => boolean,
  { data, error, reload }: Omit<Loaded<Opened>, 'change'>,
  { onRequests }: Live,
  held = false,
): number {
  const [newer, setNewer] = useState(0)
  const trust = data && trustIn(data.profile.samples)
  const isEager = trust === undefined ? error !== undefined : trust === 'none' || trust === 'few'
  const renews = isEager && !held
  useReloadLater(reload, data === undefined ? 0 : EAGER_MS, renews ? isShown : isNone, onRequests)
  useEffect(() => {
    setNewer(0)
    return onRequests(({ requests }) => {
      const arrived = requests.filter(isShown).length
      if (arrived > 0) setNewer((n) => n + arrived)
    })
  }, [isShown, data, onRequests])
  useEffect(() => {
    if (renews && newer > 0) reload()
  }, [held])
  return newer
}
