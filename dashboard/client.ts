import type { RequestBounds } from '../plugin/model/bounds.ts'
import type { PreviousAnswer } from '../plugin/model/wire/baselines.ts'
import type { Events } from '../plugin/model/wire/events.ts'
import { type ErrorAnswer, paths } from '../plugin/model/wire/paths.ts'
import type { PhasesAnswer } from '../plugin/model/wire/phases.ts'
import type { RequestDetail, RequestFilter, RequestsAnswer } from '../plugin/model/wire/requests.ts'
import type { RoutesAnswer } from '../plugin/model/wire/routes.ts'
import type { Selection } from '../plugin/model/wire/selection.ts'
import type { SourceAnswer } from '../plugin/model/wire/source.ts'
import type { Status } from '../plugin/model/wire/status.ts'
import type { WaitingAnswer } from '../plugin/model/wire/waits.ts'
import { track } from './busy.ts'

/** An answer other than a success. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

export const api = {
  status: () => call<Status>(paths.status),
  routes: (signal: AbortSignal) => call<RoutesAnswer>(paths.routes, { signal }),
  requests: (filter: RequestFilter, signal: AbortSignal) =>
    call<RequestsAnswer>(`${paths.requests}?${query({ ...filter })}`, { signal }),
  request: (id: string, signal: AbortSignal) => call<RequestDetail>(paths.request(id), { signal }),
  source: (selection: Selection, file: string, signal: AbortSignal) =>
    call<SourceAnswer>(`${paths.source}?${query({ file, ...paramsOf(selection) })}`, { signal }),
  phases: (route: string, bounds: RequestBounds, signal: AbortSignal) =>
    call<PhasesAnswer>(`${paths.phases}?${query({ route, ...bounds })}`, { signal }),
  waiting: (route: string, bounds: RequestBounds, signal: AbortSignal) =>
    call<WaitingAnswer>(`${paths.waiting}?${query({ route, ...bounds })}`, { signal }),
  /** How one route, or all of them, changed since the previous run. */
  previous: (route: string | undefined, signal: AbortSignal) =>
    call<PreviousAnswer>(`${paths.previous}?${query({ route })}`, { signal }),
  record: (recording: boolean) =>
    call<unknown>(paths.recording, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ recording }),
    }),
  clear: () => call<unknown>(paths.requests, { method: 'DELETE' }),
  pin: (id: string, pinned: boolean) => call<unknown>(paths.pin(id), { method: pinned ? 'PUT' : 'DELETE' }),
}

/** A file that did not load does not say why; a plain call does, if the server is gone or refuses to answer. */
export async function explain(error: unknown): Promise<never> {
  await api.status()
  throw error
}

export type Connection = 'connecting' | 'open' | 'lost'

export interface Listener {
  connection(state: Connection): void
  status(status: Status): void
  requests(event: Events['requests']): void
}

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 10_000

/**
 * Listens to the server until the returned function is called. A lost connection is retried forever, at growing
 * intervals; a hidden page listens to nothing.
 */
export function listen(listener: Listener): () => void {
  let source: EventSource | undefined
  let timer = 0
  let waitMs = FIRST_RETRY_MS

  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    const events = new EventSource(paths.events)
    source = events
    events.onopen = () => {
      waitMs = FIRST_RETRY_MS
      listener.connection('open')
    }
    events.onerror = () => {
      close()
      listener.connection('lost')
      timer = window.setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 1.6, LAST_RETRY_MS)
    }
    events.addEventListener('status', (event) => listener.status(JSON.parse(event.data)))
    events.addEventListener('requests', (event) => listener.requests(JSON.parse(event.data)))
  }
  const onVisibility = () => (document.hidden ? close() : open())

  if (!document.hidden) open()
  document.addEventListener('visibilitychange', onVisibility)
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    close()
  }
}

/** Asks for the profile of a selection, or the chart of one request, as bytes for `unpack`. */
export function askPacked(path: string, params: Params, signal: AbortSignal): Promise<ArrayBuffer> {
  const asked = ask(`${path}?${query({ ...params, format: 'packed' })}`, { signal })
  return track(asked.then((response) => response.arrayBuffer()))
}

export function call<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  return track(ask(path, init).then((response) => response.json()))
}

/** The server's answer if it is a success; throws an `ApiError` otherwise. */
export async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...init, cache: 'no-store' })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, '', 'The server does not answer.')
  }
  if (response.ok) return response
  const problem: Partial<ErrorAnswer> = await response.json().catch(() => ({}))
  throw new ApiError(response.status, problem.code ?? '', problem.message ?? response.statusText)
}

export type Params = Record<string, string | number | readonly string[] | undefined>

export function paramsOf({ requests = [], phases, across, ...rest }: Selection): Params {
  const flag = (set: boolean | undefined) => (set ? 'true' : undefined)
  return { ...rest, request: requests, phases: flag(phases), across: flag(across) }
}

export function query(params: Params): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one))
    }
  }
  return search.toString()
}
