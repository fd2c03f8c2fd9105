import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { isAllowedHost, isForwarding, isLoopback, soleHost, targetAuthority } from '../options/access.ts'
import type { Settings } from '../options/index.ts'
import { forbidden, sendFailure } from './failure.ts'

/** Marks the page's route in its config as what a link on another site may open. */
export const pageConfig = { fastifyProfilerPage: true }

type Rules = Pick<Settings, 'authorize' | 'allowedHosts' | 'trustForwarded'>

/**
 * The only hook that decides who gets an answer from the dashboard's scope, for page, API, files and 404s alike.
 *
 * It looks only at the socket and the raw request. What Fastify derives from forwarding headers (`request.ip`,
 * `request.host`) is whatever the sender claims.
 */
export function guard(rules: Rules): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const reason = refusedByHeaders(request, rules) ?? (await refusedByPeer(request, rules))
    if (reason === undefined) return
    sendFailure(reply, forbidden(reason))
    return reply
  }
}

function refusedByHeaders(request: FastifyRequest, rules: Rules): string | undefined {
  const { headers, rawHeaders } = request.raw
  const named = soleHost(rawHeaders)
  if (named === undefined || !isAllowedHost(named, rules.allowedHosts)) {
    return 'the Host header must be a loopback name or one of the option "allowedHosts"'
  }
  // A host in the request line takes precedence over the header (RFC 9112, 3.2.2), but both must be allowed.
  const host = targetAuthority(request.originalUrl) ?? named
  if (!isAllowedHost(host, rules.allowedHosts)) {
    return 'the host in the request line must be a loopback name or one of the option "allowedHosts"'
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLinkToPage(request)) {
    return 'requests from other sites are refused'
  }
  const origin = headers.origin?.toLowerCase()
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return 'the Origin header must name the host of the request (a proxy must pass Host on)'
  }
  if (request.method === 'POST' && !isJson(headers['content-type'])) {
    return 'POST needs content-type: application/json'
  }
  return undefined
}

/** Whether a link was opened as a page of its own, which reveals nothing to the other site. */
function isLinkToPage(request: FastifyRequest): boolean {
  const { method, headers } = request.raw
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document' &&
    Object.hasOwn(request.routeOptions.config, 'fastifyProfilerPage')
  )
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType?.trim() ?? '')
}

/** HTTP/1.0 counts as forwarded: no browser uses it, but proxies that add no header do, such as nginx by default. */
function isForwarded({ raw }: FastifyRequest): boolean {
  return raw.httpVersion === '1.0' || Object.keys(raw.headers).some(isForwarding)
}

async function refusedByPeer(request: FastifyRequest, rules: Rules): Promise<string | undefined> {
  const forwarded = !rules.trustForwarded && isForwarded(request)
  if (!forwarded && isLoopback(request.raw.socket?.remoteAddress)) return undefined
  if (rules.authorize === undefined) {
    return forwarded
      ? 'forwarded requests are not local: see the options "authorize" and "trustForwarded"'
      : 'only requests from this machine are let in: see the option "authorize"'
  }
  try {
    // Only `true` counts: a user object, or an object with an unawaited promise, is not a decision.
    if ((await rules.authorize(request)) === true) return undefined
  } catch (err) {
    request.log.warn({ err }, 'fastify-profiler: the option "authorize" failed, so nobody was let in')
  }
  return 'the option "authorize" did not let the request in'
}
