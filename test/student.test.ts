import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeSteps, type Estimate } from '../plugin/model/change.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { pValue, t95 } from '../plugin/model/student.ts'

const changesOf = (pairs: (readonly [Estimate, Estimate])[]) => atOnce(changeSteps(pairs))

/** From the tables of the distribution: t of 0.975, and so a probability of 0.05 on both sides. */
const table: readonly [degrees: number, t: number][] = [
  [4, 2.776445],
  [5, 2.570582],
  [10, 2.228139],
  [30, 2.042272],
  [120, 1.97993],
  [1e6, 1.959966],
]

test('the quantile and the probability are those of the tables', () => {
  for (const [degrees, t] of table) {
    assert.ok(Math.abs(t95(degrees) - t) < 0.002, `t of ${degrees} is ${t95(degrees)}`)
    assert.ok(Math.abs(pValue(t, degrees) - 0.05) < 1e-6, `p of ${t} at ${degrees} is ${pValue(t, degrees)}`)
    assert.equal(pValue(-t, degrees), pValue(t, degrees))
  }
  assert.equal(pValue(0, 5), 1)
  assert.equal(pValue(Number.POSITIVE_INFINITY, 5), 0)
  assert.ok(pValue(50, 4) > 0 && pValue(50, 4) < 1e-5)
})

test('tiny times are told from each other as large ones are', () => {
  for (const variance of [1e-300, 1e-200, 1e-100, 1e100]) {
    const sampled = (meanMs: number): Estimate => ({ requests: 10, meanMs, variance, samples: 50 })
    const [change] = changesOf([[sampled(0), sampled(Math.sqrt(variance) / 100)]])
    assert.equal(change.verdict, 'unclear', `of a variance of ${variance}`)
    assert.ok(Number.isFinite(change.errorMs), `${change.errorMs}`)
  }
})

test('chance is rarely taken for a change, and a real change is found', () => {
  let state = 7
  const random = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state / 2 ** 31
  }
  /** Requests of a route that takes 10 ms, now and then 30. */
  const sampled = (factor: number) => {
    const times = Array.from({ length: 60 }, () => factor * (random() < 0.1 ? 30 : 8 + 4 * random()))
    const meanMs = times.reduce((a, b) => a + b, 0) / times.length
    const variance = times.reduce((all, ms) => all + (ms - meanMs) ** 2, 0) / (times.length - 1)
    return { requests: times.length, meanMs, variance, samples: 600 }
  }
  const told = (factor: number) =>
    changesOf(Array.from({ length: 400 }, () => [sampled(1), sampled(factor)] as const)).filter(
      ({ verdict }) => verdict !== 'unclear',
    ).length
  assert.ok(told(1) <= 20, `${told(1)} of 400 by chance`)
  assert.ok(told(1.5) > 380, `${told(1.5)} of 400 found`)
})

test('the interval covers the true difference in about 95 of 100 cases', () => {
  let state = 11
  const random = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state / 2 ** 31
  }
  const normal = () => Array.from({ length: 12 }, random).reduce((a, b) => a + b, 0) - 6
  const sampled = (mean: number, deviation: number, requests: number) => {
    const times = Array.from({ length: requests }, () => mean + deviation * normal())
    const meanMs = times.reduce((a, b) => a + b, 0) / requests
    const variance = times.reduce((all, ms) => all + (ms - meanMs) ** 2, 0) / (requests - 1)
    return { requests, meanMs, variance, samples: 100 }
  }
  const changes = changesOf(
    Array.from({ length: 2000 }, () => [sampled(10, 1, 8), sampled(13, 4, 25)] as const),
  )
  const covered = changes.filter(({ differenceMs, errorMs }) => Math.abs(differenceMs - 3) <= errorMs!).length
  assert.ok(covered > 1860 && covered < 1940, `${covered} of 2000`)
})
