import { useCallback, useEffect, useState } from 'preact/hooks'
import { ApiError } from './client.ts'

export interface Loaded<Data> {
  /** Of the last answer for this key; stays while it is loaded anew. */
  readonly data: Data | undefined
  readonly error: ApiError | undefined
  readonly loading: boolean
  /** Asks again. */
  readonly reload: () => void
  /** Puts other data in its place, such as what arrived since. */
  readonly change: (change: (data: Data) => Data) => void
}

interface State<Data> {
  readonly key: string
  readonly subject: string
  readonly data?: Data
  readonly error?: ApiError
  readonly loading: boolean
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
  const [state, setState] = useState<State<Data>>({ key, subject, loading: true })
  const [turn, setTurn] = useState(0)

  // `key` says all about `load`; `turn` asks again.
  useEffect(() => {
    if (key === '') return
    const abort = new AbortController()
    const kept = (last: State<Data>) => (last.subject === subject ? last.data : undefined)
    setState((last) => ({ key, subject, data: kept(last), loading: true }))
    load(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, subject, data, loading: false })
      },
      (error) => {
        if (abort.signal.aborted) return
        const known = error instanceof ApiError ? error : new ApiError(0, '', String(error))
        setState((last) => ({ key, subject, data: last.data, error: known, loading: false }))
      },
    )
    return () => abort.abort()
  }, [key, turn])

  const reload = useCallback(() => setTurn((n) => n + 1), [])
  const change = useCallback((apply: (data: Data) => Data) => {
    setState((last) => (last.data === undefined ? last : { ...last, data: apply(last.data) }))
  }, [])
  const current: Partial<State<Data>> = state.subject === subject ? state : { loading: true }
  return {
    data: current.data,
    error: state.key === key ? current.error : undefined,
    loading: state.key !== key || current.loading === true,
    reload,
    change,
  }
}
