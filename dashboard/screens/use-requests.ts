import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RequestSummary } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import { mergeRequests, newestKept } from '../model/order.ts'
import { togglePin } from '../pin.ts'
import type { Live } from '../use-live.ts'
import { type Loaded, useLoad } from '../use-load.ts'

/** As many as the server gives at once. */
const PAGE = 1000
/** More dots than this say nothing more. */
const MOST = 5000
/** At least so many are shown, however few there were at first. */
const LEAST = 100
/** What the server has let go meanwhile is seen by asking again, not more often than this. */
const REFRESH_MS = 10_000

export interface RouteRequests extends Loaded<readonly RequestSummary[]> {
  /** How many have ended that are not shown yet, since the list is held. */
  readonly waiting: number
  /** Holds the requests as they are, as long as somebody points at them; every hold ends. */
  readonly hold: (held: boolean) => void
  /** Pins it, or lets it go. */
  readonly pin: (request: RequestSummary) => void
}

/** The kept requests of a route, newest first, with those that end meanwhile. */
export function useRequests(route: string, live: Live): RouteRequests {
  /** What the server kept as the newest when it was asked last. */
  const kept = useRef(LEAST)
  const { onRequests, session } = live
  const loaded = useLoad(
    session > 0 ? `requests ${session} ${route}` : '',
    async (signal) => {
      const all = await allOf(route, signal)
      kept.current = Math.max(newestKept(all), LEAST)
      return all
    },
    `requests ${route}`,
  )
  const [holds, setHolds] = useState(0)
  const refreshed = useRef(Date.now())
  const { data, change, reload } = loaded
  /** Those that are shown; the first ones also where a hold began before they were there. */
  const shown = useRef(data)
  if (holds === 0 || data === undefined || shown.current === undefined) shown.current = data
  const waiting = useMemo(() => {
    const ids = new Set(shown.current?.map(({ id }) => id))
    return data === shown.current ? 0 : data!.filter(({ id }) => !ids.has(id)).length
  }, [data, shown.current])

  useEffect(() => {
    return onRequests(({ requests }) => {
      const arrived = requests.filter((request) => request.route === route)
      if (arrived.length === 0) return
      if (Date.now() - refreshed.current > REFRESH_MS) {
        refreshed.current = Date.now()
        reload()
      } else change((list) => mergeRequests(list, arrived, kept.current))
    })
  }, [route, change, reload, onRequests])

  const hold = useCallback((now: boolean) => setHolds((n) => n + (now ? 1 : -1)), [])
  const pin = useCallback(
    (request: RequestSummary) =>
      togglePin(request, (pinned) => {
        const marked = (list: readonly RequestSummary[]) =>
          list.map((one) => (one.id === request.id ? { ...one, pinned } : one))
        shown.current = shown.current && marked(shown.current)
        change(marked)
      }),
    [change],
  )
  return { ...loaded, data: shown.current, waiting, hold, pin }
}

async function allOf(route: string, signal: AbortSignal): Promise<readonly RequestSummary[]> {
  const all: RequestSummary[] = []
  let cursor: string | undefined
  do {
    const answer = await api.requests({ route, limit: PAGE, cursor }, signal)
    all.push(...answer.requests)
    cursor = answer.cursor ?? undefined
  } while (cursor !== undefined && all.length < MOST)
  return all
}
