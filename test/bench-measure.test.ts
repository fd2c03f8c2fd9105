import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, percentile, slopeOf, spread } from '../bench/measure.ts'

const shuffledTen = [7, 3, 10, 1, 9, 2, 8, 4, 6, 5]

test('a percentile is a value of the list, by nearest rank', () => {
  const at = [0.01, 0.25, 0.5, 0.91, 1].map((share) => percentile(shuffledTen, share))
  assert.deepEqual(at, [1, 3, 5, 10, 10])
  assert.equal(percentile([], 0.5), Number.NaN)
})

test('the median of an even number of values is the larger of the middle two', () => {
  assert.deepEqual([median([3, 1, 2]), median(shuffledTen)], [2, 6])
  assert.deepEqual(spread(shuffledTen), { median: 6, low: 3, high: 8, pairs: 10 })
})

test('a slope is that of the least-squares line', () => {
  const points = [0, 1, 2, 3].map((x) => [x, 2 * x + (x % 2)] as const)
  assert.ok(Math.abs(slopeOf(points) - 2.2) < 1e-12)
  assert.deepEqual([slopeOf([]), slopeOf([[1, 5]])], [0, 0])
})
