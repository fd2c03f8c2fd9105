import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ProfilerError } from '../plugin/errors.ts'
import {
  type RequestFilter,
  type RequestSort,
  type RequestSummary,
  requestSorts,
} from '../plugin/model/wire/requests.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { describe as describeRequest, page, summarize } from '../plugin/store/query.ts'
import type { Wait } from '../plugin/tracker/waits.ts'
import { createRequests } from './records.ts'

const requests = createRequests()

function ended(given: Partial<RequestRecord> & { route?: string; wallMs?: number } = {}): RequestRecord {
  const { wallMs = 1, ...rest } = given
  const record = requests.record(rest)
  record.endUs = record.startUs + wallMs * 1000
  return record
}

const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

function isBadParameter(name: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ProfilerError, String(error))
    assert.equal(error.code, 'FST_PROFILER_BAD_PARAMETER')
    assert.equal(error.statusCode, 400)
    assert.ok(error.message.startsWith(`"${name}" is `), error.message)
    assert.match(error.message, /; allowed: ./)
    return true
  }
}

describe('a page of requests', () => {
  const records = [
    ended({ route: 'GET /a', startUs: 1000, wallMs: 5, ownUs: 10 }),
    ended({ route: 'GET /b', startUs: 2000, wallMs: 9, ownUs: 40, statusCode: 404 }),
    ended({ route: 'GET /a', startUs: 3000, wallMs: 1, ownUs: 30, statusCode: 503 }),
    ended({ route: 'GET /b', startUs: 500, wallMs: 9, ownUs: 20, statusCode: 0 }),
  ]
  const [a, b, c, d] = ids(records)
  const shown = (filter: RequestFilter) => ids(page(records, filter).requests)

  test('is in the order that was asked for, newest first by start', () => {
    assert.deepEqual(shown({}), [c, b, a, d])
    assert.deepEqual(shown({ sort: 'newest' }), [c, b, a, d])
    assert.deepEqual(shown({ sort: 'oldest' }), [d, a, b, c])
    assert.deepEqual(shown({ sort: 'slowest' }), [b, d, a, c])
    assert.deepEqual(shown({ sort: 'own' }), [b, c, d, a])
  })

  test('has what the filter lets through', () => {
    assert.deepEqual(shown({ route: 'GET /a' }), [c, a])
    assert.deepEqual(shown({ route: 'GET /none' }), [])
    assert.deepEqual(shown({ status: '404' }), [b])
    assert.deepEqual(shown({ status: '5xx' }), [c])
    assert.deepEqual(shown({ status: '4XX' }), [b])
    assert.deepEqual(shown({ status: '2xx', route: 'GET /b' }), [])
    assert.deepEqual(shown({ minMs: 0 }), [c, b, a, d])
    assert.deepEqual(shown({ minMs: 5 }), [b, a, d])
    assert.deepEqual(shown({ minMs: 5.001 }), [b, d])
    assert.deepEqual(shown({ maxMs: 5 }), [c], 'without those that took exactly so long')
    assert.deepEqual(shown({ minMs: 1, maxMs: 9 }), [c, a])
    assert.deepEqual(shown({ minMs: 9, maxMs: 1 }), [])
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 22, 10) + ms).toISOString()
    assert.deepEqual(shown({ from: at(2) }), [c, b])
    assert.deepEqual(shown({ to: at(2) }), [a, d], 'without those that began just then')
    assert.deepEqual(shown({ from: at(1), to: at(3), minMs: 6 }), [b])
    assert.deepEqual(shown({ from: '2026-11-22T12:00:00.002+02:00' }), [c, b], 'in any zone')
    assert.deepEqual(shown({ from: '2024-02-29T23:59:59-12:00' }), [c, b, a, d], 'in a leap year')
  })

  test('has a class of statuses from its first code to its last', () => {
    const codes = [399, 400, 450, 499, 500, 599].map((statusCode) => ended({ statusCode }))
    const of = (status: string) =>
      page(codes, { status, sort: 'oldest' }).requests.map((one) => one.statusCode)
    assert.deepEqual(of('4xx'), [400, 450, 499])
    assert.deepEqual(of('5xx'), [500, 599])
  })

  test('has 100 requests unless another limit is given', () => {
    const many = Array.from({ length: 1001 }, () => ended())
    assert.equal(page(many, {}).requests.length, 100)
    assert.equal(page(many, { limit: 1 }).requests.length, 1)
    assert.equal(page(many, { limit: 1000 }).requests.length, 1000)
    assert.notEqual(page(many, { limit: 1000 }).cursor, null)
    assert.equal(page(many.slice(1), { limit: 1000 }).cursor, null)
    assert.deepEqual(page([], {}), { requests: [], cursor: null })
  })

  test('goes on in the order of its cursor, and in no other', () => {
    const many = [3, 1, 2].map((ownUs) => ended({ ownUs }))
    const { cursor } = page(many, { sort: 'own', limit: 1 })
    const rest = page(many, { cursor: cursor! }).requests
    assert.deepEqual(
      rest.map(({ ownMs }) => ownMs),
      [0.002, 0.001],
    )
    assert.throws(() => page(many, { cursor: cursor!, sort: 'newest' }), isBadParameter('cursor'))
  })

  test('lets a request through by the time that it is shown with', () => {
    const time = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(time, time, (startUs, wallUs) => {
        const record = requests.record({ startUs, endUs: startUs + wallUs })
        const { wallMs } = summarize(record)
        assert.equal(page([record], { minMs: wallMs }).requests.length, 1)
      }),
      { numRuns: 2000 },
    )
  })

  for (const [name, values] of Object.entries({
    sort: ['new', '', 'NEWEST', 'toString', '__proto__', 5, ['newest']],
    limit: [0, -1, 1.5, 1001, Number.NaN, Number.POSITIVE_INFINITY, '10', true, [5], 2 ** 53],
    status: [
      '',
      '40',
      '4040',
      '6xx',
      '0xx',
      '4x',
      'xx',
      '99',
      '600',
      '404 ',
      '404\n',
      '-404',
      '4.4',
      'ok',
      '٤٠٤',
      [4],
    ],
    minMs: [-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY, '5', '', true, [5]],
    maxMs: [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null],
    from: [
      '',
      '5',
      '2026',
      '2026-11-22',
      '2026-11-22T10:00:00',
      '2026-99-22T10:00:00Z',
      '2026-02-30T10:00:00Z',
      5,
      [],
      null,
      'now',
    ],
    to: ['yesterday', '2026-11-22T10:00:00Z\n', {}, Number.NaN],
    cursor: ['', ' ', 'x', '!', '0', 'null', 7, true, {}, [], '¤', 'A'.repeat(5000)].concat(
      [null, 5, 'ab', {}, [], [1], ['1', 'a'], [1, 2], [null, 'a'], { 0: 1, 1: 'a' }, [[1], 'a']].map(
        (value) => Buffer.from(JSON.stringify(value)).toString('base64url'),
      ),
    ),
  })) {
    test(`says what is wrong with a wrong ${name}`, () => {
      for (const value of values) {
        assert.throws(
          () => page(records, { [name]: value } as RequestFilter),
          isBadParameter(name),
          `${name} ${JSON.stringify(value)}`,
        )
      }
    })
  }

  test('with any text for a cursor is a page or a clear error', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc
        .tuple(fc.constantFrom(...requestSorts), fc.oneof(fc.double(), fc.constant('1e999')), fc.string())
        .map(([sort, key, id]) =>
          Buffer.from(`["${sort}",${key},${JSON.stringify(id)}]`).toString('base64url'),
        ),
    )
    fc.assert(
      fc.property(text, fc.constantFrom(...requestSorts), (cursor, sort) => {
        try {
          assert.ok(page(records, { cursor, sort }).requests.length <= records.length)
        } catch (error) {
          isBadParameter('cursor')(error)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

/** What happens between one page and the next. */
interface Change {
  readonly gone: readonly number[]
  readonly added: readonly Drawn[]
}

/** Few values, so that many are equal. */
interface Drawn {
  readonly startUs: number
  readonly wallUs: number
  readonly ownUs: number
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  startUs: fc.oneof(fc.nat(5), fc.double({ min: 0, max: 5, noNaN: true })),
  wallUs: fc.nat(3),
  ownUs: fc.oneof(fc.nat(3), fc.double({ min: 0, max: 3, noNaN: true })),
})
const change: fc.Arbitrary<Change> = fc.record({
  gone: fc.array(fc.nat(60), { maxLength: 6 }),
  added: fc.array(drawn, { maxLength: 6 }),
})

const recordOf = ({ startUs, wallUs, ownUs }: Drawn) =>
  requests.record({ startUs, endUs: startUs + wallUs, ownUs })

function pages(
  sort: RequestSort,
  limit: number,
  recordsNow: () => readonly RequestRecord[],
): RequestSummary[] {
  const seen: RequestSummary[] = []
  let cursor: string | null = null
  for (let i = 0; i < 500; i++) {
    const answer = page(recordsNow(), { sort, limit, ...(cursor !== null && { cursor }) })
    assert.ok(answer.requests.length <= limit)
    seen.push(...answer.requests)
    cursor = answer.cursor
    if (cursor === null) return seen
    assert.equal(answer.requests.length, limit)
  }
  return assert.fail('there is always one more page')
}

test('waits are those within the request, cut where it begins and ends, in order of their start', () => {
  const wait = (target: string, startUs: number, endUs: number): Wait => ({
    ...{ kind: 'request', target, startUs, endUs, by: { id: 'x_1', startUs: 0 } },
  })
  const told = (target: string, startUs: number, endUs: number) => ({
    ...{ kind: 'request', target, startUs, endUs, requestId: 'x_1' },
  })
  const record = ended({ startUs: 10_000, wallMs: 5 })
  record.waits = [
    wait('late', 14_000, 99_000),
    wait('early', 2_000, 11_000),
    wait('after', 15_000, 16_000),
    wait('before', 1_000, 10_000),
    wait('in', 12_000.4, 13_000.6),
  ]
  const { waits } = describeRequest(record, { untold: new Set(), empty: new Set() })
  assert.deepEqual(waits, [told('early', 0, 1_000), told('in', 2_000, 3_001), told('late', 4_000, 5_000)])
  record.waits = [{ ...wait('in', 12_000, 13_000), kind: 'timer', by: undefined }]
  assert.deepEqual(describeRequest(record, { untold: new Set(), empty: new Set() }).waits, [
    { kind: 'timer', target: 'in', startUs: 2_000, endUs: 3_000 },
  ])
})

describe('page after page', () => {
  const parameters = [
    fc.constantFrom(...requestSorts),
    fc.integer({ min: 1, max: 7 }),
    fc.array(drawn),
  ] as const

  test('shows each request once and all in order while nothing changes', () => {
    fc.assert(
      fc.property(...parameters, (sort, limit, given) => {
        const records = given.map(recordOf)
        const seen = pages(sort, limit, () => records)
        assert.deepEqual(ids(seen), ids(page(records, { sort, limit: 1000 }).requests))
        assert.equal(new Set(ids(seen)).size, records.length)
      }),
    )
  })

  test('shows none twice, and each that stays, while others come and go', () => {
    fc.assert(
      fc.property(
        ...parameters,
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (sort, limit, given, changes) => {
          let records = given.map(recordOf)
          const first = new Set(ids(records))
          let turn = 0
          const seen = pages(sort, limit, () => {
            const { gone, added } =
              turn > 0 ? (changes[turn - 1] ?? { gone: [], added: [] }) : { gone: [], added: [] }
            turn++
            records = [...records.filter((_, i) => !gone.includes(i)), ...added.map(recordOf)]
            return records
          })
          const shown = new Set(ids(seen))
          assert.equal(shown.size, seen.length, 'none twice')
          for (const { id } of records) if (first.has(id)) assert.ok(shown.has(id), 'each that stays')
        },
      ),
    )
  })
})
