import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Status } from '../plugin/model/wire.ts'
import { ApiError, api, type Connection, listen } from './client.ts'
import { joinEvents, type RequestsListener } from './join-events.ts'

export interface Live {
  readonly status: Status | undefined
  readonly connection: Connection
  /** Why the server does not talk to us, when it says so. */
  readonly error: ApiError | undefined
  /**
   * Counts connections: whoever shows data asks again when it grows, for what happened before was not told. While it is
   * 0, it is too soon to ask.
   */
  readonly session: number
  /** Calls for each event of ended requests, until the returned function is called. */
  readonly onRequests: (listener: RequestsListener) => () => void
  /** Asks for the status now, as after an action of one's own. */
  readonly refresh: () => void
  /** The same, and everybody asks again: what is recorded has changed. */
  readonly restart: () => void
}

/** Data do not wait longer for the connection, as where a proxy holds it back. */
const PATIENCE_MS = 400

/** What the server tells by itself. One connection, however many views listen. */
export function useLive(): Live {
  const [status, setStatus] = useState<Status>()
  const [connection, setConnection] = useState<Connection>('connecting')
  const [error, setError] = useState<ApiError>()
  const [session, setSession] = useState(0)

  const { joined, onRequests, refresh } = useMemo(() => {
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
    return { joined, onRequests, refresh: () => void api.status().then(succeeded, failed) }
  }, [])

  useEffect(() => {
    const begin = () => setSession((n) => n || 1)
    const timer = setTimeout(() => {
      refresh()
      begin()
    }, PATIENCE_MS)
    const stop = listen({
      connection(state) {
        setConnection(state)
        clearTimeout(timer)
        if (state === 'open') {
          joined.drop()
          setSession((n) => n + 1)
          setError(undefined)
        }
        // An event source does not say why it was refused; a plain call does.
        if (state === 'lost') {
          refresh()
          begin()
        }
      },
      status: setStatus,
      requests: joined.add,
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [joined, refresh])

  const restart = () => {
    refresh()
    joined.drop()
    setSession((n) => n + 1)
  }
  return { status, connection, error, session, onRequests, refresh, restart }
}
