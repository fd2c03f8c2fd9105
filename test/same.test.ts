import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import profiler from '../plugin/index.ts'
import { closingGroups, leavingGroup, limitGroups } from './same-endings.ts'
import { errorGroup } from './same-errors.ts'
import { hooks, scopedHooks } from './same-hooks.ts'
import { payloadGroup, replyGroup } from './same-payloads.ts'
import { bodyGroup, routeGroup } from './same-requests.ts'
import { type Group, playGroup, type Seen } from './same-socket.ts'

const groups: readonly Group[] = [
  hooks,
  scopedHooks,
  payloadGroup,
  replyGroup,
  errorGroup,
  bodyGroup,
  routeGroup,
  leavingGroup,
  ...limitGroups,
  ...closingGroups,
]

for (const group of groups) {
  describe(`as without the profiler: ${group.name}`, () => {
    let bare: Map<string, Seen>
    let profiled: Map<string, Seen>
    before(async () => {
      bare = await playGroup(group)
      profiled = await playGroup(group, (app) =>
        app.register(profiler, { enabled: true, warnBlockedMs: false }),
      )
    })
    for (const name of Object.keys(group.cases)) {
      test(name, () => {
        const [expected, actual] = [bare.get(name)!, profiled.get(name)!]
        assert.deepEqual(actual, expected)
        assert.ok(expected.bytes + expected.trace + expected.log !== '', 'there is something to compare')
      })
    }
    test('and nothing else happens', () => {
      assert.deepEqual([...profiled.keys()].sort(), [...bare.keys()].sort())
    })
  })
}
