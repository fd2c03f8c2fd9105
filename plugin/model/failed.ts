import type { RequestSummary } from './wire/requests.ts'

/** Whether something went wrong for the client of a request: no answer, half of one, or one that says so. */
export function isFailed({ outcome, statusCode }: Pick<RequestSummary, 'outcome' | 'statusCode'>): boolean {
  return statusCode >= 500 || (outcome !== 'completed' && outcome !== 'hijacked')
}
