import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bands } from '../dashboard/model/bands.ts'
import { boundsText, type Edge, moveEdge, readBounds, writeBounds } from '../dashboard/model/bounds.ts'
import { boundsIn, dotAt, mainPart, percentileMarks, rectOf, scatter } from '../dashboard/model/scatter.ts'
import { startScale } from '../dashboard/model/start-scale.ts'
import { wallLabels, wallScale, wallTicks } from '../dashboard/model/wall-scale.ts'
import { isBounded, isTime, type RequestBounds, within } from '../plugin/model/bounds.ts'
import { isFailed } from '../plugin/model/failed.ts'
import type { RequestSummary } from '../plugin/model/wire/requests.ts'
import { createSketch } from '../plugin/store/sketch.ts'
import { fakeRequest, fakeRoutes } from './fake-app.ts'
import { summaryOf } from './fake-data.ts'

const T0 = Date.UTC(2026, 10, 22, 10)
const iso = (ms: number) => new Date(T0 + ms).toISOString()
const plain = summaryOf(fakeRequest(fakeRoutes[0], 1, T0))
const request = (wallMs: number, startMs: number): RequestSummary => ({
  ...plain,
  id: `${wallMs}@${startMs}`,
  wallMs,
  startedAt: iso(startMs),
})
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`)
const wallTimes = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 })
const startTimes = fc.array(fc.nat(1e7), { minLength: 1, maxLength: 40 })

describe('the axis of wall times', () => {
  test('is linear from 0 while the slowest is not much slower, and logarithmic then', () => {
    assert.equal(wallScale([10, 40]).log, false)
    assert.equal(wallScale([10, 40]).at(0), 0)
    assert.equal(wallScale([1, 400]).log, true)
  })

  test('has every time on it, in order, and finds it again', () => {
    fc.assert(
      fc.property(wallTimes, (times) => {
        const scale = wallScale(times)
        const sorted = times.toSorted((a, b) => a - b)
        let last = 0
        for (const ms of sorted) {
          const at = scale.at(ms)
          assert.ok(at >= last && at <= 1, `${ms} at ${at}`)
          last = at
          if (ms > 0.001) near(scale.msAt(at) / ms, 1)
        }
      }),
    )
  })

  test('has labels in one unit, unless its steps are factors', () => {
    const labels = (...timesMs: number[]) => {
      const wall = wallScale(timesMs)
      return wallLabels(wall, wallTicks(wall, 5)).join(', ')
    }
    assert.equal(labels(0.6, 2.3), '0.5 ms, 1 ms, 1.5 ms, 2 ms')
    assert.equal(labels(0.1, 0.9), '200 µs, 400 µs, 600 µs, 800 µs')
    assert.equal(labels(400, 1400), '500 ms, 1000 ms')
    assert.equal(labels(400, 2300), '0.5 s, 1 s, 1.5 s, 2 s')
    assert.equal(labels(0.02, 3000), '100 µs, 1 ms, 10 ms, 100 ms, 1 s')
  })

  test('has some round ticks, whatever the times', () => {
    assert.deepEqual(wallTicks(wallScale([10, 40]), 5), [10, 20, 30, 40])
    assert.deepEqual(
      wallTicks(wallScale([0.3, 30]), 5).map((ms) => Number(ms.toPrecision(3))),
      [0.5, 1, 2, 5, 10, 20],
    )
    assert.deepEqual(
      wallTicks(wallScale([0.02, 3000]), 5).map((ms) => Number(ms.toPrecision(3))),
      [0.1, 1, 10, 100, 1000],
    )
    fc.assert(
      fc.property(wallTimes, (times) => {
        const ticks = wallTicks(wallScale(times), 5)
        assert.ok(ticks.length >= 1 && ticks.length <= 12, String(ticks))
      }),
    )
  })
})

describe('the axis of starts', () => {
  test('goes from the first to the last, in order, and finds each again', () => {
    fc.assert(
      fc.property(startTimes, (times) => {
        const { at, msAt, cuts } = startScale(times)
        const sorted = [...new Set(times)].sort((a, b) => a - b)
        if (sorted.length === 1) return assert.equal(at(sorted[0]), 0.5)
        near(at(sorted[0]), 0)
        near(at(sorted[sorted.length - 1]), 1)
        for (const [i, ms] of sorted.entries()) {
          if (i > 0) assert.ok(at(ms) > at(sorted[i - 1]))
          assert.ok(Math.abs(msAt(at(ms)) - ms) < 0.01)
        }
        assert.ok(cuts.length < 10)
      }),
    )
  })

  test('cuts a long silence short, and says how long it was', () => {
    const burst = Array.from({ length: 50 }, (_, i) => i * 100)
    const { at, cuts } = startScale([...burst, 3_600_000])
    assert.deepEqual(
      cuts.map(({ ms }) => ms),
      [3_600_000 - 4900],
    )
    near(at(4900), 0.9)
    assert.deepEqual(startScale(burst).cuts, [])
    assert.deepEqual(startScale([]).cuts, [])
    near(startScale([0, 1000, 3_600_000]).at(1000), 0.5)
  })
})

describe('what a brush chooses', () => {
  const plot = scatter([request(5, 0), request(20, 1000), request(80, 2000), request(90, 2000)])

  test('is what lies in it; at the end of an axis it is open', () => {
    assert.deepEqual(boundsIn(plot, { left: 0, right: 1, bottom: 0, top: 1 }), {})
    const { left } = rectOf(plot, { from: iso(500) })
    const bounds = boundsIn(plot, { left, right: 1, bottom: plot.wall.at(50), top: 0.999 })
    assert.deepEqual(bounds, { minMs: 50, from: iso(500) })
    assert.deepEqual(
      plot.requests.filter(within(bounds)).map(({ wallMs }) => wallMs),
      [80, 90],
    )
  })

  test('is drawn where it was drawn', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(share, share, share, share, (left, right, bottom, top) => {
        const rect = rectOf(plot, boundsIn(plot, { left, right, bottom, top }))
        for (const [a, b] of [
          [rect.left, left],
          [rect.right, right],
          [rect.bottom, bottom],
          [rect.top, top],
        ]) {
          assert.ok(Math.abs(a - b) < 0.002, `${a} for ${b}`)
        }
      }),
    )
  })

  test('is found by its dot', () => {
    const size = { width: 1000, height: 100 }
    assert.equal(dotAt(plot, { x: plot.x[1] + 0.004, y: plot.y[1] }, size, 8), 1)
    assert.equal(dotAt(plot, { x: plot.x[1] + 0.1, y: plot.y[1] }, size, 8), -1)
    assert.equal(dotAt(scatter([]), { x: 0, y: 0 }, size, 8), -1)
  })
})

describe('bounds', () => {
  const bound = fc.option(
    fc.double({ min: 0, max: 1e5, noNaN: true }).map((ms) => Math.round(ms * 1000) / 1000),
    {
      nil: undefined,
    },
  )
  const time = fc.option(fc.nat(1e9).map(iso), { nil: undefined })
  const drawn = fc
    .record({ minMs: bound, maxMs: bound, from: time, to: time })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))

  test('are read from the URL as they were written', () => {
    fc.assert(
      fc.property(drawn, (bounds: RequestBounds) =>
        assert.deepEqual(readBounds(writeBounds(bounds)), bounds),
      ),
    )
  })

  test('that make no sense bound nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (wall, started) => {
        const { minMs = 0, maxMs = 0, from = iso(0), to = iso(0) } = readBounds({ wall, started })
        assert.ok(minMs >= 0 && maxMs >= 0 && isTime(from) && isTime(to))
      }),
    )
    assert.deepEqual(readBounds({ wall: '-5_1e9', started: 'now_2026' }), {})
    assert.equal(isBounded(readBounds({ wall: '', started: '' })), false)
  })

  test('are said in words', () => {
    assert.equal(boundsText({}), '')
    assert.equal(boundsText({ minMs: 40 }), '40.0 ms or longer')
    assert.equal(boundsText({ maxMs: 40 }), 'shorter than 40.0 ms')
    assert.equal(boundsText({ minMs: 0.5, maxMs: 40 }), '500 µs to 40.0 ms')
    assert.match(
      boundsText({ minMs: 1, from: iso(0), to: iso(1500) }),
      /, started \d\d:\d\d:\d\d\.000 to .*\.500$/,
    )
    assert.match(boundsText({ from: iso(0) }), /^started from /)
    assert.match(boundsText({ to: iso(0) }), /^started before /)
  })

  test('are moved by an edge, one request at a step, and never past the last one', () => {
    const all = [3, 1, 2, 2, 5].map((ms, i) => request(ms, i))
    const moved = (bounds: RequestBounds, edge: Edge, by: number) => {
      const next = moveEdge(all, bounds, edge, by)
      return { next, left: all.filter(within(next)).map(({ wallMs }) => wallMs) }
    }
    assert.deepEqual(moved({}, 'minMs', 1), { next: { minMs: 2 }, left: [3, 2, 2, 5] })
    assert.deepEqual(moved({ minMs: 2 }, 'minMs', 1), { next: { minMs: 3 }, left: [3, 5] })
    assert.deepEqual(moved({ minMs: 2 }, 'minMs', -1), { next: { minMs: undefined }, left: [3, 1, 2, 2, 5] })
    assert.deepEqual(moved({}, 'maxMs', 1), { next: { maxMs: 5 }, left: [3, 1, 2, 2] })
    assert.deepEqual(moved({ minMs: 3 }, 'maxMs', 9).left, [3])
    assert.deepEqual(moved({}, 'to', 1), { next: { to: iso(4) }, left: [3, 1, 2, 2] })
    assert.deepEqual(moved({}, 'from', Number.POSITIVE_INFINITY), { next: { from: iso(4) }, left: [5] })
    assert.deepEqual(moved({ from: iso(3) }, 'from', Number.NEGATIVE_INFINITY).left.length, 5)
    assert.deepEqual(moveEdge([], {}, 'minMs', 1), { minMs: undefined })
  })
})

describe('bands', () => {
  const percentiles = { p50Ms: 10, p95Ms: 50, p99Ms: 90 }

  test('have each request once', () => {
    fc.assert(
      fc.property(wallTimes, (times) => {
        for (const count of [times.length, times.length + 1]) {
          const rows = bands(times.map(request), percentiles, count)
          assert.equal(
            rows.reduce((sum, { requests }) => sum + requests, 0),
            times.length,
          )
        }
      }),
    )
  })

  test('say what their requests took on average, and where it went', () => {
    const slow = { ...request(100, 0), ownMs: 10, blockedMs: 80, gcMs: 0, waitingMs: 10 }
    const slower = { ...request(200, 0), ownMs: 20, blockedMs: 160, gcMs: 2, waitingMs: 18 }
    const [above, , , below] = bands([slow, slower], percentiles, 500)
    assert.deepEqual(above, {
      name: 'p99 and above',
      bounds: { minMs: 90 / 0.99 },
      requests: 2,
      wallMs: 150,
      split: { ownMs: 15, blockedMs: 120, gcMs: 1, waitingMs: 14 },
    })
    assert.equal(below.requests, 0)
    assert.equal(below.wallMs, 0)
  })

  test('have names that say on which side their bounds are, and none for a percentile of too few requests', () => {
    const named = (requests: number) =>
      bands(
        Array.from({ length: requests }, (_, i) => request(i + 1, 0)),
        percentiles,
        requests,
      ).map(({ name, requests }) => `${name}: ${requests}`)
    assert.deepEqual(named(1), ['p50 and above: 1', 'Below p50: 0'])
    assert.deepEqual(named(19), ['p50 and above: 10', 'Below p50: 9'])
    assert.deepEqual(named(20), ['p95 and above: 2', 'p50 to p95: 9', 'Below p50: 9'])
    assert.deepEqual(named(100), ['p99 and above: 2', 'p95 to p99: 4', 'p50 to p95: 45', 'Below p50: 49'])
  })

  test('are exact while all requests are kept; then, of those that take about the same, none is above a percentile', () => {
    const sketch = createSketch()
    const times = Array.from({ length: 200 }, (_, i) => 60_400 + i)
    for (const us of times) sketch.add(us)
    const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((q) => sketch.quantile(q) / 1000)
    const kept = times.map((us) => request(us / 1000, 0))
    const counts = (count: number) =>
      bands(kept, { p50Ms, p95Ms, p99Ms }, count).map(({ requests }) => requests)
    assert.deepEqual(counts(200), [3, 8, 90, 99])
    assert.deepEqual(counts(1000), [0, 0, 0, 200])
  })
})

describe('a dot', () => {
  test('has the colour of what took most, and a ring when it failed', () => {
    const parts = { ownMs: 1, blockedMs: 1, gcMs: 1, waitingMs: 1 }
    for (const [name, kind] of [
      ['ownMs', 'own'],
      ['blockedMs', 'blocked'],
      ['gcMs', 'gc'],
      ['waitingMs', 'waiting'],
    ] as const) {
      assert.equal(mainPart({ ...plain, ...parts, [name]: 2 }), kind)
    }
    const failed = (given: Partial<RequestSummary>) =>
      isFailed({ ...plain, statusCode: 200, outcome: 'completed', ...given })
    assert.deepEqual([{}, { statusCode: 404 }, { outcome: 'hijacked' as const }].map(failed), [
      false,
      false,
      false,
    ])
    assert.deepEqual(
      [{ statusCode: 500 }, { outcome: 'aborted' as const }, { outcome: 'timedOut' as const }].map(failed),
      [true, true, true],
    )
  })

  test('stands between the marks of the percentiles that are on the axis and can be told apart', () => {
    const wall = wallScale([50, 100])
    const names = (p50Ms: number, p95Ms: number, p99Ms: number) =>
      percentileMarks(wall, { p50Ms, p95Ms, p99Ms }).map(({ name }) => name)
    assert.deepEqual(names(10, 50, 90), ['p99', 'p95', 'p50'])
    assert.deepEqual(names(10, 89, 90), ['p99', 'p50'])
    assert.deepEqual(names(10, 89, 9000), ['p95', 'p50'])
    assert.deepEqual(names(79, 85, 90), ['p99', 'p50'], 'one that is left out hides none')
    assert.deepEqual(names(30, 98, 107), ['p95', 'p50'], 'nor does one that is off the axis')
  })
})
