import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createSketch } from '../plugin/store/sketch.ts'

const DAY_US = 86_400_000_000
/** So many that they are counted instead of kept. */
const MANY = 65
const shares = [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]

function sketchOf(values: Iterable<number>) {
  const sketch = createSketch()
  for (const value of values) sketch.add(value)
  return sketch
}

/** Nearest rank: the smallest value such that at least the share `q` of all are not larger. */
function exact(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
}

function check(values: readonly number[]): void {
  const sketch = sketchOf(values)
  const sorted = [...values].sort((a, b) => a - b)
  assert.equal(sketch.max(), sorted.at(-1))
  let before = 0
  for (const q of shares) {
    const [found, wanted] = [sketch.quantile(q), exact(sorted, q)]
    // Values of a microsecond and less are one.
    const allowed = Math.max(1, wanted * 0.01 * (1 + 1e-9))
    assert.ok(Math.abs(found - wanted) <= allowed, `${q} of ${sorted.length}: ${found}, not ${wanted}`)
    assert.ok(found >= before, 'quantiles do not decrease')
    assert.ok(found >= sorted[0] && found <= sorted.at(-1)!)
    before = found
  }
}

test('what it grows by is told to the byte, and given back when it begins anew', () => {
  let bytes = 0
  const sketch = createSketch((grown) => {
    bytes += grown
  })
  assert.equal(bytes, 0)
  sketch.add(50)
  const few = bytes
  assert.equal(few, 64 * 8)
  for (let i = 1; i < MANY; i++) sketch.add(50)
  assert.notEqual(bytes, few, 'they are counted, and no longer kept')
  for (const value of [5_000, 3, DAY_US]) {
    const before = bytes
    sketch.add(value)
    assert.ok(bytes >= before)
  }
  const whole = bytes
  sketch.reset()
  assert.equal(bytes, 0)
  for (let i = 0; i < MANY; i++) sketch.add(i % 2 === 0 ? DAY_US : 3)
  assert.equal(bytes, whole, 'the range decides, not the way there')
})

describe('quantiles', () => {
  test('of nothing are 0', () => {
    assert.deepEqual([createSketch().quantile(0.5), createSketch().max()], [0, 0])
  })

  test('are exact while there are few', () => {
    const values = fc.array(fc.double({ min: 0, max: DAY_US, noNaN: true }), {
      minLength: 1,
      maxLength: MANY - 1,
    })
    fc.assert(
      fc.property(values, (few) => {
        const sorted = [...few].sort((a, b) => a - b)
        const sketch = sketchOf(few)
        for (const q of shares) assert.equal(sketch.quantile(q), exact(sorted, q))
      }),
    )
  })

  test('of one value are that value', () => {
    for (const value of [0, 0.3, 1, 17.5, 1e6, DAY_US]) {
      const sketch = sketchOf([value])
      assert.deepEqual([sketch.quantile(0), sketch.quantile(0.5), sketch.quantile(1)], [value, value, value])
    }
  })

  test('are within 1 % for every distribution', () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.double({ min: 1, max: 100_000, noNaN: true }),
      fc.double({ min: 1, max: DAY_US, noNaN: true }),
      // The same density in each decade.
      fc.double({ min: 0, max: Math.log(DAY_US), noNaN: true }).map(Math.exp),
      fc.constantFrom(0, 1, 1000, 1_000_000, DAY_US),
    )
    fc.assert(fc.property(fc.array(value, { minLength: MANY, maxLength: 500 }), check), { numRuns: 500 })
  })

  test('are within 1 % at the edges of all buckets', () => {
    const gamma = 1.01 / 0.99
    for (let bucket = 0; gamma ** bucket < DAY_US; bucket++) {
      const edge = gamma ** bucket
      check(new Array(MANY).fill(edge))
      const around = [edge / gamma, edge * (1 - 1e-12), edge, edge * (1 + 1e-12)]
      check(Array.from({ length: MANY }, (_, i) => around[i % around.length]))
    }
  })

  test('of many requests that are alike but for a few slow ones', () => {
    const values = Array.from({ length: 50_000 }, (_, i) => (i % 100 === 99 ? 500_000 + i : 1000 + (i % 90)))
    check(values)
    const sketch = sketchOf(values)
    assert.ok(sketch.quantile(0.95) < 1100)
    assert.ok(sketch.quantile(0.995) > 490_000)
  })

  test('of longer than a day are kept within what there was', () => {
    const sketch = sketchOf([DAY_US * 3, DAY_US * 5])
    assert.equal(sketch.max(), DAY_US * 5)
    assert.ok(sketch.quantile(0.5) >= DAY_US * 3)
  })

  test('begin anew after a reset', () => {
    const sketch = sketchOf([5, 1e6, 1e9])
    sketch.reset()
    assert.deepEqual([sketch.quantile(0.99), sketch.max()], [0, 0])
    sketch.add(700)
    assert.equal(sketch.quantile(0.01), 700)
  })
})
