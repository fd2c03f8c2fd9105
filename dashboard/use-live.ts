import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Status } from '../plugin/model/wire/status.ts'
import { ApiError, api, type Connection, listen } from './client.ts'
import { joinEvents, type RequestsListener } from './join-events.ts'

export interface Live {
  readonly status: Status | undefined
  readonly connection: Connection
  /** Why the server refuses to answer, if it says so. */
  readonly error: ApiError | undefined
  /**
   * Counts connections. Data on the page are loaded again when it grows, since events before the connection were missed.
   * While it is 0, it is too early to load anything.
   */
  readonly session: number
  /** Calls the listener for each event of ended requests, until the returned function is called. */
  readonly onRequests: (listener: RequestsListener) => () => void
  /** Loads the status now, for example after an action of the user. */
  readonly refresh: () => void
  /** Loads the status and all data on the page again: what is recorded has changed. */
  readonly restart: () => void
}

/** Data wait no longer than this for the connection, which a proxy may hold back. */
const PATIENCE_MS = 400

/** What the server reports on its own. One connection, however many views listen. */
export function useLive(): Live {
  const [status, setStatus] = useState<Status>()
  const [connection, setConnection] = useState<Connection>('connecting')
  const [error, setError] = useState<ApiError>()
  const [session, setSession] = useState(0)

  const { joined, onRequests, refresh, renew } = useMemo(() => {
    const listeners = new Set<RequestsListener>()
    const onRequests = (listener: RequestsListener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
    const succeeded = (answer: Status) => {
      setStatus(answer)
      setError(undefined)
    }
    const failed = (reason: unknown) => setError(reason instanceof ApiError ? reason : undefined)
    const joined = joinEvents((event) => {
      for (const listener of listeners) listener(event)
    })
    const renew = () => {
      joined.drop()
      setSession((n) => n + 1)
    }
    return { joined, onRequests, refresh: () => void api.status().then(succeeded, failed), renew }
  }, [])

  useEffect(() => {
    const begin = () => setSession((n) => n || 1)
    let clearedAt: string | undefined
    const timer = setTimeout(() => {
      refresh()
      begin()
    }, PATIENCE_MS)
    const stop = listen({
      connection(state) {
        setConnection(state)
        clearTimeout(timer)
        if (state === 'open') {
          renew()
          setError(undefined)
        }
        // An event source does not say why it was refused; a plain call does.
        if (state === 'lost') {
          refresh()
          begin()
        }
      },
      status(next) {
        setStatus(next)
        // Somewhere else, in another tab say.
        if (clearedAt !== undefined && next.clearedAt !== clearedAt) renew()
        clearedAt = next.clearedAt
      },
      requests: joined.add,
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [joined, refresh, renew])

  const restart = () => {
    refresh()
    renew()
  }
  return { status, connection, error, session, onRequests, refresh, restart }
}
