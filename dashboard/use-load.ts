import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from './client.ts'

export interface Loaded<Data> {
  /** The last answer for this key. Stays while it is loaded again, unless the server says it no longer exists. */
  readonly data: Data | undefined
  readonly error: ApiError | undefined
  /** Asks again; if an answer is still awaited, once it has arrived: asking often does not delay the answers. */
  readonly reload: () => void
  /**
   * Replaces the data, for example with what has arrived since. An answer that is still awaited may be older than that, so
   * it is asked for again.
   */
  readonly change: (change: (data: Data) => Data) => void
}

/** Data that is there already, or cannot be requested yet, in the form of `useLoad`. */
export function given<Data>(data: Data | undefined): Loaded<Data> {
  return { data, error: undefined, reload() {}, change() {} }
}

interface State<Data> {
  readonly key: string
  readonly subject: string
  readonly data?: Data
  readonly error?: ApiError
}

/**
 * Loads the data that `key` identifies, again whenever the key changes, and nothing for `''`; an answer that comes too
 * late is discarded. While the subject is the same, the data of the last key stay until those of the next arrive.
 */
export function useLoad<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  subject: string = key,
): Loaded<Data> {
  const [state, setState] = useState<State<Data>>({ key, subject })
  const again = useRef(() => {})
  const isAwaited = useRef(false)
  const newest = useRef(load)
  newest.current = load

  // `key` identifies everything that is loaded.
  useEffect(() => {
    if (key === '') return
    const abort = new AbortController()
    const { signal } = abort
    let isWanted = false
    const ask = () => {
      isWanted = isAwaited.current
      if (isWanted) return
      isAwaited.current = true
      setState((last) => {
        if (last.subject !== subject) return { key, subject }
        // The same state if nothing changes, so that nothing is drawn again.
        return last.error === undefined ? last : { key, subject, data: last.data }
      })
      const settle = (next: (last: State<Data>) => State<Data>) => {
        if (signal.aborted) return
        setState(next)
        isAwaited.current = false
        if (isWanted) ask()
      }
      newest.current(signal).then(
        (data) => settle(() => ({ key, subject, data })),
        (error) => {
          const known = error instanceof ApiError ? error : new ApiError(0, '', String(error))
          settle((last) => ({
            key,
            subject,
            data: known.status === 404 ? undefined : last.data,
            error: known,
          }))
        },
      )
    }
    again.current = ask
    ask()
    return () => {
      again.current = () => {}
      isAwaited.current = false
      abort.abort()
    }
  }, [key])

  const reload = useCallback(() => again.current(), [])
  const change = useCallback((apply: (data: Data) => Data) => {
    if (isAwaited.current) reload()
    setState((last) => (last.data === undefined ? last : { ...last, data: apply(last.data) }))
  }, [])
  return {
    data: state.subject === subject ? state.data : undefined,
    error: state.subject === subject && state.key === key ? state.error : undefined,
    reload,
    change,
  }
}
