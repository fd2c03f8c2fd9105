import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { keptIn, startChild, untilKept } from './runs-process.ts'

function folder(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'persist')
}

const work = 'GET /work'
const query = (base: string, head: string) => `diff?${new URLSearchParams({ base, head })}`

describe('after a restart', () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`by ${signal} a route that became slower is said to be`, async (t) => {
      const persist = folder(t)
      const before = await startChild(t, { persist, workMs: 2 })
      await before.send('/work', 30)
      assert.deepEqual(await before.previous(), [])
      assert.equal((await before.ask('baselines')).body.baselines.length, 0)
      await untilKept(persist, before.pid, work, 30)
      await before.kill(signal)

      const after = await startChild(t, { persist, workMs: 8 })
      assert.deepEqual(await after.previous(), [])
      await after.send('/work', 30)
      const [{ route, requests, previous, own, first, last }] = await after.previous()
      assert.deepEqual([route, requests, previous.requests], [work, 30, 30])
      assert.deepEqual([first, last], [2, 26])
      assert.equal(own.verdict, 'slower')
      assert.ok(own.headMs > own.baseMs * 2, JSON.stringify(own))

      const diff = (await after.ask(query('baseline=previous', `route=${work}`))).body
      assert.equal(diff.own.verdict, 'slower')
      assert.equal(diff.base.baseline.name, 'previous')
      assert.equal(diff.base.requests, 30)
      const [baseline] = (await after.ask('baselines')).body.baselines
      assert.deepEqual(
        [baseline.name, baseline.automatic, baseline.routes[0].route],
        ['previous', true, work],
      )
      await untilKept(persist, after.pid, work, 30)
      assert.equal(keptIn(persist).length, 2)
    })
  }
})
