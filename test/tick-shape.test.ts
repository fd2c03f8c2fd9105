import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { test } from 'node:test'
import { watchAsync } from '../plugin/tracker/async-hooks.ts'
import { freeUnheld } from './garbage.ts'

// Whether V8 still knows how ticks look can only be timed, and times differ from machine to machine: it does as long as
// one of them is there.
test('one tick is kept for good, and no other', async () => {
  const ticks: WeakRef<object>[] = []
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'TickObject') ticks.push(new WeakRef(resource))
    },
  }).enable()
  process.nextTick(() => {})
  watch()
  process.nextTick(() => {})
  hook.disable()
  assert.equal(ticks.length, 3)
  await freeUnheld()
  assert.deepEqual(
    ticks.map((tick) => tick.deref() !== undefined),
    [false, true, false],
  )
})

function watch(): void {
  const nothing = () => {}
  watchAsync({
    made: nothing,
    begins: nothing,
    ends: nothing,
    tickMade: nothing,
    tickBegins: () => true,
    promiseMade: nothing,
    jobBegins: nothing,
    jobEnds: nothing,
  })
}
