import { useEffect } from 'preact/hooks'
import type { RoutesAnswer } from '../plugin/model/wire.ts'
import { api } from './client.ts'
import type { Live } from './live.ts'
import { type Loaded, useLoad } from './load.ts'

/** Often enough to look alive, seldom enough to cost the app nothing. */
const LEAST_WAIT_MS = 1000

/** The routes, asked for again when requests have ended, at most once a second. */
export function useRoutes(live: Live): Loaded<RoutesAnswer> {
  const { onRequests, session } = live
  const key = session > 0 ? `routes ${session}` : ''
  const routes = useLoad(key, (signal) => api.routes(signal), 'routes')
  const { reload } = routes

  useEffect(() => {
    let timer = 0
    const remove = onRequests(() => {
      timer ||= window.setTimeout(() => {
        timer = 0
        reload()
      }, LEAST_WAIT_MS)
    })
    return () => {
      clearTimeout(timer)
      remove()
    }
  }, [onRequests, reload])
  return routes
}
