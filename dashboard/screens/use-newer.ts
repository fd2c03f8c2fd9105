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
 * automatically, and at once if there could be none. Pass the same `isShown` and `reload` as long as they do the same.
 */
export function useNewer(
  isShown: (request: RequestSummary) => boolean,
  { data, error, reload }: Omit<Loaded<Opened>, 'change'>,
  { onRequests }: Live,
): number {
  const [newer, setNewer] = useState(0)
  const trust = data && trustIn(data.profile.samples)
  const isEager = trust === undefined ? error !== undefined : trust === 'none' || trust === 'few'
  useReloadLater(reload, data === undefined ? 0 : EAGER_MS, isEager ? isShown : isNone, onRequests)
  useEffect(() => {
    setNewer(0)
    return onRequests(({ requests }) => {
      const arrived = requests.filter(isShown).length
      if (arrived > 0) setNewer((n) => n + arrived)
    })
  }, [isShown, data, onRequests])
  return newer
}
