import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MOST_WAITS_PER_REQUEST } from '../plugin/model/wire/waits.ts'
import { addWait, type Waiter } from '../plugin/tracker/waits.ts'

test('of more waits than a request has room for the longest are kept, in the order in which they ended', () => {
  const waiter: Waiter = { waits: undefined, endUs: -1 }
  const long = addWait(waiter, 'timer', 'long', 0, 500)
  for (let i = 0; i < 2 * MOST_WAITS_PER_REQUEST; i++) addWait(waiter, 'file', '', 500 + i, 502 + i)
  const last = addWait(waiter, 'timer', 'last', 1000, 1400)
  assert.equal(addWait(waiter, 'file', '', 1400, 1401), undefined)
  assert.equal(waiter.waits?.length, MOST_WAITS_PER_REQUEST)
  assert.equal(waiter.waits[0], long)
  assert.equal(waiter.waits.at(-1), last)
  const ends = waiter.waits.map(({ endUs }) => endUs)
  assert.deepEqual(
    ends,
    ends.toSorted((a, b) => a - b),
  )
})
