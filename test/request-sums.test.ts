import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce } from '../plugin/model/steps.ts'
import { addMark, phaseCode, unmarkedRules } from '../plugin/requests/phases.ts'
import { addSlice, createSplit } from '../plugin/requests/split.ts'
import { describe } from '../plugin/store/query.ts'
import { sumRequests } from '../plugin/store/request-sums.ts'
import { createRequests } from './records.ts'

test('requests are summed up, each once per route that held them up and per thing that they waited for', () => {
  const { record, stats } = createRequests()
  const wait = (target: string, startUs: number, endUs: number) => ({
    ...{ kind: 'database' as const, target, by: undefined },
    ...{ startUs: startUs * 1000, endUs: endUs * 1000 },
  })
  const times = { ownUs: 4000, gcUs: 1000, afterUs: 500, startUs: 0, endUs: 10_000 }
  const records = [
    record({ ...times, waits: [wait('SELECT 1', 1, 2), wait('SELECT 1', 3, 4)] }),
    record({ ...times, statusCode: 503 }),
    record({ ...times, waits: [wait('', 0, 9)] }),
    record(times),
    record({ ...times, waits: [wait('SELECT 1', 1, 1.5)], outcome: 'aborted' }),
    record({ ...times, gone: true }),
  ]
  for (const record of records) {
    record.split = createSplit()
    addSlice(record.split, 10_000, 'waiting')
  }
  const block = (i: number, by: string | undefined, us: number) => {
    const record = records[i]
    record.blockedBy = new Map([...(record.blockedBy ?? []), [by === undefined ? by : stats(by), us]])
    record.blockedUs += us
  }
  records[3].endUs = -1
  addMark(records[3], phaseCode('sending'), 7000)
  records[3].endUs = 10_000
  records[2].queuedUs = 30_000
  records[2].queuedBehind = new Map([
    [undefined, 2000],
    [stats('GET /b'), 27_000],
  ])
  records[4].queuedBehind = new Map([[stats('GET /b'), 4000]])
  block(1, 'GET /c', 1000)
  block(1, undefined, 500)
  block(2, 'GET /b', 2000)
  block(3, 'GET /b', 3000)

  const sums = atOnce(sumRequests(records, () => unmarkedRules))
  assert.deepEqual(sums, {
    wallMs: [10, 10, 10, 10, 10],
    queuedMs: [0, 0, 30, 0, 0],
    ...{ ownMs: 20, blockedMs: 6.5, gcMs: 5, waitingMs: 18.5, sendingMs: 2, afterMs: 2.5, failed: 2 },
    blockedBy: [
      { route: 'GET /b', ms: 5, requests: 2 },
      { route: 'GET /c', ms: 1, requests: 1 },
      { route: '(no request)', ms: 0.5, requests: 1 },
    ],
    queuedBehind: [
      { route: 'GET /b', ms: 31, requests: 2 },
      { route: '(no request)', ms: 2, requests: 1 },
    ],
    waits: [
      { kind: 'database', target: '', count: 1, requests: 1, ms: 9, waitingMs: 9, sumMs: 9 },
      { kind: 'database', target: 'SELECT 1', count: 3, requests: 2, ms: 2.5, waitingMs: 2.5, sumMs: 2.5 },
    ],
    kinds: [{ kind: 'database', target: '', count: 4, requests: 3, ms: 11.5, waitingMs: 11.5, sumMs: 11.5 }],
  })
  const { ownMs, blockedMs, gcMs, waitingMs, wallMs } = sums
  assert.equal(
    ownMs + blockedMs + gcMs + waitingMs,
    wallMs.reduce((a, b) => a + b),
  )
})

test('two other applications that have a route of one name are told as one', () => {
  const [here, ...elsewhere] = [createRequests(), createRequests(), createRequests()]
  const record = here.record({ startUs: 0, endUs: 10_000, blockedUs: 9000 })
  record.blockedBy = new Map([[here.stats('GET /c'), 4000]])
  for (const [i, { stats }] of elsewhere.entries()) record.blockedBy.set(stats('GET /b'), 2000 + 1000 * i)
  const route = 'GET /b (another application)'
  assert.deepEqual(atOnce(sumRequests([record], () => unmarkedRules)).blockedBy, [
    { route, ms: 5, requests: 1 },
    { route: 'GET /c', ms: 4, requests: 1 },
  ])
  assert.deepEqual(describe(record, unmarkedRules).blockedBy, [
    { route, ms: 5 },
    { route: 'GET /c', ms: 4 },
  ])
})
