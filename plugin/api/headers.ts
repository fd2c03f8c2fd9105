import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { hasSentHeaders } from '../requests/response-end.ts'

/** Headers of every answer of the dashboard: nothing from elsewhere, nothing inline, no framing, no copies. */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
}

/** Sets the security headers, and removes those of the application's plugins (CORS, helmet) that contradict them. */
export function secure(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) if (isForeign(name)) reply.removeHeader(name)
  // Before 5.12 Fastify removed only its own, and Express middleware sets them on the response.
  if (!hasSentHeaders(reply.raw)) removeForeign(reply.raw)
  reply.headers(securityHeaders)
}

/** Like {@link secure}, for an answer that is written past Fastify. */
export function secureRaw(response: ServerResponse): void {
  removeForeign(response)
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
}

function removeForeign(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) if (isForeign(name)) response.removeHeader(name)
}

function isForeign(name: string): boolean {
  const header = name.toLowerCase()
  return header.startsWith('access-control-') || header === 'content-security-policy-report-only'
}
