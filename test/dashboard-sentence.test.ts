import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keptPhasesText } from '../dashboard/model/kept-means.ts'
import { type Piece, requestSentence, routeSentence } from '../dashboard/model/sentence.ts'
import { createWaitTally, sumWaits } from '../plugin/model/wait-sums.ts'
import type { PhaseName, RoutePhase } from '../plugin/model/wire/phases.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import type { Wait, WaitingAnswer } from '../plugin/model/wire/waits.ts'

type Asked = Parameters<typeof requestSentence>[0]

const fetched: Wait = { kind: 'http', target: 'GET http://prices/eur?day=', startUs: 1000, endUs: 61_000 }

/** One after another. */
function timers(count: number, us: number): Wait[] {
  const at = (i: number) => ({ startUs: i * us, endUs: (i + 1) * us })
  return Array.from({ length: count }, (_, i) => ({ kind: 'timer', target: `${us / 1000} ms`, ...at(i) }))
}

describe('the sentence about a request', () => {
  const cases: readonly (readonly [string, Partial<Asked>, string])[] = [
    [
      'mostly own',
      { ownMs: 107, waitingMs: 8 },
      'This request took 115 ms: 93.0 % of it running its own code.',
    ],
    [
      'mostly blocked by one',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('GET /heavy', 100), by('GET /b', 7)] },
      'This request took 115 ms: 93.0 % of it waiting while others held the event loop, mostly GET /heavy.',
    ],
    [
      'mostly blocked by its like',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('GET /victim', 100), by('GET /b', 7)] },
      'This request took 115 ms: 93.0 % of it waiting while others held the event loop, mostly other requests of the same route.',
    ],
    [
      'as good as all blocked by one',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('GET /heavy', 106.6), by('GET /b', 0.4)] },
      'This request took 115 ms: 93.0 % of it waiting while GET /heavy held the event loop.',
    ],
    [
      'mostly blocked by several',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('GET /heavy', 60), by('GET /b', 40), by('GET /c', 7)] },
      'This request took 115 ms: 93.0 % of it waiting while GET /heavy (60.0 ms) and 2 others held the event loop.',
    ],
    [
      'blocked by two',
      { blockedMs: 100, blockedBy: [by('GET /heavy', 60), by('GET /b', 40)] },
      'This request took 100 ms: 100 % of it waiting while GET /heavy (60.0 ms) and another held the event loop.',
    ],
    [
      'blocked by work of no request',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('(no request)', 107)] },
      'This request took 115 ms: 93.0 % of it waiting while work outside of any request held the event loop.',
    ],
    [
      'blocked by its like',
      { ownMs: 8, blockedMs: 107, blockedBy: [by('GET /victim', 107)] },
      'This request took 115 ms: 93.0 % of it waiting while other requests of the same route held the event loop.',
    ],
    [
      'blocked by nobody known',
      { blockedMs: 10 },
      'This request took 10.0 ms: 100 % of it waiting while others held the event loop.',
    ],
    [
      'waiting when its client left',
      { waitingMs: 100, outcome: 'aborted' },
      'This request took 100 ms: 100 % of it waiting for something that had not ended when the client left.',
    ],
    [
      'waiting when its time was up',
      { waitingMs: 100, outcome: 'timedOut' },
      'This request took 100 ms: 100 % of it waiting for something that had not ended when its time was up.',
    ],
    [
      'as good as all of it',
      { ownMs: 99.7, waitingMs: 0.3 },
      'This request took 100 ms: 99.7 % of it running its own code.',
    ],
    [
      'mostly collection',
      { ownMs: 10, gcMs: 90 },
      'This request took 100 ms: 90.0 % of it garbage collection.',
    ],
    [
      'mostly waiting for what has a name',
      {
        ownMs: 10,
        waitingMs: 60,
        waits: [{ ...fetched, kind: 'timer', target: '5 ms', endUs: 6000 }, fetched],
      },
      'This request took 70.0 ms: 85.7 % of it waiting, mostly for GET http://prices/eur?day=.',
    ],
    [
      'mostly waiting for one thing again and again',
      { ownMs: 3, waitingMs: 78, waits: timers(26, 3000) },
      'This request took 81.0 ms: 96.3 % of it waiting for 26 × timer 3 ms, one after another.',
    ],
    [
      'mostly waiting for one thing more often than is kept',
      { waitingMs: 700, waits: timers(200, 3000) },
      'This request took 700 ms: 100 % of it waiting, mostly for 200+ × timer 3 ms, one after another.',
    ],
    [
      'mostly waiting for one thing several times at once',
      { waitingMs: 62, waits: [fetched, fetched, fetched] },
      'This request took 62.0 ms: 100 % of it waiting, mostly for 3 × GET http://prices/eur?day=.',
    ],
    [
      'mostly waiting for answers that no driver announces',
      {
        waitingMs: 78,
        waits: timers(26, 3000).map((wait) => ({ ...wait, kind: 'connection', target: 'db:5432' })),
      },
      'This request took 78.0 ms: 100 % of it waiting for 26 × data from db:5432, one after another.',
    ],
    [
      'mostly waiting for another request',
      { waitingMs: 100, waits: [{ kind: 'request', target: 'GET /report', startUs: 0, endUs: 100_000 }] },
      'This request took 100 ms: 100 % of it waiting for GET /report to let it go on.',
    ],
    [
      'mostly waiting for requests of its own route',
      { waitingMs: 100, waits: [{ kind: 'request', target: 'GET /victim', startUs: 0, endUs: 100_000 }] },
      'This request took 100 ms: 100 % of it waiting for other requests of the same route to let it go on.',
    ],
    [
      'mostly waiting for its own body',
      { waitingMs: 100, waits: [{ kind: 'body', target: '', startUs: 0, endUs: 100_000 }] },
      'This request took 100 ms: 100 % of it waiting for its request body.',
    ],
    [
      'mostly waiting for many things of a kind',
      {
        waitingMs: 78,
        waits: timers(26, 3000).map((wait, i) => ({
          ...wait,
          kind: 'http',
          target: `GET http://users/${i}`,
        })),
      },
      'This request took 78.0 ms: 100 % of it waiting for 26 HTTP calls, one after another.',
    ],
    [
      'mostly waiting for what is known by its kind',
      {
        waitingMs: 100,
        waits: [0, 50_000].map((startUs) => ({
          ...{ kind: 'file', target: '', startUs },
          endUs: startUs + 45_000,
        })),
      },
      'This request took 100 ms: 100 % of it waiting, mostly for 2 file operations, one after another.',
    ],
    [
      'mostly waiting for a client',
      {
        waitingMs: 100,
        phases: [{ name: 'sending', includes: [], startUs: 9000, endUs: 100_000, wallMs: 91, ownMs: 0 }],
      },
      'This request took 100 ms: 100 % of it waiting, mostly while the response was sent.',
    ],
    [
      'mostly waiting for what has none',
      { ownMs: 10, waitingMs: 90, waits: timers(10, 4000) },
      'This request took 100 ms: 90.0 % of it waiting, longest for something that has no name, such as an event or a job outside of requests.',
    ],
    [
      'mixed',
      {
        ownMs: 40,
        blockedMs: 35,
        gcMs: 4,
        waitingMs: 21,
        blockedBy: [by('GET /heavy', 35)],
        waits: [fetched],
      },
      'This request took 100 ms: 40.0 % of it running its own code, 35.0 % waiting while GET /heavy held the event loop' +
        ' and 21.0 % waiting, mostly for GET http://prices/eur?day=.',
    ],
    [
      'of two parts',
      { ownMs: 60, gcMs: 40 },
      'This request took 100 ms: 60.0 % of it running its own code and 40.0 % garbage collection.',
    ],
    [
      'of parts most of which has one reason',
      {
        ...{ ownMs: 10, blockedMs: 45, waitingMs: 45 },
        ...{ blockedBy: [by('GET /heavy', 40), by('GET /b', 5)], waits: timers(20, 2000) },
      },
      'This request took 100 ms: 45.0 % of it waiting while others held the event loop, mostly GET /heavy' +
        ', and 45.0 % waiting, mostly for 20 × timer 2 ms, one after another.',
    ],
    ['tiny', { ownMs: 0.2, blockedMs: 0.1 }, 'This request took only 300 µs.'],
    ['of no time', {}, 'This request took only 0 ms.'],
  ]
  for (const [name, given, said] of cases) {
    test(name, () => assert.equal(plainText(requestSentence(asked(given))), said))
  }

  test('names the wait only while the request waited, and only when it explains the waiting', () => {
    const waits = [fetched]
    const said = (startUs: number) =>
      plainText(
        requestSentence(
          asked({ waitingMs: 100, waits, slices: [{ kind: 'waiting', startUs, endUs: startUs + 1e5 }] }),
        ),
      )
    assert.match(said(0), /waiting, longest for GET http:\S+ \(60\.0 ms\)\.$/)
    assert.match(
      said(50_000),
      /waiting, mostly for something that has no name, such as an event or a job outside of requests\.$/,
    )
    assert.match(
      said(70_000),
      /waiting for something that has no name, such as an event or a job outside of requests\.$/,
    )
  })

  test('leads to the culprit, and to no route where there is none', () => {
    const links = (route: string) =>
      requestSentence(asked({ blockedMs: 10, blockedBy: [by(route, 10)] })).flatMap(
        (piece) => piece.route ?? [],
      )
    assert.deepEqual(links('GET /heavy'), ['GET /heavy'])
    assert.deepEqual(links('(no request)'), ['(no request)'])
    assert.deepEqual(links('GET /heavy (another application)'), [])
  })

  test('leads to the request that let it go on, if it has a page, and from no other wait', () => {
    const links = (kind: Wait['kind'], ...targets: string[]) => {
      const waits = targets.map((target, i) => ({
        kind,
        target,
        startUs: i * 50_000,
        endUs: (i + 1) * 50_000,
      }))
      return requestSentence(asked({ waitingMs: 100, waits })).flatMap((piece) => piece.route ?? [])
    }
    assert.deepEqual(links('request', 'GET /a', 'GET /a'), ['GET /a'])
    assert.deepEqual(links('request', 'GET /a (another application)'), [])
    assert.deepEqual(links('request', 'GET /a', 'GET /b'), ['GET /a'])
    assert.deepEqual(links('timer', '50 ms'), [])
  })

  test('names a wait of any length in a few words, and counts no time after the answer', () => {
    const long = { ...fetched, kind: 'database' as const, target: `SELECT ${'x, '.repeat(500)}`, endUs: 9e9 }
    const said = plainText(requestSentence(asked({ waitingMs: 100, waits: [fetched, long] })))
    assert.ok(said.length < 200, said)
    assert.match(said, / of it waiting, mostly for SELECT x, .*…\.$/)
  })
})

describe('the phases of the kept requests', () => {
  const phase = (name: PhaseName, wallMs: number): RoutePhase => {
    return { name, includes: [], count: 10, wallMs, ownMs: 1, meanWallMs: wallMs / 10, meanOwnMs: 0.1 }
  }
  const kept = { requests: 10, phases: [phase('onRequest', 20), phase('handler', 260)] }
  const all = (meanMs: number) => {
    return { count: 3201, latency: { p50Ms: 1, p95Ms: 2, p99Ms: 3, maxMs: 4, meanMs } }
  }

  test('say what these requests take', () => {
    const means = 'means of 10 kept requests, which take 28.0 ms'
    assert.deepEqual(keptPhasesText(kept, undefined), { means, note: '' })
    assert.deepEqual(keptPhasesText(kept, all(23)), { means, note: '' }, 'hardly another mean')
  })

  test('say why that is not the mean of all requests', () => {
    assert.equal(
      keptPhasesText(kept, all(6.27)).note,
      'The slowest requests are kept longest, so these means are longer than those of all 3,201, which take 6.27 ms.',
    )
    assert.equal(
      keptPhasesText(kept, all(61)).note,
      'Most of the kept requests are the newest, so these means are shorter than those of all 3,201, which take 61.0 ms.',
    )
  })
})

describe('the sentence about a route', () => {
  const split = { ownMs: 8, blockedMs: 107, gcMs: 0, waitingMs: 0 }

  test('speaks of the mean', () => {
    assert.equal(
      plainText(routeSentence(split)),
      'A request takes 115 ms on average: 93.0 % of it waiting while others held the event loop.',
    )
    assert.equal(
      plainText(routeSentence({ ...split, blockedMs: 0, waitingMs: 72 })),
      'A request takes 80.0 ms on average: 90.0 % of it waiting for I/O, timers or other processes.',
    )
  })

  test('names whom and what its kept requests waited for', () => {
    const waits = sumWaits(timers(26, 3000), [{ kind: 'waiting', startUs: 0, endUs: 78_000 }], 'target')
    const tally = createWaitTally()
    for (let i = 0; i < 10; i++) tally.add(waits)
    const waiting: WaitingAnswer = {
      ...{ route: 'GET /victim', requests: 10, wallMs: 1120, blockedMs: 300, waitingMs: 800 },
      sendingMs: 0,
      queued: { requests: 1, p50Ms: 0, p95Ms: 0, maxMs: 0 },
      queuedBehind: [],
      blockedBy: [{ route: 'GET /heavy', ms: 280, requests: 3 }],
      ...{ waits: tally.list(), kinds: tally.list() },
    }
    const mean = { ownMs: 2, blockedMs: 30, gcMs: 0, waitingMs: 80 }
    assert.equal(
      plainText(routeSentence(mean, waiting)),
      'A request takes 112 ms on average: 71.4 % of it waiting, mostly for 26 × timer 3 ms, one after another' +
        ', and 26.8 % waiting while GET /heavy held the event loop.',
    )
    const sent = { ...waiting, sendingMs: 720, waits: [], kinds: [] }
    assert.match(
      plainText(routeSentence(mean, sent)),
      /71\.4 % of it waiting, mostly while responses were sent, and/,
    )
    assert.match(
      plainText(routeSentence(mean, { ...sent, sendingMs: 600 })),
      /71\.4 % of it waiting for I\/O, timers or other processes, and/,
    )
    const none = { ...waiting, requests: 0, blockedBy: [], waits: [], kinds: [] }
    assert.equal(plainText(routeSentence(mean, none)), plainText(routeSentence(mean)))
  })

  test('tells times of its kept requests only where these take as long as all of them', () => {
    const [wait] = sumWaits(timers(1, 5000), [{ kind: 'waiting', startUs: 0, endUs: 5000 }], 'target')
    const waits = [
      { ...wait, ms: 60, waitingMs: 60, sumMs: 60, requests: 10 },
      { ...wait, target: '2 ms', ms: 30, waitingMs: 30, sumMs: 30, requests: 10 },
    ]
    const waiting: WaitingAnswer = {
      ...{ route: 'GET /victim', requests: 10, wallMs: 202, blockedMs: 100, waitingMs: 100 },
      sendingMs: 0,
      queued: { requests: 1, p50Ms: 0, p95Ms: 0, maxMs: 0 },
      queuedBehind: [],
      blockedBy: [
        { route: 'GET /heavy', ms: 60, requests: 3 },
        { route: 'GET /other', ms: 40, requests: 3 },
      ],
      ...{ waits, kinds: waits },
    }
    const told = (meanMs: number) =>
      plainText(routeSentence({ ownMs: 0, gcMs: 0, blockedMs: meanMs / 2, waitingMs: meanMs / 2 }, waiting))
    assert.match(
      told(20),
      /while GET \/heavy \(6\.00 ms\) and another held .* longest for timer 5 ms \(6\.00 ms\)\.$/,
    )
    // The slowest are kept longest: 6 ms would be more than all of the mean.
    assert.match(told(4), /takes 4\.00 ms .* while GET \/heavy and another held .* longest for timer 5 ms\.$/)
  })

  test('says no more about little', () =>
    assert.equal(
      plainText(routeSentence({ ...split, ownMs: 0.4, blockedMs: 0 })),
      'A request takes 400 µs on average.',
    ))
})

function plainText(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('')
}

function by(route: string, ms: number): RequestDetail['blockedBy'][number] {
  return { route, ms }
}

function asked(given: Partial<Asked>): Asked {
  const split = { ownMs: 0, blockedMs: 0, gcMs: 0, waitingMs: 0, ...given }
  const wallMs = split.ownMs + split.blockedMs + split.gcMs + split.waitingMs
  const slices = [{ kind: 'waiting', startUs: 0, endUs: split.waitingMs * 1000 } as const]
  const none = { blockedBy: [], waits: [], phases: [] }
  return { route: 'GET /victim', outcome: 'completed', ...none, slices, ...split, wallMs }
}
