import { useEffect } from 'preact/hooks'
import type { SincePrevious } from '../../plugin/model/wire.ts'
import { comparing } from '../comparing.ts'
import type { Live } from '../live.ts'
import { useLoad } from '../load.ts'

/** Where requests arrive, it is asked anew after so long. */
const LATER_MS = 2000

/** A route since the run before, while requests arrive; undefined where there is none. */
export function usePrevious(route: string, { session, onRequests }: Live): SincePrevious | undefined {
  const { data, reload } = useLoad(
    session > 0 ? `previous ${session} ${route}` : '',
    (signal) => comparing.previous(route, signal),
    `previous ${route}`,
  )
  useEffect(() => {
    let timer = 0
    const remove = onRequests(({ requests }) => {
      if (timer !== 0 || !requests.some((request) => request.route === route)) return
      timer = window.setTimeout(() => {
        timer = 0
        reload()
      }, LATER_MS)
    })
    return () => {
      clearTimeout(timer)
      remove()
    }
  }, [route, reload, onRequests])
  return data?.routes[0]
}
