import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPace } from '../plugin/sampler/pace.ts'

/** Turns of a V8 that takes `fixedUs`, and `usPerMs` for each millisecond that was recorded. */
function run(pace: ReturnType<typeof createPace>, turns: number, fixedUs: number, usPerMs: number): number {
  for (let i = 0; i < turns; i++) pace.took(fixedUs + usPerMs * pace.ms)
  return fixedUs + usPerMs * pace.ms
}

test('where turns take little, segments stay as long as they can be', () => {
  const pace = createPace()
  assert.equal(pace.ms, 250)
  run(pace, 20, 200, 0)
  assert.equal(pace.ms, 250)
})

test('where they take long, segments become shorter until a turn takes three quarters of a millisecond', () => {
  const pace = createPace()
  const us = run(pace, 20, 200, 10)
  assert.ok(Math.abs(us - 750) < 50, `${us} µs`)
  assert.ok(Math.abs(pace.ms - 55) < 5, `${pace.ms} ms`)
})

test('and longer again, step by step, when that is over', () => {
  const pace = createPace()
  run(pace, 20, 200, 10)
  const lengths = Array.from({ length: 12 }, () => {
    run(pace, 1, 200, 0)
    return pace.ms
  })
  assert.ok(lengths.every((ms, i) => i === 0 || ms >= lengths[i - 1]))
  assert.equal(lengths.at(-1), 250)
})

test('one turn that something interrupted changes nothing', () => {
  const pace = createPace()
  run(pace, 5, 200, 0)
  pace.took(80_000)
  assert.equal(pace.ms, 250)
  pace.took(200)
  assert.equal(pace.ms, 250)
})

test('whatever turns take, a segment has a length within bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (times) => {
      const pace = createPace()
      for (const us of times) {
        pace.took(us)
        assert.ok(pace.ms >= 40 && pace.ms <= 250, `${pace.ms}`)
      }
    }),
  )
})
