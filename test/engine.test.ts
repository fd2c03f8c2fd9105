import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../plugin/attribution.ts'
import { createEngine } from '../plugin/engine.ts'
import { createRequests } from './records.ts'

/** Two entries each, just as many as make the log full. */
const TURNS = 8_300

test('a long log is attributed in several turns of the event loop, and whole in the end', async (t) => {
  const requests = createRequests()
  const [a, b] = ['GET /a', 'GET /b'].map((route) => requests.record({ route, startUs: 0 }))
  const engine = createEngine('inspector', 1000)
  const told: { account: Account; loopTurns: number }[] = []
  let loopTurns = 0
  const client = {
    openRequests: () => 2,
    isOwn: () => false,
    warn() {},
    *attributed(account: Account) {
      yield
      told.push({ account, loopTurns })
    },
  }
  engine.attach(client)
  t.after(() => engine.detach(client))
  await engine.flush()
  told.length = 0

  const { tracker } = engine
  for (let i = 0; i < TURNS; i++) tracker.leave(tracker.enter(i % 2 === 0 ? a : b))
  for (; told.length === 0; loopTurns++) await new Promise((resolve) => setImmediate(resolve))
  // Three of them pass until the collections are known.
  assert.ok(told[0].loopTurns > 5, `${told[0].loopTurns} turns`)
  const { recordedUs, ownUs, nobodyUs, gcUs, idleUs } = told[0].account
  const sum = [...ownUs.values()].reduce((one, other) => one + other, nobodyUs + gcUs + idleUs)
  assert.ok(Math.abs(sum - recordedUs) < 1, `${sum} of ${recordedUs} µs`)
})
