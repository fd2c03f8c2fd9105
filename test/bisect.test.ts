import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstAbove, firstNotBelow } from '../plugin/model/bisect.ts'

/** Few different numbers, so that there are equal ones and wanted ones are met. */
const number = fc.integer({ min: -5, max: 5 })

test('finds what a walk from one end to the other finds', () => {
  fc.assert(
    fc.property(fc.array(number), number, fc.nat(20), fc.nat(20), (list, value, a, b) => {
      const numbers = Float64Array.from(list).sort()
      const from = Math.min(a, b, numbers.length)
      const to = Math.min(Math.max(a, b), numbers.length)
      const walk = (isFound: (n: number) => boolean) => {
        let at = from
        while (at < to && !isFound(numbers[at])) at++
        return at
      }
      assert.equal(
        firstNotBelow(numbers, value, from, to),
        walk((n) => n >= value),
      )
      assert.equal(
        firstAbove(numbers, value, from, to),
        walk((n) => n > value),
      )
    }),
  )
})

test('looks through all of a list where no part of it is named', () => {
  assert.deepEqual([firstNotBelow([1, 2, 2, 3], 2), firstAbove([1, 2, 2, 3], 2)], [1, 3])
  assert.deepEqual([firstNotBelow([], 2), firstAbove([], 2)], [0, 0])
  assert.deepEqual([firstNotBelow([1], 2), firstAbove([1], 2)], [1, 1])
})
