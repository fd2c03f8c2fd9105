import type { FastifyReply } from 'fastify'
import type { LiveSplit } from './live-split.ts'

/**
 * Adds `Server-Timing` with the split of the time so far, for the browser's network panel, and a `Link` to the
 * request's page. What the application has set of these stays in front.
 */
export function addTimingHeaders(reply: FastifyReply, split: LiveSplit, page: string): void {
  append(reply, 'server-timing', serverTiming(split))
  append(reply, 'link', `<${page}>; rel="describedby"; title="profile"`)
}

/** `own;dur=1.2, blocked;dur=106.6;desc="GET /heavy", gc;dur=4.7, wait;dur=0.7`, milliseconds. */
export function serverTiming({ ownUs, blockedUs, gcUs, waitingUs, worst }: LiveSplit): string {
  const culprit = blockedUs > 0 && worst !== '' ? `;desc="${quotable(worst)}"` : ''
  return [
    `own;dur=${ms(ownUs)}`,
    `blocked;dur=${ms(blockedUs)}${culprit}`,
    `gc;dur=${ms(gcUs)}`,
    `wait;dur=${ms(waitingUs)}`,
  ].join(', ')
}

function ms(us: number): string {
  return String(Math.round(us / 10) / 100)
}

/** What may stand in a quoted string of a header: a route's pattern is the developer's, and may hold anything. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')
}

function append(reply: FastifyReply, name: string, value: string): void {
  const given = reply.getHeader(name)
  if (given === undefined) reply.header(name, value)
  else reply.header(name, `${Array.isArray(given) ? given.join(', ') : given}, ${value}`)
}
