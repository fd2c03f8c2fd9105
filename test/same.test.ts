import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { closingGroups, leavingGroup, limitGroups } from './same-endings.ts'
import { errorGroup } from './same-errors.ts'
import { hooks, scopedHooks } from './same-hooks.ts'
import { payloadGroup, replyGroup } from './same-payloads.ts'
import { bodyGroup, routeGroup } from './same-requests.ts'
import { type Group, playGroup, type Seen } from './same-socket.ts'
import { buildStructure, mistakes, outcomeOf, structureOf } from './same-structure.ts'

const install = (app: FastifyInstance) => app.register(profiler, { enabled: true, warnBlockedMs: false })
const plain = [hooks, payloadGroup, replyGroup, errorGroup, bodyGroup, routeGroup]

for (const group of [...plain, scopedHooks, leavingGroup, ...limitGroups, ...closingGroups]) {
  compare(`over HTTP/1: ${group.name}`, group, playGroup)
}

/** Groups in which a request for no route is one of the cases. */
const mayMiss = new Set([routeGroup, leavingGroup].map(({ name }) => name))

function compare(title: string, group: Group, play: typeof playGroup): void {
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
        if (!mayMiss.has(group.name) && !name.includes('find') && !name.includes('found')) {
          assert.doesNotMatch(expected.bytes, /"Route \S+ not found"/, 'it has its route')
        }
      })
    }
    test('and nothing else happens', () => {
      assert.deepEqual([...profiled.keys()].sort(), [...bare.keys()].sort())
    })
  })
}

describe('as without the profiler, an application', () => {
  test('describes itself', async (t) => {
    const [bare, profiled] = [fastify(), fastify()]
    t.after(() => Promise.all([bare.close(), profiled.close()]))
    await install(profiled)
    for (const app of [bare, profiled]) {
      buildStructure(app)
      await app.ready()
    }
    assert.deepEqual(structureOf(profiled), structureOf(bare))
  })

  for (const [what, mistake] of Object.entries(mistakes)) {
    test(`goes from ready to closed: ${what}`, async () => {
      assert.deepEqual(await outcomeOf(mistake, install), await outcomeOf(mistake, () => {}))
    })
  }
})
