import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RequestBounds } from '../../plugin/model/bounds.ts'
import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { api } from '../client.ts'
import { culpritsOf, mergeRequests, newestKept } from '../model/request-order.ts'
import { onPinnedElsewhere, togglePin } from '../pin.ts'
import type { Live } from '../use-live.ts'
import { type Loaded, useLoad } from '../use-load.ts'

/** The most requests that the server returns at once. */
const PAGE = 1000
/** The most requests that are loaded: more dots than this say nothing more. */
const MOST = 5000
/** At least this many requests are shown, however few there were at first. */
const LEAST = 100
/** Requests that the server has dropped are noticed by loading the list again, at most this often. */
const REFRESH_MS = 10_000

export interface RouteRequests extends Loaded<readonly RequestSummary[]> {
  /** How many requests have ended but are not shown yet, because the list is held. */
  readonly waiting: number
  /** Whether they are held. */
  readonly held: boolean
  /** Holds the requests as they are while the user points at them; every hold ends. */
  readonly hold: (held: boolean) => void
  /** Pins a request, or unpins it. */
  readonly pin: (request: RequestSummary) => void
}

/**
 * The kept requests of a route, newest first, with those that end meanwhile. `bounds` are those of the selection: a new one
 * shows the newest even while they are held, since what else is shown of it is as new.
 */
export function useRequests(
  route: string,
  summary: RouteSummary | undefined,
  live: Live,
  bounds: RequestBounds,
): RouteRequests {
  const culprits = useRef<readonly string[]>([])
  culprits.current = culpritsOf(summary)
  /** How many requests the server kept as the newest when it was last asked. */
  const kept = useRef(LEAST)
  const { onRequests, session } = live
  const loaded = useLoad(
    session > 0 ? `requests ${session} ${route}` : '',
    async (signal) => {
      const all = await allOf(route, signal)
      kept.current = Math.max(newestKept(all, culprits.current), LEAST)
      return all
    },
    `requests ${route}`,
  )
  const [holds, setHolds] = useState(0)
  const refreshed = useRef(Date.now())
  const { data, change, reload } = loaded
  /** The requests that are shown; the first ones even if a hold began before they arrived. */
  const shown = useRef(data)
  const selected = useRef(bounds)
  if (holds === 0 || selected.current !== bounds || data === undefined || shown.current === undefined)
    shown.current = data
  selected.current = bounds
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
      } else change((list) => mergeRequests(list, arrived, kept.current, culprits.current))
    })
  }, [route, change, reload, onRequests])

  const hold = useCallback((now: boolean) => setHolds((n) => n + (now ? 1 : -1)), [])
  const mark = useCallback(
    (id: string, pinned: boolean) => {
      const marked = (list: readonly RequestSummary[]) =>
        list.map((one) => (one.id === id ? { ...one, pinned } : one))
      shown.current = shown.current && marked(shown.current)
      change(marked)
    },
    [change],
  )
  const pin = useCallback(
    (request: RequestSummary) => togglePin(request, (pinned) => mark(request.id, pinned)),
    [mark],
  )
  useEffect(() => onPinnedElsewhere(({ id, pinned }) => mark(id, pinned)), [mark])
  return { ...loaded, data: shown.current, waiting, held: holds > 0, hold, pin }
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
