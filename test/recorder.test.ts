import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Account } from '../plugin/attribution/index.ts'
import { nowUs } from '../plugin/clock.ts'
import { createEngine, type Engine, type EngineClient } from '../plugin/engine.ts'
import { ProfilerError } from '../plugin/errors.ts'
import type { RequestBounds } from '../plugin/model/bounds.ts'
import { atOnce } from '../plugin/model/steps.ts'
import type { RequestFilter } from '../plugin/model/wire/requests.ts'
import type { Selection } from '../plugin/model/wire/selection.ts'
import { createRecorder, type Recorder, type RecorderSetup } from '../plugin/recorder.ts'
import { addMark, phaseCode, unmarkedRules } from '../plugin/requests/phases.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { nextTurn } from '../plugin/timers.ts'
import { type Holder, IDLE, NOBODY } from '../plugin/tracker/timeline.ts'
import { attribute } from './attribute.ts'
import { isOwn, segmentFrom } from './turns.ts'

/** An engine that is turned by hand: `ran` attributes what is said to have run since the last time. */
function handEngine() {
  const clients = new Set<EngineClient>()
  const engine = {
    attach: (client: EngineClient) => clients.add(client),
    detach: (client: EngineClient) => clients.delete(client),
    wake() {},
    splitNow: () => undefined,
    flush: async () => nowUs(),
    carefully: (work: () => unknown) => work(),
    status: () => ({}),
  }
  let lastUs = nowUs()

  /** Turns that share the time since the last call; each with a sample of its own if it is a request's. */
  function ran(...holders: Holder<RequestRecord>[]): Account {
    const startUs = lastUs
    lastUs = nowUs()
    const us = (lastUs - startUs) / holders.length
    const timeUs = holders.map((_, i) => startUs + i * us)
    const segment = segmentFrom(
      timeUs.map((start, i) => ({ stack: `f${i}`, timeUs: start + us / 2 })),
      lastUs,
    )
    const slices = {
      length: holders.length,
      timeUs: Float64Array.from(timeUs),
      holder: holders,
      endUs: lastUs,
    }
    const account = attribute(slices, [], segment, 1000, isOwn)
    for (const client of [...clients]) atOnce(client.attributed(account, lastUs))
    return account
  }
  return { engine: engine as unknown as Engine, ran, clients }
}

function recorderOf(hand = handEngine(), given: Partial<RecorderSetup> = {}) {
  const recorder = createRecorder({
    engine: hand.engine,
    naming: {
      frame: ({ name, url, line, column }) => ({ name, file: url, line, column, kind: 'app' }),
      line: (_, line) => line,
      source: ({ url }) => ({ text: `of ${url}`, path: '', changed: false }),
      isOwn,
    },
    limits: { maxBytes: 2 ** 20, maxRequestsPerRoute: 50 },
    phases: { rules: () => unmarkedRules, hooks: () => [] },
    root: '/app',
    intervalUs: 1000,
    otherBytes: () => 0,
    settled() {},
    warn() {},
    ...given,
  })
  recorder.start()
  return { recorder, ...hand }
}

const isNotFound = (error: unknown) =>
  error instanceof ProfilerError && error.code === 'FST_PROFILER_NOT_FOUND' && error.statusCode === 404

describe('a request', () => {
  test('is counted, kept and told of when its last moment is attributed', () => {
    const { recorder, ran } = recorderOf()
    const told: string[][] = []
    recorder.onRequests((ended) => told.push(ended.map(({ id }) => id)))
    const record = recorder.open('GET', '/a', '/a?token=secret')
    ran(NOBODY)
    assert.equal(recorder.status().counts.inFlight, 1)
    ran(record)
    recorder.close(record, 200, 'completed')
    assert.deepEqual([recorder.status().counts.inFlight, recorder.status().counts.requests], [0, 0])
    assert.equal(recorder.request(record.id), undefined)
    assert.equal(recorder.routes()[0].count, 0)
    ran(record, NOBODY)
    assert.equal(recorder.status().counts.requests, 1)
    assert.deepEqual(told, [[record.id]])
    const detail = recorder.request(record.id)!
    assert.equal(detail.url, '/a?token=')
    assert.equal(detail.samples, 2)
    assert.ok(detail.ownMs > 0 && detail.ownMs <= detail.wallMs)
    assert.equal(recorder.routes()[0].count, 1)
    ran(NOBODY)
    assert.equal(told.length, 1)
  })

  test('and its recorder have the time of the machine, whatever clock the application has', (t) => {
    const before = Date.now()
    t.mock.timers.enable({ apis: ['Date'], now: 0 })
    const { recorder, ran } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    recorder.close(record, 200, 'completed')
    ran(NOBODY)
    const { startedAt } = recorder.request(record.id)!
    recorder.clear(false)
    const status = recorder.status()
    for (const time of [startedAt, status.startedAt, status.clearedAt])
      assert.ok(Date.parse(time) >= before, time)
  })

  test('ends once', () => {
    const { recorder, ran } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    recorder.close(record, 200, 'completed')
    recorder.close(record, 500, 'errored')
    ran(NOBODY)
    const { counts } = recorder.status()
    assert.deepEqual([counts.requests, counts.inFlight], [1, 0])
    assert.equal(recorder.request(record.id)!.outcome, 'completed')
  })

  test('that goes on after its response is charged to its route', () => {
    const { recorder, ran } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    ran(record)
    recorder.close(record, 200, 'completed')
    ran(NOBODY)
    const before = recorder.routes()[0].own.totalMs
    const account = ran(record)
    const after = recorder.routes()[0].own.totalMs
    assert.ok(Math.abs(after - before - account.recordedUs / 1000) < 1e-9)
    assert.equal(recorder.request(record.id)!.ownMs, before)
    assert.equal(recorder.request(record.id)!.samples, 2)
    assert.equal(atOnce(recorder.profile({})).samples, 2)
  })

  test('that ends while nothing is recorded is kept all the same', async () => {
    const { recorder } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    recorder.stop()
    recorder.close(record, 200, 'completed')
    await recorder.flush()
    assert.equal(recorder.request(record.id)!.statusCode, 200)
    assert.equal(recorder.recording, false)
  })

  test('keeps the engine from resting until its last turn is attributed', () => {
    const { recorder, ran, clients } = recorderOf()
    const [client] = clients
    const record = recorder.open('GET', '/a', '/a')
    ran(NOBODY)
    assert.equal(client.openRequests(), 1)
    recorder.close(record, 200, 'completed')
    assert.equal(client.openRequests(), 1)
    ran(record)
    assert.equal(client.openRequests(), 0)
  })

  test('counts for its route while it is open: its CPU, and whom it made wait', () => {
    const { recorder, ran } = recorderOf()
    const [open, second, idle] = ['/open', '/open', '/idle'].map((url) => recorder.open('GET', url, url))
    const totalMs = () => recorder.routes().map(({ route, own }) => `${route} ${own.totalMs.toFixed(6)}`)
    const sumMs = (...us: number[]) => `GET /open ${(us.reduce((a, b) => a + b) / 1000).toFixed(6)}`
    ran(NOBODY)
    assert.deepEqual(recorder.routes(), [])
    ran(open, second)
    assert.deepEqual(totalMs(), [sumMs(open.ownUs, second.ownUs)])
    const [{ count, own, latency, blocked, waiting }] = recorder.routes()
    assert.deepEqual([count, own.meanMs, own.p95Ms, latency.meanMs, latency.p99Ms], [0, 0, 0, 0, 0])
    assert.deepEqual([blocked.meanMs, waiting.meanMs], [0, 0])
    recorder.close(second, 200, 'completed')
    ran(open, second, open)
    assert.deepEqual(totalMs(), [sumMs(open.ownUs, second.ownUs, second.afterUs)])
    assert.equal(recorder.status().clearedAt, '')
    recorder.clear(false)
    assert.ok(Date.parse(recorder.status().clearedAt) <= Date.now())
    assert.deepEqual(totalMs(), [sumMs(open.ownUs)])
    ran(second, open)
    recorder.close(open, 200, 'completed')
    assert.deepEqual(totalMs(), [sumMs(open.ownUs)])
    ran(open)
    assert.deepEqual(totalMs(), [sumMs(open.ownUs, open.afterUs)])
    recorder.clear(false)
    assert.deepEqual(recorder.routes(), [])
    idle.stats.causedUs = 5000
    assert.deepEqual(
      recorder.routes().map(({ route, causedMs }) => [route, causedMs]),
      [['GET /idle', 5]],
    )
  })

  test('that ends while nothing is recorded is no loss where who is told of it throws', async () => {
    const engine = createEngine('inspector', 1000)
    const { recorder } = recorderOf({ ...handEngine(), engine })
    const told: string[] = []
    recorder.onRequests(([{ url }]) => {
      told.push(url)
      throw new Error('meant')
    })
    const [a, b] = ['/a', '/b'].map((url) => recorder.open('GET', url, url))
    recorder.stop()
    recorder.close(a, 200, 'completed')
    // Nobody waits for this one, so nobody would handle a rejection.
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    recorder.close(b, 200, 'completed')
    await recorder.flush()
    assert.deepEqual(told, ['/a', '/b'])
    assert.equal(recorder.status().problem, 'meant')
  })

  test('goes when what is noted of those that have ended needs the room, also if it is the last', () => {
    let otherBytes = 0
    const { recorder, ran } = recorderOf(handEngine(), {
      otherBytes: () => otherBytes,
      settled() {
        otherBytes = 2 ** 20 - 5300
      },
    })
    recorder.close(recorder.open('GET', '/a', '/a'), 200, 'completed')
    ran(NOBODY)
    const { bytes, limit } = recorder.status().memory
    assert.ok(bytes <= limit, `${bytes} of ${limit}`)
    assert.deepEqual(recorder.page({}).requests, [])
    assert.equal(recorder.status().counts.evicted, 1)
  })

  test('of no route is of the route that all such have, and HEAD is a route of its own', () => {
    const { recorder, ran } = recorderOf()
    for (const [method, pattern] of [
      ['GET', undefined],
      ['POST', undefined],
      ['GET', '/a'],
      ['HEAD', '/a'],
    ] as const) {
      recorder.close(recorder.open(method, pattern, '/x'), 404, 'completed')
    }
    ran(NOBODY)
    const routes = recorder.routes().map(({ route, method, url, count }) => [route, method, url, count])
    assert.deepEqual(routes.sort(), [
      ['(not found)', '', '(not found)', 2],
      ['GET /a', 'GET', '/a', 1],
      ['HEAD /a', 'HEAD', '/a', 1],
    ])
  })
})

describe('clear', () => {
  /** Clears when some of the steps are done that take four requests in, after `before`: nothing of them is left. */
  async function clearedWithin(before: (recorder: Recorder) => unknown): Promise<void> {
    for (let done = 0; done <= 12; done++) {
      const { recorder, clients } = recorderOf()
      for (let i = 0; i < 4; i++) recorder.close(recorder.open('GET', '/a', '/a'), 200, 'completed')
      const slices = { length: 0, timeUs: new Float64Array(0), holder: [], endUs: nowUs() }
      const account = attribute(slices, [], undefined, 1000, isOwn)
      const [client] = clients
      const steps = client.attributed(account, slices.endUs)
      for (let i = 0; i < done; i++) steps.next()
      await before(recorder)
      recorder.clear(false)
      atOnce(steps)
      assert.deepEqual(recorder.page({}).requests, [], `after ${done} steps`)
      assert.deepEqual(recorder.routes(), [], `after ${done} steps`)
      assert.equal(recorder.status().counts.requests, 4)
    }
  }

  test('takes those along that are just being taken in, wherever that is', () => clearedWithin(() => {}))

  test('takes them along also where recording has stopped and a flush ends in the midst of that', () =>
    clearedWithin((recorder) => {
      recorder.stop()
      return recorder.flush()
    }))

  test('forgets what has ended, also when not all of its time is attributed yet', () => {
    const { recorder, ran } = recorderOf()
    const [open, ended, settled] = ['/open', '/ended', '/settled'].map((url) =>
      recorder.open('GET', url, url),
    )
    recorder.close(settled, 200, 'completed')
    ran(open, ended, settled)
    recorder.close(ended, 200, 'completed')
    recorder.clear(false)
    ran(open, ended, open)
    recorder.close(open, 200, 'completed')
    ran(open)
    assert.deepEqual(
      recorder.page({}).requests.map(({ url }) => url),
      ['/open'],
    )
    assert.deepEqual(
      recorder.routes().map(({ route }) => route),
      ['GET /open'],
    )
    assert.equal(recorder.status().counts.requests, 3, 'counts are since the start')
    recorder.clear(true)
    assert.equal(recorder.stacks.size(), 0)
    assert.deepEqual(recorder.routes(), [])
  })

  test('counts no work of what it forgot, and that of what was open all the same', () => {
    const { recorder, ran } = recorderOf()
    const [forgotten, open] = [1, 2].map(() => recorder.open('GET', '/a', '/a'))
    ran(forgotten, open)
    recorder.close(forgotten, 200, 'completed')
    ran(NOBODY)
    recorder.clear(false)
    ran(forgotten)
    recorder.close(open, 200, 'completed')
    ran(forgotten, open)
    const ownUs = open.ownUs + open.afterUs
    assert.ok(Math.abs(recorder.routes()[0].own.totalMs - ownUs / 1000) < 1e-9)
    assert.ok(forgotten.afterUs > 0 && open.afterUs > 0)
  })

  test('keeps the pinned in the numbers of the route, with all that they go on with', () => {
    const { recorder, ran } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    ran(record)
    recorder.close(record, 200, 'completed')
    ran(record)
    recorder.pin(record.id, true)
    for (let i = 0; i < 2; i++) {
      recorder.clear(false)
      ran(record)
      const ownUs = record.ownUs + record.afterUs
      assert.ok(Math.abs(recorder.routes()[0].own.totalMs - ownUs / 1000) < 1e-9)
    }
  })

  test('keeps the pinned', () => {
    const { recorder, ran } = recorderOf()
    const record = recorder.open('GET', '/a', '/a')
    recorder.close(record, 200, 'completed')
    ran(NOBODY)
    recorder.pin(record.id, true)
    assert.throws(() => recorder.pin('none', true), { code: 'FST_PROFILER_NOT_FOUND', statusCode: 404 })
    recorder.clear(false)
    assert.equal(recorder.request(record.id)!.pinned, true)
    recorder.pin(record.id, false)
    assert.equal(recorder.request(record.id)!.pinned, false)
    recorder.pin(record.id, true)
    recorder.clear(true)
    assert.equal(recorder.request(record.id), undefined)
  })
})

describe('selections', () => {
  const { recorder, ran } = recorderOf()
  const [a, b, other] = ['/a', '/a', '/b'].map((url) => recorder.open('GET', url, url))
  ran(a, b, other, a)
  for (const record of [a, b, other]) recorder.close(record, 200, 'completed')
  ran(NOBODY)

  test('are a route, requests, or everything', () => {
    assert.deepEqual(
      [
        atOnce(recorder.profile({ route: 'GET /a' })),
        atOnce(recorder.profile({})),
        atOnce(recorder.profile({ requests: [a.id, a.id] })),
      ].map(({ title, route, routes, requests, samples }) => [title, route, routes, requests, samples]),
      [
        ['GET /a', 'GET /a', undefined, 2, 3],
        ['all routes', undefined, 2, 3, 4],
        [`GET /a #${a.id}`, 'GET /a', undefined, 1, 2],
      ],
    )
    assert.equal(atOnce(recorder.profile({ requests: [a.id, other.id] })).title, '2 requests')
  })

  test('are those of a route within bounds, and say how many of how many', () => {
    const route = 'GET /a'
    const { wallMs } = recorder.request(a.id) ?? assert.fail()
    const shown = (bounds: RequestBounds) => {
      const { title, requests } = atOnce(recorder.profile({ route, ...bounds }))
      assert.equal(recorder.phases(route, bounds).requests, requests)
      assert.equal(recorder.page({ route, ...bounds }).requests.length, requests)
      return `${requests}: ${title}`
    }
    assert.equal(shown({ minMs: 0 }), '2: GET /a, 2 of 2 requests')
    assert.equal(shown({ minMs: wallMs + 1e6 }), '0: GET /a, 0 of 2 requests')
    assert.equal(shown({ maxMs: 1e9, to: new Date(0).toISOString() }), '0: GET /a, 0 of 2 requests')
    assert.equal(shown({}), '2: GET /a')
    assert.throws(() => atOnce(recorder.profile({ route, from: 'now' })), {
      code: 'FST_PROFILER_BAD_PARAMETER',
    })
    assert.throws(() => recorder.phases(route, { minMs: -1 }), { code: 'FST_PROFILER_BAD_PARAMETER' })
  })

  test('of no requests there are none, and what is misspelt or contradicts itself is refused', () => {
    const route = 'GET /a'
    const none = atOnce(recorder.profile({ requests: [] }))
    assert.deepEqual([none.title, none.requests, none.ownUs], ['0 requests', 0, 0])
    assert.equal(atOnce(recorder.measure({ requests: [] })).profile.requests, 0)
    assert.equal(
      atOnce(recorder.profile({ route: undefined, requests: [a.id], minMs: undefined })).requests,
      1,
    )
    const wrong: [unknown, RegExp][] = [
      ['GET /a', /^"selection" is "GET \/a"; allowed: an object with no more than route, requests, /],
      [null, /^"selection" is null/],
      [[a.id], /^"selection" is /],
      [{ request: a.id }, /^"request" is "\w+"; allowed: an object/],
      [{ routes: [route] }, /^"routes" is /],
      [{ baseline: 'before' }, /^"baseline" is "before"/],
      [{ route: 7 }, /^"route" is 7; allowed: a route by its name/],
      [{ route, requests: [a.id] }, /^"route" is "GET \/a"; allowed: either one route, or/],
      [{ requests: a.id }, /^"requests" is "\w+"; allowed: a list of ids/],
      [{ phases: 'false' }, /^"phases" is "false"; allowed: true, false/],
      [{ across: 1 }, /^"across" is 1; allowed: true, false/],
      [{ requests: [1] }, /^"requests" is /],
      [{ requests: [a.id], minMs: 5 }, /^"minMs" is 5; allowed: bounds of the requests of a route/],
    ]
    for (const [selection, message] of wrong) {
      const refused = { code: 'FST_PROFILER_BAD_PARAMETER', message }
      assert.throws(() => atOnce(recorder.profile(selection as Selection)), refused)
      assert.throws(() => recorder.measure(selection as Selection), refused)
    }
    assert.throws(() => recorder.page({ rout: route } as RequestFilter), {
      code: 'FST_PROFILER_BAD_PARAMETER',
      message: /^"rout" is "GET \/a"; allowed: an object with no more than route, status, /,
    })
    assert.throws(() => recorder.phases(route, { minMS: 3 } as RequestBounds), {
      code: 'FST_PROFILER_BAD_PARAMETER',
    })
  })

  test('are compared by the newest alone, also by fewer than could be', () => {
    const { recorder, ran } = recorderOf()
    const handle = (url: string) => {
      const record = recorder.open('GET', url, url)
      ran(record)
      recorder.close(record, 200, 'completed')
      ran(NOBODY)
      return record
    }
    const old = handle('/a')
    recorder.pin(old.id, true)
    for (let i = 0; i < 60; i++) handle('/a')
    handle('/b')
    const measured = (selection: Selection) => atOnce(recorder.measure(selection)).profile.requests
    assert.ok(atOnce(recorder.profile({ route: 'GET /a' })).requests > 50)
    assert.equal(measured({ route: 'GET /a' }), 50)
    assert.equal(measured({ route: 'GET /b' }), 1)
    assert.equal(measured({}), 51)
    assert.equal(measured({ requests: [old.id] }), 1)
    assert.throws(() => recorder.measure({ route: 'GET /none' }), isNotFound)
  })

  test('of several routes are told apart with their phases, also when they are forgotten meanwhile', () => {
    const { recorder, ran } = recorderOf()
    for (const url of ['/a', '/b']) {
      const record = recorder.open('GET', url, url)
      ran(record)
      addMark(record, phaseCode('preHandler'), nowUs())
      ran(record)
      recorder.close(record, 200, 'completed')
    }
    ran(NOBODY)
    const whole = atOnce(recorder.profileByRoute({ phases: true }))
    assert.deepEqual(
      whole.map(({ route, frames }) => [route, frames.filter(({ kind }) => kind === 'phase').length]),
      [
        ['GET /a', 2],
        ['GET /b', 2],
      ],
    )
    const steps = recorder.profileByRoute({ phases: true })
    steps.next()
    recorder.clear(true)
    assert.deepEqual(atOnce(steps), whole)
    assert.equal(recorder.stacks.size(), 0)
  })

  test('of what is not there say so', () => {
    assert.throws(() => atOnce(recorder.profile({ route: 'GET /none' })), isNotFound)
    assert.throws(() => atOnce(recorder.profile({ requests: [a.id, 'none'] })), isNotFound)
    assert.equal(recorder.request('none'), undefined)
  })

  test('gathered are those that begin from then on, in that order, with all they cost, kept or not', () => {
    const before = recorder.open('GET', '/c', '/c')
    const gathering = recorder.gather()
    const [first, second] = [1, 2].map(() => recorder.open('GET', '/c', '/c'))
    for (const record of [second, first, before]) recorder.close(record, 200, 'completed')
    const handle = () => {
      const record = recorder.open('GET', '/c', '/c')
      ran(record)
      recorder.close(record, 200, 'completed')
      ran(NOBODY)
    }
    for (let i = 0; i < 100; i++) handle()
    recorder.clear(true)
    const gathered = gathering.end()
    assert.deepEqual(
      gathered.slice(0, 2).map(({ record }) => record.id),
      [first.id, second.id],
    )
    assert.equal(gathered.length, 102)
    assert.ok(gathered.slice(2).every(({ record, summary }) => record.ownUs > 0 && summary.ownMs > 0))
    handle()
    assert.equal(gathering.end().length, 102)
  })

  test('have ids that no other recorder gives: what was copied from another process is not found', () => {
    const other = recorderOf().recorder
    assert.notEqual(other.open('GET', '/a', '/a').id, recorderOf().recorder.open('GET', '/a', '/a').id)
    assert.match(a.id, /^[0-9a-z]{4}_1$/)
  })
})

test('two applications share the time that was recorded, each with the other under other', () => {
  const hand = handEngine()
  const [one, two] = [recorderOf(hand).recorder, recorderOf(hand).recorder]
  const [a, b] = [one.open('GET', '/a', '/a'), two.open('GET', '/b', '/b')]
  hand.ran(a, b, b, NOBODY, IDLE)
  one.close(a, 200, 'completed')
  two.close(b, 200, 'completed')
  hand.ran(NOBODY, a, b)
  const [first, second] = [one, two].map((recorder) => recorder.status().accounting)
  for (const { requestsMs, otherMs, gcMs, idleMs, recordedMs } of [first, second]) {
    assert.ok(Math.abs(requestsMs + otherMs + gcMs + idleMs - recordedMs) < 1e-6)
    assert.ok(requestsMs > 0 && otherMs > 0)
  }
  assert.equal(first.recordedMs, second.recordedMs)
  for (const recorder of [one, two]) {
    const [route] = recorder.routes()
    assert.ok(Math.abs(route.own.totalMs - recorder.status().accounting.requestsMs) < 1e-6)
    assert.equal(recorder.routes().length, 1)
  }
  assert.deepEqual([one.status().counts.samples, two.status().counts.samples], [2, 3])
})
