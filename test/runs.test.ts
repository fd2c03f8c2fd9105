import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type Child, keptIn, startChild, untilKept } from './runs-process.ts'

function folder(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'persist')
}

const work = 'GET /work'
const compared = `diff?${new URLSearchParams({ base: 'baseline=previous', head: `route=${work}` })}`

/** A run that ends as a watcher ends it. */
async function ranBefore(t: TestContext, persist: string, requests: number, path = '/work'): Promise<Child> {
  const child = await startChild(t, { persist })
  await child.send(path, requests)
  await untilKept(persist, child.pid, `GET ${path}`, requests)
  await child.kill('SIGTERM')
  return child
}

describe('after a restart', () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`by ${signal} a route that became slower is said to be`, async (t) => {
      const persist = folder(t)
      const before = await startChild(t, { persist, workMs: 2 })
      await before.send('/work', 30)
      assert.deepEqual(await before.previous(), [])
      assert.deepEqual((await before.ask('baselines')).body.baselines, [])
      await untilKept(persist, before.pid, work, 30)
      await before.kill(signal)

      // So much slower that no stop of a busy machine, of some hundred milliseconds, can hide it.
      const after = await startChild(t, { persist, workMs: 100 })
      assert.deepEqual(await after.previous(), [])
      await after.send('/work', 30)
      const [{ route, requests, previous, own, first, last }] = await after.previous()
      assert.deepEqual([route, requests, previous.requests, first, last], [work, 30, 30, 2, 26])
      assert.equal(own.verdict, 'slower')

      const { own: whole, base } = (await after.ask(compared)).body
      assert.equal(whole.verdict, 'slower')
      assert.deepEqual([base.baseline.name, base.requests, base.route], ['previous', 30, work])
      const [baseline] = (await after.ask('baselines')).body.baselines
      assert.deepEqual(
        [baseline.name, baseline.automatic, baseline.routes[0].route],
        ['previous', true, work],
      )
      await untilKept(persist, after.pid, work, 30)
      assert.deepEqual(new Set(keptIn(persist).map(({ pid }) => pid)), new Set([before.pid, after.pid]))
      await after.close()
    })
  }

  test('a route is compared with the last run in which it was requested', async (t) => {
    const persist = folder(t)
    const first = await ranBefore(t, persist, 12)
    for (let i = 0; i < 2; i++) await ranBefore(t, persist, 3, '/other')
    const last = await startChild(t, { persist })
    await last.send('/work', 12)
    const [since] = await last.previous()
    assert.deepEqual([since.route, since.previous.requests, since.requests], [work, 12, 12])
    assert.ok(since.previous.p50Ms > 1, `${since.previous.p50Ms} ms`)
    const { routes } = (await last.ask('baselines')).body.baselines[0]
    assert.deepEqual(routes.map(({ route }: { route: string }) => route).sort(), ['GET /other', work])
    await untilKept(persist, last.pid, work, 12)
    await last.close()
    const pids = keptIn(persist).map(({ route, pid }) => `${route} ${pid}`)
    assert.ok(pids.includes(`${work} ${first.pid}`) && pids.includes(`${work} ${last.pid}`), pids.join())
    assert.equal(pids.length, 4, 'of each route the last run, and the one before it')
  })

  test('a run of too few requests does not stand in for one that can be compared with', async (t) => {
    const persist = folder(t)
    await ranBefore(t, persist, 3)
    const few = await startChild(t, { persist })
    await few.send('/work', 8)
    const [since] = await few.previous()
    assert.deepEqual([since.own.verdict, since.previous.requests, since.requests], ['few', 3, 8])
    await untilKept(persist, few.pid, work, 8)
    await few.kill('SIGTERM')
    await ranBefore(t, persist, 2)
    const after = await startChild(t, { persist })
    await after.send('/work', 8)
    assert.equal((await after.previous())[0].previous.requests, 8)
    await after.close()
  })

  test('what is kept can be deleted, by its name', async (t) => {
    const persist = folder(t)
    await ranBefore(t, persist, 7)
    const after = await startChild(t, { persist })
    assert.equal((await after.ask('baselines/previous', 'DELETE')).status, 200)
    assert.equal((await after.ask('baselines/previous', 'DELETE')).status, 404)
    assert.deepEqual(keptIn(persist), [])
    assert.equal((await after.ask(compared)).status, 404)
    await after.close()
  })
})

describe('processes at the same time', () => {
  test('are no runs before each other, and keep each its own', async (t) => {
    const persist = folder(t)
    const old = await ranBefore(t, persist, 9)
    const pair = [await startChild(t, { persist }), await startChild(t, { persist })]
    for (const child of pair) await child.send('/work', 9)
    for (const child of pair) {
      await untilKept(persist, child.pid, work, 9)
      const [since] = await child.previous()
      assert.deepEqual([since.previous.requests, since.requests], [9, 9])
      const { savedAt } = (await child.ask('baselines')).body.baselines[0]
      assert.equal(since.previous.savedAt, savedAt)
    }
    assert.deepEqual(
      new Set(keptIn(persist).map(({ pid }) => pid)),
      new Set([old, ...pair].map(({ pid }) => pid)),
    )
    for (const child of pair) await child.kill('SIGKILL')
    const next = await startChild(t, { persist })
    await next.send('/work', 9)
    assert.equal((await next.previous()).length, 1)
    await untilKept(persist, next.pid, work, 9)
    await next.close()
    assert.equal(keptIn(persist).length, 2)
  })
})

describe('nothing is kept', () => {
  const cases = {
    'where it is said so': { options: { persist: false } },
    'in tests': { env: { NODE_ENV: 'test' }, options: { enabled: true } },
    "in tests of Node's own runner": { env: { NODE_TEST_CONTEXT: 'child-v8' } },
    'in production': { env: { NODE_ENV: 'production' }, options: { enabled: true } },
    'where nothing is recorded': { options: { record: 'manual' } },
  }
  for (const [name, started] of Object.entries(cases)) {
    test(name, async (t) => {
      const persist = folder(t)
      const child = await startChild(t, { persist, ...started })
      await child.send('/work', 8)
      assert.deepEqual(await child.previous(), [])
      assert.equal(await child.keepsRuns(), name === 'where nothing is recorded')
      assert.equal((await child.ask(compared)).status, 404)
      await child.close()
      assert.equal(existsSync(dirname(persist)) && existsSync(persist), false)
    })
  }

  test('where the folder cannot be written, which is told once; the application goes on', async (t) => {
    const persist = folder(t)
    mkdirSync(dirname(persist), { recursive: true })
    writeFileSync(persist, 'a file in its place')
    const child = await startChild(t, { persist, options: { logs: true } })
    for (let round = 0; round < 3; round++) {
      await child.send('/work', 8)
      await child.send('/other', 8)
      for (let i = 0; i < 600 && !child.log().includes('runs are not kept'); i++)
        await new Promise((done) => setTimeout(done, 50))
    }
    assert.equal(child.log().match(/runs are not kept/g)?.length, 1, child.log())
    assert.match(
      (await child.ask('status')).body.baselines.problem,
      /runs are not kept .*\((ENOTDIR|EEXIST)\)/,
    )
    assert.deepEqual(await child.previous(), [])
    assert.equal((await child.ask('baselines/previous', 'DELETE')).status, 409)
    await child.close()
    assert.equal(readFileSync(persist, 'utf8'), 'a file in its place')
  })
})

describe('a file of the run before that is damaged', () => {
  async function damaged(t: TestContext, damage: (text: string) => string): Promise<Child> {
    const persist = folder(t)
    await ranBefore(t, persist, 8)
    const [{ file }] = keptIn(persist)
    writeFileSync(file, damage(readFileSync(file, 'utf8')))
    const child = await startChild(t, { persist })
    await child.send('/work', 8)
    return child
  }

  test('is as if it were not there', async (t) => {
    const child = await damaged(t, (text) => text.slice(0, -20))
    assert.deepEqual(await child.previous(), [])
    const { status, body } = await child.ask(compared)
    assert.deepEqual([status, body.code], [404, 'FST_PROFILER_NOT_FOUND'])
    await child.close()
  })

  test('in its profile alone is found out when that is read', async (t) => {
    const child = await damaged(t, (text) => text.replace('"samples":', '"Samples":'))
    assert.equal((await child.previous()).length, 1)
    const { status, body } = await child.ask(compared)
    assert.deepEqual([status, body.code], [409, 'FST_PROFILER_BASELINE_DAMAGED'])
    assert.match(body.message, /previous run of route "GET \/work"/)
    await child.close()
  })
})
