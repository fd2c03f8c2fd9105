import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import fc from 'fast-check'
import type { Outcome } from '../plugin/model/wire/requests.ts'
import { outcomes } from '../plugin/model/wire/requests.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { createSampleList } from '../plugin/requests/sample-list.ts'
import {
  countRequest,
  createRouteStats,
  ROUTE_BYTES,
  resetRoute,
  summarizeRoute,
} from '../plugin/store/route-stats.ts'
import type { Naming } from '../plugin/symbols/naming.ts'
import { gc } from './garbage.ts'
import { createRequests } from './records.ts'

const naming: Naming = {
  frame: ({ name, url, line, column }) => ({ name, file: url, line, column, kind: 'app' }),
  line: (_, line) => line,
}

const requests = createRequests()

function ended(wallMs: number, given: Partial<RequestRecord> = {}): RequestRecord {
  const record = requests.record(given)
  record.endUs = record.startUs + wallMs * 1000
  return record
}

function statsOf(records: readonly RequestRecord[]) {
  const stats = createRouteStats('GET /a', 'GET', '/a', { closed: false, bytes: 0 })
  for (const record of records) countRequest(stats, record)
  return stats
}

const isKept = () => true
const summaryOf = (records: readonly RequestRecord[]) => summarizeRoute(statsOf(records), naming, isKept)

function near(actual: number, expected: number, share = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= share * expected + 1e-9, `${actual}, not ${expected}`)
}

describe('the sums of a route', () => {
  test('are all there, and 0, before its first request', () => {
    const summary = summaryOf([])
    const { recentMs, longestBlock, longestQueued, longestAwaited, route, method, url, ...numbers } = summary
    assert.deepEqual(
      [recentMs, longestBlock, longestQueued, longestAwaited, route, method, url],
      [[], null, null, null, 'GET /a', 'GET', '/a'],
    )
    const flat = Object.values(numbers).flatMap((value) =>
      typeof value === 'number' ? [value] : Object.values(value),
    )
    assert.ok(flat.length > 10)
    for (const value of flat) assert.equal(value, 0)
  })

  test('are those of its requests', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true })
    const given = fc.record({ wallMs: amount, ownUs: amount, gcUs: amount, samples: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(given, { minLength: 1, maxLength: 100 }), (values) => {
        const records = values.map(({ wallMs, ownUs, gcUs, samples: length }) =>
          ended(wallMs, { ownUs, gcUs, samples: { ...createSampleList(), length } }),
        )
        const summary = summaryOf(records)
        const sum = (of: (record: RequestRecord) => number) =>
          records.reduce((all, record) => all + of(record), 0)
        const walls = records.map(({ startUs, endUs }) => (endUs - startUs) / 1000)
        assert.equal(summary.count, records.length)
        assert.equal(
          summary.samples,
          sum(({ samples }) => samples!.length),
        )
        near(summary.own.totalMs, sum(({ ownUs }) => ownUs) / 1000)
        near(summary.gc.totalMs, sum(({ gcUs }) => gcUs) / 1000)
        near(summary.own.meanMs * summary.count, summary.own.totalMs)
        near(summary.gc.meanMs * summary.count, summary.gc.totalMs)
        near(summary.latency.meanMs, walls.reduce((a, b) => a + b) / walls.length)
        assert.equal(summary.latency.maxMs, Math.max(...walls))
        const { p50Ms, p95Ms, p99Ms, maxMs } = summary.latency
        assert.ok(p50Ms <= p95Ms && p95Ms <= p99Ms && p99Ms <= maxMs)
        const sorted = walls.sort((a, b) => a - b)
        const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1]
        assert.ok(Math.abs(p95Ms - p95) <= Math.max(0.001, p95 * 0.0101), `${p95Ms}, not ${p95}`)
      }),
    )
  })

  test('hold the wall times of the newest 60, oldest first', () => {
    const { recentMs } = summaryOf(Array.from({ length: 100 }, (_, i) => ended(i)))
    assert.deepEqual(
      recentMs,
      Array.from({ length: 60 }, (_, i) => 40 + i),
    )
  })

  test('count errors by outcome and status', () => {
    const errors: [Outcome, number][] = outcomes.flatMap((outcome) =>
      [0, 200, 404, 499, 500, 503]
        .filter((code) => summaryOf([ended(1, { outcome, statusCode: code })]).errors === 1)
        .map((code): [Outcome, number] => [outcome, code]),
    )
    const all = [0, 200, 404, 499, 500, 503]
    assert.deepEqual(errors, [
      ...[500, 503].map((code) => ['completed', code]),
      ...[500, 503].map((code) => ['aborted', code]),
      ...all.map((code) => ['timedOut', code]),
      ...[500, 503].map((code) => ['hijacked', code]),
      ...all.map((code) => ['errored', code]),
    ])
  })

  test('begin anew after a reset', () => {
    const stats = statsOf([ended(5, { ownUs: 3, gcUs: 2, statusCode: 500 }), ended(9)])
    stats.causedUs = 5
    stats.longestBlockUs = 9
    stats.longestBlock = { us: 5, requestId: '1', stack: [] }
    stats.queuedUs = 7
    stats.longestQueued = { us: 7, requestId: '1', stack: [] }
    resetRoute(stats)
    assert.deepEqual(summarizeRoute(stats, naming, isKept), summaryOf([]))
  })

  test('name only requests that are kept', () => {
    const stats = statsOf([ended(5)])
    stats.longestBlock = { us: 5, requestId: 'k1', stack: [] }
    stats.longestQueued = { us: 6, requestId: 'k1', stack: [] }
    stats.longestAwaited = { us: 7, requestId: 'k2' }
    const named = (...kept: string[]) => {
      const summary = summarizeRoute(stats, naming, (id) => kept.includes(id))
      const { longestBlock, longestQueued, longestAwaited } = summary
      return [longestBlock, longestQueued, longestAwaited].map((longest) => longest?.requestId)
    }
    assert.deepEqual(
      [named('k1', 'k2'), named('k2'), named()],
      [
        ['k1', 'k1', 'k2'],
        ['', '', 'k2'],
        ['', '', ''],
      ],
    )
  })

  test('are a copy: what is counted later does not change them', () => {
    const stats = statsOf([ended(5)])
    const before = summarizeRoute(stats, naming, isKept)
    countRequest(stats, ended(7))
    assert.deepEqual(before.recentMs, [5])
  })
})

test('a route takes the bytes it is said to take, however many requests it has', () => {
  const used = () => {
    for (let i = 0; i < 3; i++) gc()
    return getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers
  }
  const make = (i: number) => {
    const stats = createRouteStats(`GET /route/${i}`, 'GET', `/route/${i}`, app)
    for (let k = 0; k < 200; k++) countRequest(stats, record)
    return stats
  }
  const app = { closed: false, bytes: 0 }
  const record = ended(12.5)
  const kept = [make(0)]
  const before = used()
  for (let i = 1; i <= 1000; i++) kept.push(make(i))
  const each = (used() - before) / 1000
  assert.equal(kept.length, 1001)
  const said = app.bytes / 1001
  assert.ok(each > 0.7 * said && each < 1.2 * said, `${each}, not ${said}`)
  assert.ok(said < 4096, `${said}`)
  for (const stats of kept) resetRoute(stats)
  assert.equal(app.bytes, 1001 * ROUTE_BYTES, 'what was counted is let go when it is forgotten')
})
