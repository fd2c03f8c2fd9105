import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { EventEmitter, on } from 'node:events'
import { stat } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nowUs } from '../plugin/clock.ts'
import { createTracker, type Tracker } from '../plugin/tracker/index.ts'
import { Timeline } from '../plugin/tracker/timeline.ts'

interface Owner {
  readonly name: string
}
const [a, b, c]: readonly Owner[] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

let tracker: Tracker<Owner>
const ended = new Set<Owner>()
let noted: string[] = []
let odd: string[] = []

beforeEach(() => {
  noted = []
  odd = []
  ended.clear()
  const timeline = new Timeline<Owner>(() => {})
  tracker = createTracker(timeline, {
    types: new Map(),
    called: () => {},
    shared: new Set(['FSREQCALLBACK']),
    ended: (owner) => ended.has(owner),
    left: () => {},
    woken({ name }, resource, us, turnUs) {
      noted.push(`${name} by ${resource.constructor.name}`)
      if (us < turnUs || us > nowUs()) odd.push(`${name}: ${turnUs} ${us}`)
    },
    letOn({ name }, by, us, turnUs) {
      noted.push(`${name} by ${by.name}`)
      if (us < turnUs || us > nowUs()) odd.push(`${name}: ${turnUs} ${us}`)
    },
  })
  tracker.start()
  timeline.restart(nowUs())
})
afterEach(() => {
  tracker.stop()
  assert.deepEqual(odd, [])
})

function as<R>(owner: Owner, fn: () => R): R {
  const outer = tracker.enter(owner)
  try {
    return fn()
  } finally {
    tracker.leave(outer)
  }
}

/** Something that owners wait for, which does not know them. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** What let owners go on, when `begin` runs in a callback of its own, after all have begun to wait. */
async function from(begin: () => void): Promise<string[]> {
  await sleep(1)
  noted = []
  setImmediate(begin)
  await sleep(10)
  return noted
}

describe('an owner goes on', () => {
  test('by the callback that settled what it awaited, and so do others', async () => {
    const { open, opened } = gate()
    for (const owner of [a, b, c]) as(owner, () => void opened.then(() => {}))
    assert.deepEqual(await from(open), ['a by Immediate', 'b by Immediate', 'c by Immediate'])
  })

  test('by the callback that settles one promise after another, however long those that go on take', async () => {
    const gates = [gate(), gate()]
    const several = async (opened: Promise<void>) => {
      await opened
      for (let i = 0; i < 5; i++) await i
    }
    as(a, () => void several(gates[0].opened))
    as(b, () => void several(gates[1].opened))
    assert.deepEqual(
      (
        await from(() => {
          for (const { open } of gates) open()
        })
      ).slice(0, 2),
      ['a by Immediate', 'b by Immediate'],
    )
  })

  test('by the callback that called it back, and so do others', async () => {
    const [forA, forB] = [a, b].map((owner) => as(owner, () => AsyncResource.bind(() => {})))
    assert.deepEqual(
      await from(() => {
        forA()
        forB()
      }),
      ['a by Immediate', 'b by Immediate'],
    )
  })

  test('by the owner that held a lock', async () => {
    const [answer, lock] = [gate(), gate()]
    as(a, () => void answer.opened.then(lock.open))
    as(b, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the owner that released the lock after some more steps', async () => {
    const [answer, lock] = [gate(), gate()]
    const holding = async () => {
      await answer.opened
      for (let i = 0; i < 5; i++) await i
      lock.open()
    }
    as(a, () => void holding())
    as(b, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the owner that called it back', async () => {
    const answer = gate()
    const next = as(b, () => AsyncResource.bind(() => {}))
    as(a, () => void answer.opened.then(() => next()))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the owner that enters it', async () => {
    const answer = gate()
    as(a, () => void answer.opened.then(() => as(b, () => {})))
    as(c, () => void answer.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a', 'c by Immediate'])
  })

  test('by the owner whose timer it was, at once', async () => {
    const lock = gate()
    as(b, () => void lock.opened.then(() => {}))
    as(c, () => void lock.opened.then(() => {}))
    const timer = () => as(a, () => void setTimeout(lock.open, 1))
    assert.deepEqual((await from(timer)).slice(-3), ['a by Timeout', 'b by a', 'c by a'])
  })

  test('by nobody in particular where several could have let it go on', async () => {
    const [answers, lock] = [gate(), gate()]
    as(a, () => void answers.opened.then(() => {}))
    as(b, () => void answers.opened.then(lock.open))
    as(c, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answers.open), ['a by Immediate', 'b by Immediate', 'c by Immediate'])
  })

  test('by the callback that a loop of nobody reads for all', async () => {
    const source = new EventEmitter()
    const waiting = [gate(), gate()]
    for (const [i, owner] of [a, b].entries()) as(owner, () => void waiting[i].opened.then(() => {}))
    const reader = async () => {
      for await (const [i] of on(source, 'data')) waiting[i].open()
    }
    void reader()
    const seen = await from(() => {
      source.emit('data', 0)
      source.emit('data', 1)
    })
    assert.deepEqual(seen, ['a by Immediate', 'b by Immediate'])
  })

  test('by the callback whose ticks settle what each awaits', async () => {
    const gates = [gate(), gate()]
    for (const [i, owner] of [a, b].entries()) as(owner, () => void gates[i].opened.then(() => {}))
    const seen = await from(() => {
      process.nextTick(() => {
        gates[0].open()
        // Runs after the first job, though the callback's own work is what made it.
        process.nextTick(gates[1].open)
      })
    })
    assert.deepEqual(seen, ['a by Immediate', 'b by Immediate'])
  })

  test('by what arrives on a connection that another has opened', async () => {
    const { open, opened } = gate()
    as(b, () => void opened.then(() => {}))
    // Shared by decree, so that a callback of it is at hand.
    as(a, () => stat('.', open))
    await sleep(20)
    assert.deepEqual(noted.slice(-2), ['a by FSReqCallback', 'b by FSReqCallback'])
  })

  test('by what an ended owner left behind', async () => {
    const { open, opened } = gate()
    as(b, () => void opened.then(() => {}))
    as(a, () => void setTimeout(open, 5))
    ended.add(a)
    await sleep(20)
    assert.deepEqual(noted.slice(-2), ['a by Timeout', 'b by Timeout'])
  })

  test('by nothing known where no callback was seen', async () => {
    as(a, () => {})
    as(b, () => {})
    assert.deepEqual(noted, [])
  })

  test('by nothing of an earlier turn', async () => {
    const lock = gate()
    as(b, () => void lock.opened.then(() => {}))
    as(a, () => void setTimeout(() => {}, 1))
    await sleep(10)
    noted = []
    setImmediate(lock.open)
    await sleep(10)
    assert.deepEqual(noted, ['b by Immediate'])
  })
})

test('the marker belongs to nobody, and takes the thread from nobody', async () => {
  const [answer, lock] = [gate(), gate()]
  const seen: (Owner | undefined)[] = []
  const holding = async () => {
    await answer.opened
    for (let i = 0; i < 5; i++) {
      await i
      seen.push(tracker.current())
    }
    lock.open()
  }
  as(a, () => void holding())
  as(b, () => void lock.opened.then(() => seen.push(tracker.current())))
  await from(answer.open)
  assert.deepEqual(seen, [a, a, a, a, a, b])
  assert.equal(tracker.current(), undefined)
})
