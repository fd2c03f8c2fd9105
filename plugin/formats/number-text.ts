import { NO_REQUEST } from '../model/labels.ts'
import type { Profile } from '../model/profile.ts'

/** Milliseconds as text, with digits that depend on the whole, so that they are the same throughout a table. */
export function ms(us: number, wholeUs: number): string {
  return (us / 1000).toFixed(wholeUs >= 100_000 ? 1 : wholeUs >= 10_000 ? 2 : 3)
}

/** Percentage with one decimal; `''` when the whole is 0. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? ((100 * part) / whole).toFixed(1) : ''
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** What the times of a function mean. */
export const selfAndTotal =
  'self: CPU of the function itself; adds up to the own CPU. total: with all that it called, recursion counted once.'

/** What a profile is made of. */
export function requestsText({ route, requests }: Profile): string {
  return route === NO_REQUEST ? 'work of no request' : count(requests, 'request')
}
