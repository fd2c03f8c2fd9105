import type { FastifyReply } from 'fastify'
import type { LiveSplit } from '../attribution/live-split.ts'

/** What was added to a response, and what the header held before. */
export interface AddedTiming {
  readonly given: string
  readonly written: string
}

/**
 * Adds `Server-Timing` with the split of the time so far and the request's page, for the browser's network panel.
 * Values that the application set stay in front; what was `added` before, to an answer that was not sent, is replaced.
 */
export function addServerTiming(
  reply: FastifyReply,
  split: LiveSplit,
  page: string,
  added: AddedTiming | undefined,
): AddedTiming {
  const header = headerText(reply.getHeader(NAME))
  const given = header === added?.written ? added.given : header
  const own = `${serverTiming(split)}, profile;desc="${page}"`
  const written = given === '' ? own : `${given}, ${own}`
  reply.header(NAME, written)
  return { given, written }
}

const NAME = 'server-timing'

/** Header in milliseconds: `own;dur=1.2, blocked;dur=106.6;desc="GET /heavy", gc;dur=4.7, wait;dur=0.7`. */
export function serverTiming({ ownUs, blockedUs, gcUs, waitingUs, worst }: LiveSplit): string {
  const culprit = blockedUs > 0 && worst !== '' ? `;desc="${quotable(worst)}"` : ''
  return `own;dur=${ms(ownUs)}, blocked;dur=${ms(blockedUs)}${culprit}, gc;dur=${ms(gcUs)}, wait;dur=${ms(waitingUs)}`
}

/** Writes two decimals, from whole numbers: V8 is slow to write fractions, and this is done for every response. */
function ms(us: number): string {
  const hundredths = Math.round(us / 10)
  const rest = hundredths % 100
  const whole = (hundredths - rest) / 100
  if (rest === 0) return `${whole}`
  return rest % 10 === 0 ? `${whole}.${rest / 10}` : `${whole}.${rest < 10 ? '0' : ''}${rest}`
}

/** Most labels that are cached: as many as an application has routes, and no more than are worth keeping. */
const MOST_QUOTED = 1000
const quoted = new Map<string, string>()

/** Makes a text fit for a quoted string of a header: a route's pattern is the developer's, and may hold anything. */
function quotable(text: string): string {
  let result = quoted.get(text)
  if (result === undefined) {
    result = text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')
    if (quoted.size < MOST_QUOTED) quoted.set(text, result)
  }
  return result
}

function headerText(value: number | string | string[] | undefined): string {
  if (value === undefined) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}
