import { compare } from './same-compare.ts'
import { errorGroup } from './same-errors.ts'
import { hooks, scopedHooks } from './same-hooks.ts'
import { type Http2Talk, playHttp2, playSecureHttp2 } from './same-http2.ts'
import { http2ClosingGroups, http2LeavingGroup, http2LimitGroup } from './same-http2-endings.ts'
import { payloadGroup, replyGroup } from './same-payloads.ts'
import { bodyGroup, routeGroup } from './same-requests.ts'
import { type Group, requestsOf } from './same-socket.ts'

/** What HTTP/2 has not, and a reply to HEAD that it never ends. */
const without = [
  'in chunks',
  'in chunks, too long',
  'in chunks of no type',
  'of a length that says too much',
  'hijacked on the bare socket, for HEAD',
]
const over = (group: Group) => requestsOf<Http2Talk>(group, without)

const own = [http2LeavingGroup, http2LimitGroup, ...http2ClosingGroups]
const plain = [hooks, scopedHooks, payloadGroup, replyGroup, errorGroup, bodyGroup, routeGroup].map(over)

for (const group of [...plain, ...own]) compare(`over HTTP/2: ${group.name}`, group, playHttp2)

for (const group of [...[replyGroup, bodyGroup].map(over), http2LeavingGroup]) {
  compare(`over HTTP/2 and TLS: ${group.name}`, group, playSecureHttp2)
}
