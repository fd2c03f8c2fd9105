import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ascending, ranks } from '../dashboard/model/ranking.ts'

test('values are put in order, equal ones as they stood', () => {
  assert.deepEqual([...ascending(new Float64Array())], [])
  assert.deepEqual([...ascending(Float64Array.of(3, -1, 3, 0, -0, 3))], [1, 3, 4, 0, 2, 5])
  const few = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })))
  fc.assert(
    fc.property(few, (values) => {
      const expected = [...values.keys()].sort((a, b) =>
        values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0,
      )
      assert.deepEqual([...ascending(Float64Array.from(values))], expected)
    }),
  )
})

test('texts are ranked by their letters, equal ones alike', () => {
  assert.deepEqual([...ranks(['b', 'a', 'B', 'b', ''])], [3, 2, 1, 3, 0])
})
