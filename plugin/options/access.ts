import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Host names that the dashboard always answers to. */
const localNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Headers that proxies, tunnels and content networks add, besides `x-forward…` and `x-original-…`. */
const forwardingHeaders = new Set([
  'forwarded',
  'forwarded-for',
  'via',
  'x-real-ip',
  'x-client-ip',
  'client-ip',
  'proxy-client-ip',
  'wl-proxy-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-envoy-original-path',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'true-client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'cf-ray',
  'cdn-loop',
])

const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_-])?)(?::(\d{1,5}))?$/

/** Whether a socket's remote address is this machine; false without an address, as with a Unix socket. */
export function isLoopback(address: string | undefined): boolean {
  const family = isIP(address ?? '')
  return family !== 0 && loopback.check(address!, family === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a header shows that the request was forwarded for somebody else. */
export function isForwarding(header: string): boolean {
  const name = header.toLowerCase()
  return forwardingHeaders.has(name) || name.startsWith('x-forward') || name.startsWith('x-original-')
}

/** The only `Host` (or `:authority`) of a request, in lower case; `undefined` if there is none or more than one. */
export function soleHost(rawHeaders: readonly string[]): string | undefined {
  let host: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase()
    if (name !== 'host' && name !== ':authority') continue
    if (host !== undefined) return undefined
    host = rawHeaders[i + 1].toLowerCase()
  }
  return host
}

/**
 * The authority in a request line of the absolute form (`GET http://host/way`), in lower case; `undefined` for any
 * other form. A malformed one is returned as it is, and then is not an allowed host.
 */
export function targetAuthority(target: string): string | undefined {
  return /^[^/?#]*:\/\/([^/?#]*)/.exec(target)?.[1].toLowerCase()
}

/**
 * Whether a `Host` in lower case is a loopback name or one of `allowed`, on any port. Names must match exactly, without
 * a trailing dot or another spelling of an address. An allowed name that starts with a dot stands for the name after
 * the dot and all names below it.
 */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const match = hostPattern.exec(host)
  if (match === null || Number(match[2] ?? 0) > 65535) return false
  const name = match[1]
  if (localNames.includes(name)) return true
  return allowed.some((entry) =>
    entry.startsWith('.') ? name === entry.slice(1) || name.endsWith(entry) : name === entry,
  )
}

/** Whether `entry` can stand in the option `allowedHosts`: a name or address in lower case without a port. */
export function isHostEntry(entry: string): boolean {
  const name = entry.startsWith('.') ? entry.slice(1) : entry
  const match = hostPattern.exec(name)
  return match !== null && match[2] === undefined && !(entry.startsWith('.') && name.startsWith('['))
}
