import { useEffect } from 'preact/hooks'
import type { RequestSummary } from '../plugin/model/wire/requests.ts'
import type { Live } from './use-live.ts'

/**
 * Calls `reload` some time after the end of a request for which `concerns` is true, once for all that end meanwhile. Pass
 * the same functions as long as they do the same.
 */
export function useReloadLater(
  reload: () => void,
  ms: number,
  concerns: (request: RequestSummary) => boolean,
  onRequests: Live['onRequests'],
): void {
  useEffect(() => {
    let timer = 0
    const remove = onRequests(({ requests }) => {
      if (timer !== 0 || !requests.some(concerns)) return
      timer = window.setTimeout(() => {
        timer = 0
        reload()
      }, ms)
    })
    return () => {
      clearTimeout(timer)
      remove()
    }
  }, [reload, ms, concerns, onRequests])
}
