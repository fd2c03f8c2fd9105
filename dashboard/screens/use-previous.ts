import { useCallback } from 'preact/hooks'
import type { RequestSummary, SincePrevious } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import type { Live } from '../use-live.ts'
import { useLoad } from '../use-load.ts'
import { useReloadLater } from '../use-reload-later.ts'

/** Where requests arrive, it is asked anew after so long. */
const LATER_MS = 2000

/** A route since the run before, while requests arrive; undefined where there is none. */
export function usePrevious(route: string, { session, onRequests }: Live): SincePrevious | undefined {
  const { data, reload } = useLoad(
    session > 0 ? `previous ${session} ${route}` : '',
    (signal) => api.previous(route, signal),
    `previous ${route}`,
  )
  const isOfRoute = useCallback((request: RequestSummary) => request.route === route, [route])
  useReloadLater(reload, LATER_MS, isOfRoute, onRequests)
  return data?.routes[0]
}
