import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { RequestSummary } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import type { Live } from '../live.ts'
import { type Loaded, useLoad } from '../load.ts'
import { mergeRequests } from '../model/order.ts'

/** As many as the server gives at once. */
const PAGE = 1000
/** More dots than this say nothing more. */
const MOST = 5000
/** At least so many are shown, however few there were at first. */
const LEAST = 100
/** What the server has let go meanwhile is seen by asking again, not more often than this. */
const REFRESH_MS = 10_000

export interface RouteRequests extends Loaded<readonly RequestSummary[]> {
  /** Holds the requests as they are, as long as somebody points at them; every hold ends. */
  readonly hold: (held: boolean) => void
  /** Pins it, or lets it go. */
  readonly pin: (request: RequestSummary) => void
}

/** The kept requests of a route, newest first, with those that end meanwhile. */
export function useRequests(route: string, live: Live): RouteRequests {
  /** What the server kept when it was asked last. */
  const kept = useRef(LEAST)
  const { onRequests, session } = live
  const loaded = useLoad(
    session > 0 ? `requests ${session} ${route}` : '',
    async (signal) => {
      const all = await allOf(route, signal)
      kept.current = Math.max(all.length, LEAST)
      return all
    },
    `requests ${route}`,
  )
  const [holds, setHolds] = useState(0)
  const held = holds > 0
  const waiting = useRef<RequestSummary[]>([])
  const refreshed = useRef(Date.now())
  const { change, reload } = loaded

  useEffect(() => {
    const take = () => {
      const arrived = waiting.current.filter((request) => request.route === route)
      waiting.current = []
      if (arrived.length === 0) return
      if (Date.now() - refreshed.current > REFRESH_MS) {
        refreshed.current = Date.now()
        reload()
      } else change((list) => mergeRequests(list, arrived, kept.current))
    }
    if (!held) take()
    return onRequests(({ requests }) => {
      waiting.current.push(...requests.filter((request) => request.route === route))
      waiting.current.splice(0, waiting.current.length - MOST)
      if (!held) take()
    })
  }, [route, held, change, reload, onRequests])

  const hold = useCallback((now: boolean) => setHolds((n) => n + (now ? 1 : -1)), [])
  const pin = useCallback(
    (request: RequestSummary) => {
      const mark = (pinned: boolean) =>
        change((list) => list.map((one) => (one.id === request.id ? { ...one, pinned } : one)))
      mark(!request.pinned)
      api.pin(request.id, !request.pinned).catch(() => mark(request.pinned))
    },
    [change],
  )
  return { ...loaded, hold, pin }
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
