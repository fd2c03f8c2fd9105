import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { RequestSort, RequestSummary } from '../../plugin/model/wire.ts'
import { api } from '../client.ts'
import type { Live } from '../live.ts'
import { type Loaded, useLoad } from '../load.ts'
import { mergeRequests } from '../model/order.ts'

const LIST_LIMIT = 100

export interface RouteRequests extends Loaded<readonly RequestSummary[]> {
  /** Holds the list as it is, as long as somebody points at it. */
  readonly hold: (held: boolean) => void
  /** Pins it, or lets it go. */
  readonly pin: (request: RequestSummary) => void
}

/** The requests of a route, with those that end meanwhile. */
export function useRequests(route: string, sort: RequestSort, live: Live): RouteRequests {
  const loaded = useLoad(`requests ${sort} ${route}`, (signal) =>
    api.requests({ route, sort, limit: LIST_LIMIT }, signal).then((answer) => answer.requests),
  )
  const [held, hold] = useState(false)
  const waiting = useRef<RequestSummary[]>([])
  const { change, reload } = loaded
  const { onRequests, session } = live

  useEffect(() => {
    if (session > 0) reload()
  }, [session, reload])

  useEffect(() => {
    const take = () => {
      const arrived = waiting.current.filter((request) => request.route === route)
      waiting.current = []
      if (arrived.length > 0) change((list) => mergeRequests(list, arrived, sort, LIST_LIMIT))
    }
    if (!held) take()
    return onRequests(({ requests }) => {
      waiting.current.push(...requests.filter((request) => request.route === route))
      waiting.current.splice(0, waiting.current.length - LIST_LIMIT)
      if (!held) take()
    })
  }, [route, sort, held, change, onRequests])

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
