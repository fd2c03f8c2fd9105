import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import profiler from '../plugin/index.ts'
import type { Group, Install, Play, Seen } from './same-socket.ts'

export const install: Install = (app) => app.register(profiler, { enabled: true, warnBlockedMs: false })

/** Plays a group without and with the profiler; each case has to look the same. */
export function compare<T>(title: string, group: Group<T>, play: Play<T>): void {
  describe(`as without the profiler, ${title}`, () => {
    let bare: Map<string, Seen>
    let profiled: Map<string, Seen>
    before(async () => {
      bare = await play(group)
      profiled = await play(group, install)
    })
    for (const name of Object.keys(group.cases)) {
      test(name, () => {
        const [expected, actual] = [bare.get(name)!, profiled.get(name)!]
        assert.deepEqual(actual, expected)
        assert.ok(expected.bytes + expected.trace + expected.log !== '', 'there is something to compare')
        if (!group.mayMiss && !name.includes('find') && !name.includes('found')) {
          assert.doesNotMatch(expected.bytes, /"Route \S+ not found"/, 'it has its route')
        }
      })
    }
    test('and nothing else happens', () => {
      assert.deepEqual([...profiled.keys()].sort(), [...bare.keys()].sort())
    })
  })
}
