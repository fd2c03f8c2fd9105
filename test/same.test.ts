import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fastify from 'fastify'
import { compare, install } from './same-compare.ts'
import { closingGroups, leavingGroup, limitGroups } from './same-endings.ts'
import { errorGroup } from './same-errors.ts'
import { hooks, scopedHooks } from './same-hooks.ts'
import { payloadGroup, replyGroup } from './same-payloads.ts'
import { bodyGroup, routeGroup } from './same-requests.ts'
import { closing503Groups, serverGroups } from './same-servers.ts'
import { playGroup } from './same-socket.ts'
import { buildStructure, mistakes, outcomeOf, structureOf } from './same-structure.ts'
import { upgradeClosingGroup, upgradeGroup } from './same-upgrades.ts'

const plain = [hooks, scopedHooks, payloadGroup, replyGroup, errorGroup, bodyGroup, routeGroup]
const endings = [leavingGroup, ...limitGroups, ...closingGroups, upgradeGroup, upgradeClosingGroup]
const servers = [...serverGroups, ...closing503Groups]

for (const group of [...plain, ...endings, ...servers]) {
  compare(`over HTTP/1: ${group.name}`, group, playGroup)
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
