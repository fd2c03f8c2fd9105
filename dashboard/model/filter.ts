import type { RequestSummary } from '../../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'

/** A typed filter: `5xx`, `>50ms`, and words that must all occur. */
interface Filter {
  readonly words: readonly string[]
  /** A status code or class, in lower case. */
  readonly status: string | undefined
  /** Milliseconds. */
  readonly least: number
}

const unitMs: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000 }

/** Status codes and their classes. */
const requestStatus = /^[1-5](xx|\d\d)$/
/** Routes know how many requests failed, but no status codes: other numbers are parts of their paths. */
const routeStatus = /^5xx$/

function readFilter(text: string, isStatus: RegExp): Filter {
  let status: string | undefined
  let least = 0
  const words: string[] = []
  for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const time = /^>=?(\d+(?:\.\d+)?)(us|µs|ms|s)?$/.exec(word)
    if (time !== null) least = Math.max(least, Number(time[1]) * unitMs[time[2] ?? 'ms'])
    else if (isStatus.test(word)) status = word
    else words.push(word)
  }
  return { words, status, least }
}

/** Requests by status, least wall time, and words of path, method, outcome or id. */
export function filterRequests(list: readonly RequestSummary[], text: string): readonly RequestSummary[] {
  if (text.trim() === '') return list
  const { words, status, least } = readFilter(text, requestStatus)
  const digits = status?.replace('xx', '') ?? ''
  return list.filter((request) => {
    if (request.wallMs < least || !String(request.statusCode).startsWith(digits)) return false
    const { method, url, outcome, id } = request
    const all = `${method} ${url} ${outcome} ${id}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

/** Routes by words, by their p95 and, with `5xx`, by whether requests failed. */
export function filterRoutes(list: readonly RouteSummary[], text: string): readonly RouteSummary[] {
  if (text.trim() === '') return list
  const { words, status, least } = readFilter(text, routeStatus)
  return list.filter(({ route, errors, latency }) => {
    if (latency.p95Ms < least || (status !== undefined && errors === 0)) return false
    return words.every((word) => route.toLowerCase().includes(word))
  })
}
