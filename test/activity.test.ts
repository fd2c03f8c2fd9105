import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createActivity } from '../plugin/activity.ts'
import type { Account } from '../plugin/attribution/index.ts'
import { nowUs } from '../plugin/clock.ts'

const nothing: Account = {
  ...{ recordedUs: 1e6, nobodyUs: 0, gcUs: 0, idleUs: 1e6 },
  ...{ ownUs: new Map(), after: { records: [], us: [] }, samples: new Map(), dropped: new Map() },
}
const work: Account = { ...nothing, ownUs: new Map([[{}, 1000]]), idleUs: 0 }

/** Whether the sampler may rest when the last request was at work so many seconds ago. */
function restsAfter(seconds: number, coldWake: boolean, wokeMs?: number): boolean {
  const activity = createActivity(coldWake)
  if (wokeMs !== undefined) activity.woke(wokeMs * 1000)
  assert.equal(activity.attributed(work, nowUs() - seconds * 1e6), true)
  assert.equal(activity.attributed(nothing, nowUs()), false)
  return activity.isIdle()
}

test('the sampler rests some seconds after the last request was at work', () => {
  assert.deepEqual(
    [4, 6].map((seconds) => restsAfter(seconds, false)),
    [false, true],
  )
})

test('where it wakes cold it rests later, and the later the longer waking up takes', () => {
  assert.deepEqual(
    [14, 16].map((seconds) => restsAfter(seconds, true)),
    [false, true],
  )
  assert.deepEqual(
    [14, 16].map((seconds) => restsAfter(seconds, true, 60)),
    [false, true],
  )
  assert.deepEqual(
    [39, 41].map((seconds) => restsAfter(seconds, true, 400)),
    [false, true],
  )
  assert.deepEqual(
    [4, 6].map((seconds) => restsAfter(seconds, false, 400)),
    [false, true],
  )
})

test('a request that has only begun keeps it awake', () => {
  const activity = createActivity(false)
  activity.requested()
  assert.equal(activity.isIdle(), false)
})
