import { useCallback, useMemo } from 'preact/hooks'
import { isCertain } from '../plugin/model/change.ts'
import type { SincePrevious } from '../plugin/model/wire/baselines.ts'
import { api } from './client.ts'
import type { Live } from './use-live.ts'
import { useLoad } from './use-load.ts'
import { useReloadLater } from './use-reload-later.ts'

/** While requests arrive, the comparison is loaded again after this long. */
const LATER_MS = 5000

/**
 * The routes that became faster or slower since the previous run, where that stands out from chance; by name. Loaded
 * again while requests arrive, if there is a previous run, and when `routes`, the number of routes, grows; not at all
 * while it is 0.
 */
export function useSince(routes: number, { session, onRequests }: Live): ReadonlyMap<string, SincePrevious> {
  const { data, reload } = useLoad(
    session > 0 && routes > 0 ? `since ${session} ${routes}` : '',
    (signal) => api.previous(undefined, signal),
    'since',
  )
  const hasRun = routes > 0 && data !== undefined && data.routes.length > 0
  const concerns = useCallback(() => hasRun, [hasRun])
  useReloadLater(reload, LATER_MS, concerns, onRequests)
  return useMemo(() => {
    const certain = data?.routes.filter(({ own }) => isCertain(own.verdict))
    return new Map(certain?.map((since) => [since.route, since]))
  }, [data])
}
