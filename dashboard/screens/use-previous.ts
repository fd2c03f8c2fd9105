import { useCallback } from 'preact/hooks'
import type { SincePrevious } from '../../plugin/model/wire/baselines.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import { api } from '../client.ts'
import type { Live } from '../use-live.ts'
import { useLoad } from '../use-load.ts'
import { useReloadLater } from '../use-reload-later.ts'

/** While requests arrive, the comparison is loaded again after this long. */
const LATER_MS = 2000

/**
 * How a route changed since the previous run, kept up to date; null when there is none, undefined until that is known, and
 * where no runs are kept.
 */
export function usePrevious(route: string, { session, onRequests }: Live): SincePrevious | null | undefined {
  const { data, reload } = useLoad(
    session > 0 ? `previous ${session} ${route}` : '',
    (signal) => api.previous(route, signal),
    `previous ${route}`,
  )
  const isOff = data?.kept === false
  const concerns = useCallback((request: RequestSummary) => !isOff && request.route === route, [isOff, route])
  useReloadLater(reload, LATER_MS, concerns, onRequests)
  return data && !isOff ? (data.routes[0] ?? null) : undefined
}
