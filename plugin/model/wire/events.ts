import type { RequestSummary } from './requests.ts'
import type { Status } from './status.ts'

/**
 * Server-sent events of `api/events`, by event name. `status` comes first, then at most once a second when it changes,
 * or every five seconds when it does not; `requests` comes when some have ended.
 */
export interface Events {
  status: Status
  /** Requests that have ended since the last event, newest last. At most 200; `missed` counts those left out. */
  requests: { readonly requests: readonly RequestSummary[]; readonly missed: number }
}
