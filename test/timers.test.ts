import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { afterTurns, nextTurn } from '../plugin/timers.ts'

const setImmediateOfNode = globalThis.setImmediate

test("turns of the event loop are Node's own, also where fake timers reach the imports of modules", async (t) => {
  t.mock.timers.enable({ apis: ['setImmediate', 'setTimeout'] })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.timers.reset()
    syncBuiltinESMExports()
  })
  await nextTurn()
  await new Promise<void>((resolve) => afterTurns(3, resolve))
  assert.notEqual(globalThis.setImmediate, setImmediateOfNode, 'they were fake all the time')
})
