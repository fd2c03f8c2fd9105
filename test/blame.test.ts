import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBlame } from '../plugin/attribution/blame.ts'
import { noteBlock, noteQueue } from '../plugin/attribution/blocks.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import { unmarkedRules } from '../plugin/requests/phases.ts'
import { describe } from '../plugin/store/query.ts'
import { IDLE } from '../plugin/tracker/timeline.ts'
import { createRequests } from './records.ts'
import { COLUMN_US, drawBlamed } from './turns.ts'

function blamed(picture: string) {
  const drawing = drawBlamed(picture)
  return { ...drawing, detail: (letter: string) => describe(drawing.request(letter), unmarkedRules) }
}

/** `own 2, blocked 5 (GET /b 5), gc 0, waiting 3` in columns. */
function show(detail: RequestDetail): string {
  const ranked = [...detail.blockedBy].sort((a, b) => b.ms - a.ms || a.route.localeCompare(b.route))
  const by = ranked.map(({ route, ms }) => `${route} ${ms}`).join(', ')
  return `own ${detail.ownMs}, blocked ${detail.blockedMs}${by && ` (${by})`}, gc ${detail.gcMs}, waiting ${detail.waitingMs}`
}

function picture(detail: RequestDetail): string {
  return detail.slices
    .map(
      ({ startUs, endUs, kind, route }) =>
        `${kind}${route ? ` ${route}` : ''} ${(endUs - startUs) / COLUMN_US}`,
    )
    .join(', ')
}

test('a timer behind the burn of another route is held by that route', () => {
  const { detail } = blamed('turns   A-BBBBBBBBA')
  assert.equal(show(detail('A')), 'own 2, blocked 8 (GET /b 8), gc 0, waiting 1')
  assert.equal(picture(detail('A')), 'own 1, waiting 1, blocked GET /b 8, own 1')
})

test('a request that was forgotten before its last turns are read blames nobody, and keeps nothing of them', () => {
  const { record } = createRequests()
  const blame = createBlame(noteBlock, noteQueue)
  const [a, b] = ['GET /a', 'GET /b'].map((route) => record({ route, startUs: 1000, endUs: 6000 }))
  blame.ran(IDLE, 0, 1000)
  blame.ran(a, 1000, 2000)
  a.gone = true
  blame.ran(b, 2000, 5000)
  blame.ran(a, 5000, 6000)
  assert.equal(b.stats.causedUs, 0)
  assert.deepEqual([a.blockedUs, a.blockedBy, a.split], [0, undefined, undefined])
})

test('work in the middle of a wait delayed nothing when the loop slept after it', () => {
  const { detail } = blamed('turns   A---BBBB---A')
  assert.equal(show(detail('A')), 'own 2, blocked 0, gc 0, waiting 10')
})

test('only the unbroken stretch before the turn is to blame', () => {
  const { detail } = blamed('turns   A-BB-CC.DA')
  assert.equal(show(detail('A')), 'own 2, blocked 4 (GET /c 2, (no request) 1, GET /d 1), gc 0, waiting 4')
})

test('a request that never sleeps is blocked from the end of its turn on', () => {
  const { detail } = blamed('turns   ABBBABA')
  assert.equal(show(detail('A')), 'own 3, blocked 4 (GET /b 4), gc 0, waiting 0')
  assert.equal(show(detail('B')), 'own 4, blocked 1 (GET /a 1), gc 0, waiting 0')
})

test('collections count apart, in turns of its own and in those of others', () => {
  const { detail } = blamed(`
    turns   AAAA-BBBBA
    gc       ##   ##
  `)
  assert.equal(show(detail('A')), 'own 3, blocked 2 (GET /b 2), gc 4, waiting 1')
  assert.equal(
    picture(detail('A')),
    'own 1, gc 2, own 1, waiting 1, blocked GET /b 1, gc 2, blocked GET /b 1, own 1',
  )
})

test('work after the response is no part of the wall time and is not delayed', () => {
  const { detail } = blamed(`
    turns   AABBAA
    ends      A
  `)
  assert.equal(show(detail('A')), 'own 2, blocked 0, gc 0, waiting 0')
  assert.equal(detail('A').afterMs, 2)
})

test('the busy stretch before a request began is its queueing, and no block', () => {
  const { detail, request } = blamed('turns   -.BBBA')
  assert.equal(detail('A').queuedMs, 4)
  assert.equal(detail('A').blockedMs, 0)
  assert.equal(request('B').stats.causedUs, 0)
})

test('who held the loop while a request queued is told, and charged with that apart', () => {
  const { detail, request, nobody } = blamed(`
    turns   -.BBBBBBCA
    samples    bbbbbb
    gc          #
    b = handler;burn:3
  `)
  assert.equal(detail('A').queuedMs, 8)
  assert.deepEqual(detail('A').queuedBehind, [{ route: 'GET /b', ms: 6 }])
  const { queuedUs, longestQueued, causedUs, longestBlock } = request('B').stats
  assert.deepEqual([queuedUs, causedUs, longestBlock], [2 * 6 * COLUMN_US, 0, undefined])
  assert.equal(longestQueued?.us, 6 * COLUMN_US)
  assert.equal(longestQueued?.requestId, request('B').id)
  assert.deepEqual(
    longestQueued?.stack.map(({ name }) => name),
    ['handler', 'burn'],
  )
  // Their turns are too short to be worth naming.
  assert.deepEqual([nobody.queuedUs, request('C').stats.queuedUs], [0, 0])
})

test('what held the loop before the last answer on its connection kept no request queueing', () => {
  const blame = createBlame(noteBlock, noteQueue)
  const { record } = createRequests()
  const [b, c, a] = ['GET /b', 'GET /c', 'GET /a'].map((route) => record({ route, startUs: 0, endUs: 1e6 }))
  blame.ran(IDLE, 0, 1000)
  blame.ran(b, 1000, 20_000)
  blame.ran(c, 20_000, 25_000)
  blame.ran(b, 25_000, 26_000)
  a.startUs = 26_000
  a.answeredUs = 14_000
  blame.ran(a, 26_000, 27_000)
  assert.equal(a.queuedUs, 12_000)
  assert.deepEqual(
    [...a.queuedBehind!].map(([stats, us]) => [stats?.route, us]),
    [
      ['GET /c', 5000],
      ['GET /b', 6000],
    ],
  )
  assert.deepEqual(
    [b, c].map(({ stats }) => stats.queuedUs),
    [6000, 5000],
  )
  assert.equal(b.stats.longestQueued?.us, 6000)
  assert.equal(c.stats.longestQueued?.us, 5000)
})

test('many short turns are a matter of load: nobody is charged with them, however long they took together', () => {
  const { detail, request } = blamed(`turns   -${'BC'.repeat(20)}DDDDA`)
  assert.equal(detail('A').queuedMs, 44)
  assert.deepEqual(detail('A').queuedBehind, [{ route: 'GET /d', ms: 4 }])
  assert.equal(request('B').stats.queuedUs, 0)
})

test('how long a request queued is not known after a long stretch of short turns, but by an answer on the connection', () => {
  const { record } = createRequests()
  const begin = (turnMs: number, all: number, given = {}) => {
    const blame = createBlame(noteBlock, noteQueue)
    const some = ['GET /b', 'GET /c'].map((route) => record({ route, startUs: 0, endUs: 1e9 }))
    blame.ran(IDLE, 0, COLUMN_US)
    let us = COLUMN_US
    for (let i = 0; i < all; i++) {
      blame.ran(some[i % 2], us, us + turnMs * COLUMN_US)
      us += turnMs * COLUMN_US
    }
    const one = record({ route: 'GET /a', startUs: us, endUs: us + 10, ...given })
    blame.ran(one, us, us + 10)
    const { queuedMs, queueKnown, queuedBehind } = describe(one, unmarkedRules)
    return [queuedMs, queueKnown, ...queuedBehind.map(({ ms }) => ms)]
  }
  assert.deepEqual(begin(20, 5), [100, true, 60, 40])
  assert.deepEqual(begin(20, 100), [2000, false])
  assert.deepEqual(begin(1, 2000), [2000, false])
  assert.deepEqual(begin(500, 4), [2000, true, 1000, 1000])
  assert.deepEqual(begin(20, 100, { answeredUs: 1_001_000 }), [1000, true, 500, 500])
})

test('of a turn that began before the last answer only the rest counts, and a later one may be longer', () => {
  const blame = createBlame(noteBlock, noteQueue)
  const { record } = createRequests()
  const [first, second, a] = ['GET /b', 'GET /b', 'GET /a'].map((route) =>
    record({ route, startUs: 0, endUs: 1e6 }),
  )
  blame.ran(IDLE, 0, 1000)
  blame.ran(first, 1000, 201_000)
  blame.ran(second, 201_000, 251_000)
  a.startUs = 251_000
  a.answeredUs = 195_000
  blame.ran(a, 251_000, 252_000)
  assert.equal(a.stats.route, 'GET /a')
  const { queuedUs, longestQueued } = first.stats
  assert.deepEqual([queuedUs, longestQueued?.us, longestQueued?.requestId], [56_000, 50_000, second.id])
})

test('nobody is charged where requests queued for too short to name anybody', () => {
  const { detail, request } = blamed('turns   -BBBA')
  assert.equal(detail('A').queuedMs, 3)
  assert.deepEqual(detail('A').queuedBehind, [])
  assert.equal(request('B').stats.queuedUs, 0)
})

test('work of the profiler itself is told by its own functions, where it belongs to no request', () => {
  const { nobody } = blamed(`
    turns   AB...............A
    samples   pppppppppppp
    p = processImmediate;ownReading
  `)
  assert.deepEqual(
    nobody.longestBlock?.stack.map(({ name }) => name),
    ['processImmediate', 'ownReading'],
  )
})

test('the culprit is charged what it caused, and its longest turn is told with its stack', () => {
  const { request, nobody } = blamed(`
    turns   ABBBBBBBBBBBBBBBACCA
    samples   bbbbbbbbbbbb
    b = handler;burn:3
  `)
  const { causedUs, longestBlock } = request('B').stats
  assert.equal(causedUs, 15 * COLUMN_US)
  assert.equal(longestBlock?.us, 15 * COLUMN_US)
  assert.equal(longestBlock?.requestId, request('B').id)
  assert.deepEqual(
    longestBlock?.stack.map((frame) => frame.name),
    ['handler', 'burn'],
  )
  assert.equal(request('A').worst?.by, 'GET /b')
  assert.equal(nobody.causedUs, 0)
})

test('a longer turn without samples does not hide where the longest that was sampled spent its time', () => {
  const long = ['ABBBBBBBBBBBBBBB', '                ']
  const short = ['ABBBBBB', ' bbbbbb']
  for (const [first, second] of [
    [long, short],
    [short, long],
  ]) {
    const { request } = blamed(`
      turns   ${first[0]}${second[0]}A
      samples ${first[1]}${second[1]}
      b = handler;burn:3
    `)
    const { longestBlockUs, longestBlock } = request('B').stats
    assert.equal(longestBlockUs, 15 * COLUMN_US)
    assert.equal(longestBlock?.us, 6 * COLUMN_US)
    assert.equal(longestBlock?.stack.at(-1)?.name, 'burn')
  }
})

test('a longer turn before the gap is not taken for the one that blocked', () => {
  const { request } = blamed('turns   BBBBBBABBBA')
  assert.equal(request('B').stats.longestBlock?.us, 3 * COLUMN_US)
})

test('a turn that began before the gap counts for what lies in it', () => {
  const { request } = blamed('turns   BBBBA-BA')
  assert.equal(request('B').stats.longestBlock?.us, COLUMN_US)
})

test('of a gap with more pieces than are told one by one, the rest is told as whose it was most', () => {
  const { detail } = blamed(`turns   A${'BBBBCD'.repeat(60)}A`)
  const [, first] = detail('A').slices
  assert.equal(first.route, 'GET /b')
  assert.ok(first.endUs - first.startUs > 200 * COLUMN_US, JSON.stringify(first))
  assert.equal(detail('A').slices.at(-2)?.route, 'GET /d')
})

test('labels of applications that have closed make room for others, and nobody is charged for another one', () => {
  const blame = createBlame(noteBlock, noteQueue)
  const waiting = createRequests().record({ startUs: 0 })
  blame.ran(IDLE, 0, 0)
  const rounds = 40
  for (let round = 0; round < rounds; round++) {
    const culprit = createRequests().record({ startUs: 0 })
    const us = round * 100
    blame.ran(waiting, us, us + 10)
    blame.ran(culprit, us + 10, us + 30)
    blame.ran(waiting, us + 30, us + 40)
    blame.ran(culprit, us + 40, us + 50)
    culprit.stats.app.closed = true
    blame.ran(IDLE, us + 50, us + 100)
  }
  blame.ran(waiting, rounds * 100, rounds * 100 + 10)
  assert.deepEqual([...waiting.blockedBy!.values()], new Array(rounds).fill(20))
  blame.ran(IDLE, rounds * 100 + 10, rounds * 100 + 20)
  assert.ok(waiting.totalUs.length < 6, `${waiting.totalUs.length} labels`)
})

test('law: the four parts add up, agree with the slices, and with a reading column by column', () => {
  const column = fc.constantFrom('A', 'B', 'C', 'A', 'B', 'C', '.', '-', '-')
  fc.assert(
    fc.property(
      fc.array(column, { minLength: 1, maxLength: 60 }),
      fc.infiniteStream(fc.boolean()),
      (row, coin) => {
        const gc = row.map((letter) => (letter !== '-' && coin.next().value && coin.next().value ? '#' : ' '))
        const text = `turns   ${row.join('')}\ngc      ${gc.join('')}`
        const { detail, letters } = blamed(text)
        let blocked = 0
        let queuedBehind = 0
        for (const letter of letters) {
          const one = detail(letter)
          const expected = readColumns(row, gc, letter)
          assert.equal(show(one), expected, text)
          near(one.ownMs + one.blockedMs + one.gcMs + one.waitingMs, one.wallMs)
          assert.equal(queueOf(one), readQueue(row, letter), text)
          near(sum(one.blockedBy.map(({ ms }) => ms)), one.blockedMs)
          for (const [kind, ms] of Object.entries({
            own: one.ownMs,
            blocked: one.blockedMs,
            gc: one.gcMs,
            waiting: one.waitingMs,
          })) {
            near(
              sum(
                one.slices
                  .filter((slice) => slice.kind === kind)
                  .map((slice) => (slice.endUs - slice.startUs) / 1000),
              ),
              ms,
            )
          }
          one.slices.forEach((slice, i) => {
            assert.equal(slice.startUs, one.slices[i - 1]?.endUs ?? 0)
          })
          blocked += one.blockedMs
          queuedBehind += sum(one.queuedBehind.map(({ ms }) => ms))
        }
        const { request, nobody } = blamed(text)
        const caused = [...letters.map((letter) => request(letter).stats.causedUs), nobody.causedUs]
        near(sum(caused) / 1000, blocked)
        const queued = [...letters.map((letter) => request(letter).stats.queuedUs), nobody.queuedUs]
        near(sum(queued) / 1000, queuedBehind)
      },
    ),
    { numRuns: 1000 },
  )
})

/** What `show` should say, straight from the definition. */
function readColumns(row: readonly string[], gc: readonly string[], letter: string): string {
  const first = row.indexOf(letter)
  const last = row.lastIndexOf(letter) + 1
  const parts = { own: 0, gc: 0, waiting: 0 }
  const by = new Map<string, number>()
  for (let i = first; i < last; ) {
    if (row[i] === letter) {
      parts[gc[i] === '#' ? 'gc' : 'own']++
      i++
      continue
    }
    let end = i
    while (end < last && row[end] !== letter) end++
    const asleep = row.lastIndexOf('-', end - 1)
    const from = Math.max(i, asleep + 1)
    parts.waiting += from - i
    for (let at = from; at < end; at++) {
      if (gc[at] === '#') parts.gc++
      else {
        const route = row[at] === '.' ? '(no request)' : `GET /${row[at].toLowerCase()}`
        by.set(route, (by.get(route) ?? 0) + 1)
      }
    }
    i = end
  }
  const blocked = sum([...by.values()])
  return show({
    ownMs: parts.own,
    gcMs: parts.gc,
    waitingMs: parts.waiting,
    blockedMs: blocked,
    blockedBy: [...by].map(([route, ms]) => ({ route, ms })),
  } as unknown as RequestDetail)
}

const queueOf = ({ queuedMs, queuedBehind }: RequestDetail) =>
  `${queuedMs}: ${queuedBehind
    .map(({ route, ms }) => `${route} ${ms}`)
    .sort()
    .join(', ')}`

/** What `queueOf` should say, straight from the definition. */
function readQueue(row: readonly string[], letter: string): string {
  const first = row.indexOf(letter)
  const from = row.lastIndexOf('-', first) + 1
  const by = new Map<string, number>()
  for (const [turn] of row
    .slice(from, first)
    .join('')
    .matchAll(/(.)\1{3,}/g)) {
    const route = turn[0] === '.' ? '(no request)' : `GET /${turn[0].toLowerCase()}`
    by.set(route, (by.get(route) ?? 0) + turn.length)
  }
  const queuedBehind = [...by].map(([route, ms]) => ({ route, ms }))
  return queueOf({ queuedMs: first - from, queuedBehind } as unknown as RequestDetail)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`)
}
