/**
 * The HTTP interface: what is under the prefix, and in the other files of this folder the parameters and JSON types of
 * every endpoint.
 *
 * Times are milliseconds in fields that end in `Ms`, microseconds in those that end in `Us`. Ids are strings.
 * Fields are always present unless they are optional; lists are never null.
 */

/** Paths relative to the dashboard's page, so that they work behind any prefix. */
export const paths = {
  status: 'api/status',
  recording: 'api/recording',
  routes: 'api/routes',
  requests: 'api/requests',
  request: (id: string) => `api/requests/${encodeURIComponent(id)}`,
  chart: (id: string) => `api/requests/${encodeURIComponent(id)}/chart`,
  pin: (id: string) => `api/requests/${encodeURIComponent(id)}/pin`,
  profile: 'api/profile',
  phases: 'api/phases',
  waiting: 'api/waiting',
  source: 'api/source',
  baselines: 'api/baselines',
  baseline: (name: string) => `api/baselines/${encodeURIComponent(name)}`,
  diff: 'api/diff',
  previous: 'api/previous',
  events: 'api/events',
} as const

/** Body of every error response. */
export interface ErrorAnswer {
  readonly statusCode: number
  readonly code: string
  readonly error: string
  readonly message: string
}
