import { useCallback } from 'preact/hooks'
import type { PreviousAnswer } from '../../plugin/model/wire/baselines.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import { api } from '../client.ts'
import type { Live } from '../use-live.ts'
import { useLoad } from '../use-load.ts'
import { useReloadLater } from '../use-reload-later.ts'

/** While requests arrive, the comparison is loaded again after this long. */
const LATER_MS = 2000

/** The answer of a server that keeps no runs: it is the same for every route. */
let noRuns: PreviousAnswer | undefined

/** How a route changed since the previous run, kept up to date; undefined until that is known. */
export function usePrevious(route: string, { session, onRequests }: Live): PreviousAnswer | undefined {
  const { data, reload } = useLoad(
    session > 0 ? `previous ${session} ${route}` : '',
    (signal) => api.previous(route, signal),
    `previous ${route}`,
  )
  if (data !== undefined) noRuns = data.kept ? undefined : data
  const isOff = data?.kept === false
  const concerns = useCallback((request: RequestSummary) => !isOff && request.route === route, [isOff, route])
  useReloadLater(reload, LATER_MS, concerns, onRequests)
  return data ?? noRuns
}
