import { useCallback } from 'preact/hooks'
import type { RequestSummary, SincePrevious } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import type { Live } from '../use-live.ts'
import { useLoad } from '../use-load.ts'
import { useReloadLater } from '../use-reload-later.ts'

/** While requests arrive, the comparison is loaded again after this long. */
const LATER_MS = 2000

/** How a route changed since the previous run, kept up to date; undefined when there is none. */
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
