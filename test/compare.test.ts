import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { createBaselines } from '../plugin/baselines/index.ts'
import { createCompare } from '../plugin/compare.ts'
import profiler, { type ProfileDiff, type ProfilerOptions } from '../plugin/index.ts'
import type { Recorder } from '../plugin/recorder.ts'
import { noRuns } from '../plugin/runs/index.ts'
import { calmly } from './calmly.ts'
import { namedBurn } from './ways.ts'

interface Shop {
  readonly app: FastifyInstance
  /** How much work a request of `GET /work/:id` is from now on, milliseconds. */
  burnMs: { old: number; fresh: number }
  send(times: number): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: JSON, of which the tests say what is in it.
  ask(method: string, path: string): Promise<{ status: number; body: any }>
}

async function shop(t: TestContext, options: ProfilerOptions = {}): Promise<Shop> {
  const app = fastify()
  await app.register(profiler, { enabled: true, persist: false, warnBlockedMs: false, ...options })
  const burnMs = { old: 4, fresh: 0 }
  const burn = { old: namedBurn('burn_old', 1, () => {}), fresh: namedBurn('burn_new', 1, () => {}) }
  app.get('/work/:id', async () => {
    for (let i = 0; i < burnMs.old; i++) burn.old()
    for (let i = 0; i < burnMs.fresh; i++) burn.fresh()
    return 'ok'
  })
  app.get('/other', async () => 'ok')
  t.after(() => app.close())
  await app.ready()
  return {
    app,
    burnMs,
    async send(times) {
      for (let i = 0; i < times; i++) await app.inject('/work/1?token=planted')
      await app.profiler.flush()
    },
    async ask(method, path) {
      const asked = { method, url: `/__profile/api/${path}`, remoteAddress: '127.0.0.1' }
      const { statusCode, body } = await app.inject(asked as InjectOptions)
      return { status: statusCode, body: body === '' ? undefined : JSON.parse(body) }
    },
  }
}

const route = 'GET /work/:id'
const query = (base: string, head: string) => `diff?${new URLSearchParams({ base, head })}`
const named = ({ frames, functions }: ProfileDiff, name: string) =>
  functions.find(({ frame }) => frames[frame].name === name)

describe('before and after', () => {
  test('a baseline and what is recorded since are compared per request', (t) =>
    calmly(async () => {
      const { app, burnMs, send } = await shop(t, { maxRequestsPerRoute: 30 })
      await send(30)
      const saved = await app.profiler.saveBaseline('before', { route })
      assert.equal(saved.persisted, false)
      assert.deepEqual(
        saved.routes.map((one) => [one.route, one.requests]),
        [[route, 30]],
      )
      burnMs.old = 0
      burnMs.fresh = 12
      await send(60)
      const diff = app.profiler.diff({ baseline: 'before' }, { route })
      assert.equal(diff.own.verdict, 'slower')
      assert.ok(diff.own.baseMs > 3 && diff.own.headMs > 11, JSON.stringify(diff.own))
      assert.equal(diff.head.requests, 30)
      assert.equal(named(diff, 'burn_old')?.headSamples, 0)
      assert.equal(named(diff, 'burn_old')?.self.verdict, 'faster')
      assert.equal(named(diff, 'burn_new')?.self.verdict, 'slower')
      assert.equal(diff.base.baseline?.name, 'before')
      const sum = diff.functions.reduce((all, { self }) => all + self.differenceMs, 0)
      assert.ok(Math.abs(sum - diff.own.differenceMs) < 1e-6, `${sum} is not ${diff.own.differenceMs}`)
      await app.profiler.saveBaseline('after')
      const both = app.profiler.diff({ baseline: 'before' }, { baseline: 'after', route })
      assert.equal(both.own.verdict, 'slower')
      assert.deepEqual(app.profiler.diff({ baseline: 'after' }, { baseline: 'before' }).base.route, route)
    }))

  test('a selection and itself do not differ, whatever it is', async (t) => {
    const { app, send } = await shop(t)
    await send(8)
    const [first, second] = app.profiler.requests()
    for (const side of [{ route }, {}, { route, minMs: 0 }, { requests: [first.id, second.id] }]) {
      const { own, functions } = app.profiler.diff(side, side)
      assert.equal(own.differenceMs, 0)
      assert.ok(functions.every(({ self, total }) => self.differenceMs === 0 && total.differenceMs === 0))
    }
    assert.equal(app.profiler.diff({ route }, { requests: [first.id] }).own.verdict, 'few')
  })

  test('over HTTP it is the same', async (t) => {
    const { app, send, ask } = await shop(t)
    await send(12)
    await app.inject('/other')
    const saved = await ask('PUT', `baselines/before?${new URLSearchParams({ route })}`)
    assert.equal(saved.status, 200)
    assert.equal(saved.body.routes[0].route, route)
    assert.equal((await ask('PUT', 'baselines/all')).body.routes.length, 2)
    // So that nothing is attributed between two readings of the same.
    app.profiler.stop()
    await app.profiler.flush()
    const { baselines } = (await ask('GET', 'baselines')).body
    assert.deepEqual(baselines.map(({ name }: { name: string }) => name).sort(), ['all', 'before'])
    const { status, body } = await ask('GET', query('baseline=before', `route=${route}`))
    assert.equal(status, 200)
    assert.deepEqual(body, JSON.parse(JSON.stringify(app.profiler.diff({ baseline: 'before' }, { route }))))
    assert.equal((await ask('GET', query('baseline=all', 'baseline=before'))).status, 400)
    // As the page writes a quantile of a fast route.
    const band = `route=${route}&minMs=0.09850457626879137`
    assert.equal((await ask('GET', query('baseline=before', band))).status, 200)
    assert.equal((await ask('GET', `profile?${band.replaceAll(' ', '%20')}`)).status, 200)
    assert.equal(
      (await ask('GET', query(`baseline=all&route=${route}`, `route=${route}&minMs=0`))).status,
      200,
    )
    assert.deepEqual((await ask('DELETE', 'baselines/all')).body, { name: 'all', deleted: true })
    assert.equal((await ask('DELETE', 'baselines/all')).status, 404)
    assert.equal((await ask('GET', 'baselines')).body.baselines.length, 1)
    assert.equal((await ask('GET', 'status')).body.baselines.count, 1)
  })
})

describe('what cannot be', () => {
  test('is refused over HTTP, with what is allowed', async (t) => {
    const { send, ask } = await shop(t)
    await send(1)
    await ask('PUT', 'baselines/known')
    const wrong: [method: string, path: string, status: number, code: string][] = [
      ['GET', 'diff', 400, 'BAD_PARAMETER'],
      ['GET', 'diff?base=', 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, ''), 400, 'BAD_PARAMETER'],
      ['GET', `${query(`route=${route}`, `route=${route}`)}&base=x`, 400, 'BAD_PARAMETER'],
      ['GET', `${query(`route=${route}`, `route=${route}`)}&format=json`, 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, 'wrong=1'), 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, `route=${route}&phases=true`), 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, 'baseline=known&minMs=5'), 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, 'baseline=../known'), 400, 'BAD_PARAMETER'],
      ['GET', query(`route=${route}`, 'baseline=unknown'), 404, 'NOT_FOUND'],
      ['GET', query(`route=${route}`, 'baseline=known&route=GET /none'), 404, 'NOT_FOUND'],
      ['GET', query('route=GET /none', 'baseline=known'), 404, 'NOT_FOUND'],
      ['GET', query('request=nope', `route=${route}`), 404, 'NOT_FOUND'],
      ['PUT', 'baselines/Known', 400, 'BAD_PARAMETER'],
      ['PUT', 'baselines/..%2f..%2fetc', 400, 'BAD_PARAMETER'],
      ['PUT', 'baselines/previous', 400, 'BAD_PARAMETER'],
      ['DELETE', 'baselines/previous', 404, 'NOT_FOUND'],
      ['GET', query('baseline=previous', `route=${route}`), 404, 'NOT_FOUND'],
      ['GET', query('baseline=previous', 'request=1'), 400, 'BAD_PARAMETER'],
      ['GET', 'previous?routes=x', 400, 'BAD_PARAMETER'],
      ['GET', 'previous?route=a&route=b', 400, 'BAD_PARAMETER'],
      ['POST', 'previous', 403, 'FORBIDDEN'],
      ['PUT', 'baselines/%00', 400, 'BAD_PARAMETER'],
      ['PUT', `baselines/${'a'.repeat(65)}`, 400, 'BAD_PARAMETER'],
      ['PUT', 'baselines/new?minMs=1', 400, 'BAD_PARAMETER'],
      ['PUT', 'baselines/new?request=1', 400, 'BAD_PARAMETER'],
      ['PUT', 'baselines/new?route=GET%20/none', 404, 'NOT_FOUND'],
      ['PUT', `baselines/new?${new URLSearchParams({ route, minMs: '100000' })}`, 409, 'NOTHING_TO_SAVE'],
      ['DELETE', 'baselines/.hidden', 400, 'BAD_PARAMETER'],
      ['DELETE', 'baselines/unknown', 404, 'NOT_FOUND'],
      ['DELETE', 'baselines/known?x=1', 400, 'BAD_PARAMETER'],
      ['GET', 'baselines?x=1', 400, 'BAD_PARAMETER'],
      ['POST', 'baselines/known', 403, 'FORBIDDEN'],
      ['GET', 'baselines/known', 405, 'BAD_METHOD'],
    ]
    for (const [method, path, status, code] of wrong) {
      const answer = await ask(method, path)
      assert.deepEqual(
        [status, `FST_PROFILER_${code}`],
        [answer.status, answer.body.code],
        `${method} ${path}`,
      )
    }
    assert.equal((await ask('GET', 'baselines')).body.baselines.length, 1)
    const sides: [base: string, head: string, message: RegExp][] = [
      [`route=${route}`, 'wrong=1', /^head: "wrong"/],
      ['route=x&request=1', `route=${route}`, /^base: "route"/],
      ['baseline=unknown', `route=${route}`, /^base: baseline "unknown"/],
      [`route=${route}`, 'route=GET /none', /^head: route "GET \/none"/],
      ['baseline=known&route=GET /none', `route=${route}`, /^base: .*; it has "GET \/work\/:id"$/],
    ]
    for (const [base, head, message] of sides)
      assert.match((await ask('GET', query(base, head))).body.message, message)
  })

  test('is refused in code', async (t) => {
    const { app } = await shop(t)
    const { profiler } = app
    const bad = { code: 'FST_PROFILER_BAD_PARAMETER' }
    for (const name of ['', 'A', 'a/b', '-a', 'a.', 7, null, undefined, '\u0000', 'a\n']) {
      await assert.rejects(profiler.saveBaseline(name as string), bad)
      await assert.rejects(profiler.deleteBaseline(name as string), bad)
      assert.throws(() => profiler.diff({ baseline: name as string }, {}), bad)
    }
    assert.throws(() => profiler.diff(undefined as never, {}), bad)
    assert.throws(() => profiler.diff({}, 'route' as never), bad)
    assert.throws(() => profiler.diff('before' as never, {}), /base: .* allowed: \{ baseline: "NAME" \}, or/)
    assert.throws(() => profiler.diff({ baseline: 'before', minMs: 5 } as never, {}), bad)
    assert.throws(() => profiler.diff({ baseline: 'none' }, {}), { code: 'FST_PROFILER_NOT_FOUND' })
    await assert.rejects(profiler.saveBaseline('empty'), { code: 'FST_PROFILER_NOTHING_TO_SAVE' })
    assert.equal(await profiler.deleteBaseline('none'), false)
    await assert.rejects(profiler.saveBaseline('previous'), /"previous"; allowed: another name/)
    assert.throws(() => profiler.diff({ baseline: 'previous', route }, {}), {
      code: 'FST_PROFILER_NOT_FOUND',
    })
    assert.throws(() => profiler.diff({ baseline: 'previous' }, {}), bad)
    assert.equal(await profiler.deleteBaseline('previous'), false)
    assert.throws(
      () => profiler.diff({ requests: [] }, { route: 'GET /none' }),
      /^ProfilerError: head: route/,
    )
  })

  test('is no selection to save', async (t) => {
    const { app, send } = await shop(t)
    await send(2)
    const [{ id }] = app.profiler.requests()
    const wrong = [
      'GET /other',
      null,
      7,
      [route],
      { requests: [id] },
      { route: [route] },
      { route, minMs: '1' },
    ]
    for (const selection of [...wrong, { route, from: 'now' }, { rout: route }, { baseline: 'x' }])
      await assert.rejects(
        app.profiler.saveBaseline('x', selection as never),
        { code: 'FST_PROFILER_BAD_PARAMETER' },
        JSON.stringify(selection),
      )
    assert.deepEqual(await app.profiler.baselines(), [])
    const saved = await app.profiler.saveBaseline('x', { route, minMs: 0, maxMs: undefined })
    assert.equal(saved.routes[0].requests, 2)
  })

  test('with more routes than a baseline holds is refused before any is measured', async () => {
    const routes = Array.from({ length: 1001 }, (_, i) => ({ route: `GET /${i}` }))
    const recorder = { flush: async () => {}, routes: () => routes, measure: () => assert.fail('measured') }
    const baselines = createBaselines({
      path: undefined,
      root: '/',
      maxBytes: 2 ** 20,
      grown() {},
      warn() {},
    })
    const { saveBaseline } = createCompare(recorder as unknown as Recorder, baselines, noRuns)
    await assert.rejects(saveBaseline('all'), { code: 'FST_PROFILER_BASELINES_FULL', message: /1001 routes/ })
  })

  test('with the profiler off it answers empty', async (t) => {
    const app = fastify()
    await app.register(profiler, { enabled: false })
    t.after(() => app.close())
    assert.equal(app.profiler.diff({ baseline: 'x' }, {}).own.differenceMs, 0)
    assert.deepEqual((await app.profiler.saveBaseline('x')).routes, [])
    assert.deepEqual(await app.profiler.baselines(), [])
    assert.equal(await app.profiler.deleteBaseline('x'), false)
  })
})

describe('the folder', () => {
  function folder(t: TestContext): string {
    const parent = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
    t.after(() => rmSync(parent, { recursive: true, force: true }))
    return join(parent, 'deep', 'baselines')
  }

  test('is not there before the first baseline is saved, and then for its owner alone', async (t) => {
    const persist = folder(t)
    const { app, send } = await shop(t, { persist })
    await send(6)
    assert.deepEqual(await app.profiler.baselines(), [])
    assert.equal(existsSync(persist), false)
    const saved = await app.profiler.saveBaseline('v1.0')
    assert.equal(saved.persisted, true)
    assert.deepEqual(readdirSync(persist), ['baseline-v1.0.json'])
    assert.equal(statSync(persist).mode & 0o777, 0o700)
    assert.equal(statSync(join(persist, 'baseline-v1.0.json')).mode & 0o777, 0o600)
  })

  test('outlives the application', async (t) => {
    const persist = folder(t)
    const first = await shop(t, { persist })
    await first.send(10)
    await first.app.profiler.saveBaseline('before')
    await first.app.close()
    const second = await shop(t, { persist })
    await second.send(10)
    const [{ name, persisted, node }] = await second.app.profiler.baselines()
    assert.deepEqual([name, persisted, node], ['before', true, process.version])
    const now = second.app.profiler.diff({ baseline: 'before' }, { route })
    assert.equal(now.base.requests, 10)
    assert.equal((await second.ask('GET', query('baseline=before', `route=${route}`))).status, 200)
    assert.equal(await second.app.profiler.deleteBaseline('before'), true)
    assert.deepEqual(readdirSync(persist), [])
  })
})
