import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { trustIn } from '../../plugin/model/certainty.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { Opened } from '../model/opened.ts'
import type { Live } from '../use-live.ts'
import type { Loaded } from '../use-load.ts'

/** While there are few samples, a new profile is loaded this long after requests have ended. */
const EAGER_MS = 1500

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
  // At once: a request that ends before the browser has drawn the profile counts.
  useLayoutEffect(() => setNewer(0), [isShown])
  // Where there is no profile any more, what has arrived meanwhile is a reason to ask again.
  useLayoutEffect(() => {
    if (data !== undefined) setNewer(0)
  }, [data])
  useEffect(
    () =>
      onRequests(({ requests }) => {
        const arrived = requests.filter(isShown).length
        if (arrived > 0) setNewer((n) => n + arrived)
      }),
    [isShown, onRequests],
  )
  const renew = () => {
    setNewer(0)
    reload()
  }
  // Goes by the number, not by the event: one that comes while an answer is drawn would be missed.
  useEffect(() => {
    if (!renews || newer === 0) return
    const timer = setTimeout(renew, data === undefined ? 0 : EAGER_MS)
    return () => clearTimeout(timer)
  }, [renews, newer === 0, data, reload])
  useEffect(() => {
    if (renews && newer > 0) renew()
  }, [held])
  return newer
}
