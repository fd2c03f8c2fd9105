import { useEffect, useState } from 'preact/hooks'
import { trustIn } from '../../plugin/model/certainty.ts'
import type { RequestSummary } from '../../plugin/model/wire.ts'
import type { Live } from '../live.ts'
import type { Loaded } from '../load.ts'
import type { Opened } from '../model/opened.ts'

/** While there are few samples, a new profile is asked for this long after requests have ended. */
const EAGER_MS = 1500

/**
 * Of the requests that a profile is of, how many ended since it was made. With few samples in it, it is made anew by
 * itself. `isShown` is to be the same function as long as it tells the same.
 */
export function useNewer(
  isShown: (request: RequestSummary) => boolean,
  { data, reload }: Loaded<Opened>,
  { onRequests }: Live,
): number {
  const [newer, setNewer] = useState(0)
  const samples = data?.profile.samples
  useEffect(() => {
    setNewer(0)
    let timer = 0
    const trust = samples === undefined ? 'good' : trustIn(samples)
    const remove = onRequests(({ requests }) => {
      const arrived = requests.filter(isShown).length
      if (arrived === 0) return
      setNewer((n) => n + arrived)
      if (trust === 'none' || trust === 'few') timer ||= window.setTimeout(reload, EAGER_MS)
    })
    return () => {
      clearTimeout(timer)
      remove()
    }
  }, [isShown, data, samples, reload, onRequests])
  return newer
}
