import { compare } from './same-compare.ts'
import { errorGroup } from './same-errors.ts'
import { hooks, scopedHooks } from './same-hooks.ts'
import { type InjectTalk, injectGroup, playInjected } from './same-inject.ts'
import { payloadGroup, replyGroup } from './same-payloads.ts'
import { bodyGroup, routeGroup } from './same-requests.ts'
import { requestsOf } from './same-socket.ts'

const plain = [hooks, scopedHooks, payloadGroup, replyGroup, errorGroup, bodyGroup, routeGroup]

for (const group of [...plain.map((group) => requestsOf<InjectTalk>(group)), injectGroup]) {
  compare(`by inject(): ${group.name}`, group, playInjected)
}
