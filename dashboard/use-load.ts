import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from './client.ts'

export interface Loaded<Data> {
  /** Of the last answer for this key; stays while it is loaded anew, unless it turns out to be there no longer. */
  readonly data: Data | undefined
  readonly error: ApiError | undefined
  /** Asks again; while an answer is awaited, when that is here: those who ask often get answers all the same. */
  readonly reload: () => void
  /** Puts other data in its place, such as what arrived since. */
  readonly change: (change: (data: Data) => Data) => void
}

/** What is there already, or cannot be asked for yet. */
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
 * Loads what `key` stands for, again whenever the key changes, and nothing for `''`; an answer that comes too late is
 * thrown away. As long as the subject is the same, the data of the last key stay until those of the next are here.
 */
export function useLoad<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  subject: string = key,
): Loaded<Data> {
  const [state, setState] = useState<State<Data>>({ key, subject })
  const again = useRef(() => {})
  const newest = useRef(load)
  newest.current = load

  // `key` says all about what is loaded.
  useEffect(() => {
    if (key === '') return
    const abort = new AbortController()
    const { signal } = abort
    let isLoading = false
    let isWanted = false
    const ask = () => {
      isWanted = isLoading
      if (isLoading) return
      isLoading = true
      setState((last) => {
        if (last.subject !== subject) return { key, subject }
        // The same state, where nothing changes: nothing is drawn for it.
        return last.error === undefined ? last : { key, subject, data: last.data }
      })
      const settle = (next: (last: State<Data>) => State<Data>) => {
        if (signal.aborted) return
        setState(next)
        isLoading = false
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
      abort.abort()
    }
  }, [key])

  const reload = useCallback(() => again.current(), [])
  const change = useCallback((apply: (data: Data) => Data) => {
    setState((last) => (last.data === undefined ? last : { ...last, data: apply(last.data) }))
  }, [])
  return {
    data: state.subject === subject ? state.data : undefined,
    error: state.subject === subject && state.key === key ? state.error : undefined,
    reload,
    change,
  }
}
