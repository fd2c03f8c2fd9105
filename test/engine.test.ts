import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../plugin/attribution/index.ts'
import { nowUs } from '../plugin/clock.ts'
import { createEngine, type Engine } from '../plugin/engine.ts'
import { createBackground } from '../plugin/store/background.ts'
import { nextTurn } from '../plugin/timers.ts'
import { calmly } from './calmly.ts'
import { createRequests } from './records.ts'

/** Two entries each, just as many as make the log full. */
const TURNS = 8_300
/** Turns of the event loop that pass before a batch is begun, until its collections are known. */
const UNTIL_BEGUN = 3

function attach(t: TestContext, engine: Engine) {
  const told: Account[] = []
  const client = {
    background: createBackground(2 ** 20).part,
    openRequests: () => 2,
    isOwn: () => false,
    warn() {},
    *attributed(account: Account) {
      yield
      told.push(account)
    },
  }
  engine.attach(client)
  t.after(() => engine.detach(client))
  return { client, told }
}

/** An engine whose log is full, and what it told of that since. */
async function withFullLog(t: TestContext) {
  const engine = createEngine('inspector', 1000)
  const { told } = attach(t, engine)
  await engine.flush()
  told.length = 0
  fillLog(engine)
  return { engine, told }
}

/** Fills the log with turns of two requests. */
function fillLog({ tracker }: Engine): void {
  const requests = createRequests()
  const [a, b] = ['GET /a', 'GET /b'].map((route) => requests.record({ route, startUs: 0 }))
  for (let i = 0; i < TURNS; i++) tracker.leave(tracker.enter(i % 2 === 0 ? a : b))
}

test('a long log is attributed in several turns of the event loop, and whole in the end', async (t) => {
  const { told } = await withFullLog(t)
  let turns = 0
  for (; told.length === 0; turns++) await nextTurn()
  assert.ok(turns > UNTIL_BEGUN + 2, `${turns} turns`)
  const { recordedUs, ownUs, nobodyUs, gcUs, idleUs } = told[0]
  const sum = [...ownUs.values()].reduce((one, other) => one + other, nobodyUs + gcUs + idleUs)
  assert.ok(Math.abs(sum - recordedUs) < 1, `${sum} of ${recordedUs} µs`)
})

test('flush() waits for all of it, and holds the loop no longer at a stretch than anything else', (t) =>
  calmly(async () => {
    const { engine, told } = await withFullLog(t)
    let flushed = false
    const flushing = engine.flush().then(() => {
      flushed = true
    })
    let turns = 0
    for (; !flushed; turns++) await nextTurn()
    await flushing
    assert.equal(told.length, 2, 'the log that was full, and what came after')
    assert.ok(turns > UNTIL_BEGUN + 4, `${turns} turns`)
  }))

test('waking up is part of its cost, and of the wait of the request that is served then', (t) =>
  // The process may be stopped just before it wakes up, or just after.
  calmly(async () => {
    const engine = createEngine('inspector', 1000)
    const beganUs = nowUs()
    const { client } = attach(t, engine)
    try {
      const tookUs = nowUs() - beganUs
      const record = createRequests().record({ startUs: nowUs() })
      engine.tracker.leave(engine.tracker.enter(record))
      const { totalMs } = engine.status().overhead
      assert.ok(totalMs > (0.8 * tookUs) / 1000, `${totalMs} ms of ${tookUs} µs`)
      await engine.flush()
      assert.ok(record.queuedUs > 0.8 * tookUs, `${record.queuedUs} of ${tookUs} µs`)
    } finally {
      engine.detach(client)
    }
  }))

test('its share of the recorded time is at most all of it, also where hardly any was recorded', async (t) => {
  const engine = createEngine('inspector', 1000)
  const { client } = attach(t, engine)
  engine.detach(client)
  await engine.flush()
  // Reading, which goes on when recording has stopped, took so long.
  engine.spent(nowUs() - 60_000_000)
  const { share, totalMs } = engine.status().overhead
  assert.equal(share, 1)
  assert.ok(totalMs > 60_000)
})

test('who has left is told of the time up to then, and of none after it', (t) =>
  calmly(async () => {
    const engine = createEngine('inspector', 1000)
    const [stays, leaves] = [attach(t, engine), attach(t, engine)]
    await engine.flush()
    const before = leaves.told.length
    engine.detach(leaves.client)
    fillLog(engine)
    await engine.flush()
    assert.equal(leaves.told.length, before + 1)
    assert.ok(stays.told.length > before + 2)
  }))

test('who comes later is told of the time from then on, and of none before it', async (t) => {
  const engine = createEngine('inspector', 1000)
  const stays = attach(t, engine)
  // Node's timers may be a millisecond early.
  await sleep(101)
  const cameUs = nowUs()
  const comes = attach(t, engine)
  await engine.flush()
  const recordedUs = ({ told }: typeof comes) => told.reduce((us, account) => us + account.recordedUs, 0)
  assert.ok(recordedUs(comes) <= nowUs() - cameUs, `${recordedUs(comes)} µs of ${nowUs() - cameUs}`)
  assert.ok(recordedUs(stays) >= 100_000, `${recordedUs(stays)} µs`)
})
