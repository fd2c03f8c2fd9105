import { useEffect } from 'preact/hooks'
import type { RoutesAnswer } from '../plugin/model/wire/routes.ts'
import { api } from './client.ts'
import type { Live } from './use-live.ts'
import { type Loaded, useLoad } from './use-load.ts'

/** The routes, loaded again at each event that requests have ended. */
export function useRoutes(live: Live): Loaded<RoutesAnswer> {
  const { onRequests, session } = live
  const key = session > 0 ? `routes ${session}` : ''
  const routes = useLoad(key, (signal) => api.routes(signal), 'routes')
  const { reload } = routes

  useEffect(() => onRequests(reload), [onRequests, reload])
  return routes
}
