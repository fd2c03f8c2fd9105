import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Ticks } from '../plugin/tracker/ticks.ts'

test('a tick that waits is taken once, with its owner; one that does not is none', () => {
  const ticks = new Ticks<string>()
  ticks.add(7, 'a')
  ticks.add(8, undefined)
  assert.equal(ticks.waiting, 2)
  assert.equal(ticks.take(9), false)
  assert.equal(ticks.take(7), true)
  assert.equal(ticks.owner, 'a')
  assert.equal(ticks.take(7), false)
  assert.equal(ticks.take(8), true)
  assert.equal(ticks.owner, undefined)
  assert.equal(ticks.waiting, 0)
})

test('a forgotten tick is none', () => {
  const ticks = new Ticks<string>()
  for (let id = 1; id <= 5000; id++) ticks.add(id, 'a')
  ticks.clear()
  assert.equal(ticks.waiting, 0)
  assert.equal(ticks.owner, undefined)
  for (let id = 1; id <= 5000; id++) assert.equal(ticks.take(id), false)
})

test('none is lost, however many wait and however far apart their ids are', () => {
  // Ids grow, as those of Node do; steps that are multiples of a power of two meet the same slots again and again.
  const step = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1024, 2048, 2 ** 31, 2 ** 33))
  const act = fc.record({ step, take: fc.integer({ min: 0, max: 30 }) })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
      const ticks = new Ticks<string>()
      const waiting = new Map<number, string | undefined>()
      let id = 0
      for (const { step, take } of acts) {
        id += step
        const owner = id % 3 === 0 ? undefined : `owner of ${id}`
        ticks.add(id, owner)
        waiting.set(id, owner)
        const one = [...waiting.keys()][take]
        if (one !== undefined && take % 2 === 0) {
          assert.equal(ticks.take(one), true)
          assert.equal(ticks.owner, waiting.get(one))
          waiting.delete(one)
        }
        assert.equal(ticks.waiting, waiting.size)
      }
      for (const [one, owner] of waiting) {
        assert.equal(ticks.take(one), true)
        assert.equal(ticks.owner, owner)
      }
      assert.equal(ticks.waiting, 0)
    }),
  )
})
