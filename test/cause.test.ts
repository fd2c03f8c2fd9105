import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { EventEmitter, on } from 'node:events'
import { stat } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nowUs } from '../plugin/clock.ts'
import { createTracker, type Tracker } from '../plugin/tracker/index.ts'
import { noteLetOn } from '../plugin/tracker/let-on.ts'
import { Timeline } from '../plugin/tracker/timeline.ts'
import type { Wait } from '../plugin/tracker/waits.ts'
import { newGate } from './gate.ts'
import { runAs } from './run-as.ts'

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
    called: () => false,
    dueUs: () => Number.POSITIVE_INFINITY,
    shared: new Set(['FSREQCALLBACK']),
    ended: (owner) => ended.has(owner),
    left: () => {},
    woken({ name }, resource, us, turnUs) {
      noted.push(`${name} by ${resource.constructor.name}`)
      if (us < turnUs || us > nowUs()) odd.push(`${name}: ${turnUs} ${us}`)
    },
    canHold: (by) => !ended.has(by),
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

const as = <R>(owner: Owner, fn: () => R): R => runAs(tracker, owner, fn)

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
    const { open, opened } = newGate()
    for (const owner of [a, b, c]) as(owner, () => void opened.then(() => {}))
    assert.deepEqual(await from(open), ['a by Immediate', 'b by Immediate', 'c by Immediate'])
  })

  test('by the callback that settles one promise after another, however long those that go on take', async () => {
    const gates = [newGate(), newGate()]
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
    const [answer, lock] = [newGate(), newGate()]
    as(a, () => void answer.opened.then(lock.open))
    as(b, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the owner that released the lock after some more steps', async () => {
    const [answer, lock] = [newGate(), newGate()]
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
    const answer = newGate()
    const next = as(b, () => AsyncResource.bind(() => {}))
    as(a, () => void answer.opened.then(() => next()))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the owner that enters it', async () => {
    const answer = newGate()
    as(a, () => void answer.opened.then(() => as(b, () => {})))
    as(c, () => void answer.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a', 'c by Immediate'])
  })

  test('by nothing when what it has called is over', async () => {
    const answer = newGate()
    const next = as(b, () => AsyncResource.bind(() => {}))
    as(c, () => void answer.opened.then(() => {}))
    as(a, () => void answer.opened.then(() => next()))
    as(a, () => void answer.opened.then(() => as(b, () => {})))
    assert.deepEqual(await from(answer.open), ['c by Immediate', 'a by Immediate', 'b by a', 'b by a'])
  })

  test('by the owner whose timer it was, at once', async () => {
    const lock = newGate()
    as(b, () => void lock.opened.then(() => {}))
    as(c, () => void lock.opened.then(() => {}))
    const timer = () => as(a, () => void setTimeout(lock.open, 1))
    assert.deepEqual((await from(timer)).slice(-3), ['a by Timeout', 'b by a', 'c by a'])
  })

  const steps = async (count: number) => {
    for (let i = 0; i < count; i++) await i
  }
  /** Two locks; `c` waits for the second. */
  const twoLocks = () => {
    const locks = [newGate(), newGate()]
    as(c, () => void locks[1].opened.then(() => {}))
    return locks
  }
  /** Sets a timer of `a`. */
  const timerOf = (called: () => void) => () => as(a, () => void setTimeout(called, 1))
  /** The last three that went on, each once, though jobs of several take turns. */
  const eachFrom = async (begin: () => void) => [...new Set(await from(begin))].slice(-3)
  const released: Record<string, (open: () => void) => unknown> = {
    'at once': (open) => open(),
    'after some steps': (open) => steps(5).then(open),
    'in a tick': (open) => process.nextTick(open),
    'in a microtask': (open) => queueMicrotask(open),
    'in a job after a tick': (open) => process.nextTick(() => void steps(2).then(open)),
  }
  for (const [name, release] of Object.entries(released)) {
    test(`by the one that got the lock from another in the same turn, which gives it on ${name}`, async () => {
      const [first, second] = twoLocks()
      as(b, () => void first.opened.then(() => void release(second.open)))
      const timer = timerOf(() => {
        first.open()
        void steps(20)
      })
      assert.deepEqual(await eachFrom(timer), ['a by Timeout', 'b by a', 'c by b'])
    })

    test(`by the one whose lock it was, while one that it has let go on goes on too: ${name}`, async () => {
      const [first, second] = twoLocks()
      as(b, () => void first.opened.then(() => steps(20)))
      const timer = timerOf(() => {
        first.open()
        release(second.open)
      })
      assert.deepEqual(await eachFrom(timer), ['a by Timeout', 'b by a', 'c by a'])
    })
  }

  test('by the one that got the lock, where answers for all came in that callback', async () => {
    const [answer, ...locks] = [newGate(), newGate(), newGate()]
    as(a, () => void answer.opened.then(locks[0].open))
    as(b, () => void locks[0].opened.then(() => steps(3)).then(locks[1].open))
    as(c, () => void locks[1].opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a', 'c by b'])
  })

  test('by the first of a turn, where owners take turns so often that it costs too much to tell', async () => {
    const [first, second] = twoLocks()
    as(b, () => void first.opened.then(() => steps(500)).then(second.open))
    const timer = timerOf(() => {
      first.open()
      void steps(500)
    })
    assert.deepEqual(await eachFrom(timer), ['a by Timeout', 'b by a', 'c by a'])
  })

  test('by the owner whose timer it was, right after many of its others', async () => {
    const lock = newGate()
    as(b, () => void lock.opened.then(() => {}))
    const timers = () =>
      as(a, () => {
        for (let i = 0; i < 3000; i++) setTimeout(() => {}, 1)
        setTimeout(lock.open, 1)
      })
    await from(timers)
    await lock.opened
    assert.equal(noted.at(-1), 'b by a')
  })

  test('by nobody in particular where several could have let it go on', async () => {
    const [answers, lock] = [newGate(), newGate()]
    as(a, () => void answers.opened.then(() => {}))
    as(b, () => void answers.opened.then(lock.open))
    as(c, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answers.open), ['a by Immediate', 'b by Immediate', 'c by Immediate'])
  })

  test('by the callback that a loop of nobody reads for all', async () => {
    const source = new EventEmitter()
    const waiting = [newGate(), newGate()]
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

  test('by the callback where one job of nobody settles what each awaits, at once or later', async () => {
    const [answer, ...waiting] = [newGate(), newGate(), newGate(), newGate()]
    for (const [i, owner] of [a, b, c].entries()) as(owner, () => void waiting[i].opened.then(() => {}))
    void answer.opened.then(() => {
      waiting[0].open()
      waiting[1].open()
      process.nextTick(waiting[2].open)
    })
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by Immediate', 'c by Immediate'])
    const others = [newGate(), newGate()]
    for (const [i, owner] of [a, b].entries()) as(owner, () => void others[i].opened.then(() => {}))
    const again = newGate()
    void again.opened.then(() => {
      others[0].open()
      process.nextTick(others[1].open)
    })
    assert.deepEqual(await from(again.open), ['a by Immediate', 'b by Immediate'])
  })

  test('by the callback whose ticks settle what each awaits', async () => {
    const gates = [newGate(), newGate()]
    for (const [i, owner] of [a, b].entries()) as(owner, () => void gates[i].opened.then(() => {}))
    const seen = await from(() => {
      process.nextTick(() => {
        gates[0].open()
        process.nextTick(gates[1].open)
      })
    })
    assert.deepEqual(seen, ['a by Immediate', 'b by Immediate'])
  })

  const microtasks: Record<string, (first: () => void, then: () => void) => void> = {
    'one after what it settles': (first, then) => {
      first()
      queueMicrotask(then)
    },
    'one that queues another': (first, then) => {
      queueMicrotask(() => {
        first()
        queueMicrotask(then)
      })
    },
  }
  for (const [name, begin] of Object.entries(microtasks)) {
    test(`by the callback that queues microtasks of nobody: ${name}`, async () => {
      const gates = [newGate(), newGate()]
      for (const [i, owner] of [a, b].entries()) as(owner, () => void gates[i].opened.then(() => {}))
      const seen = await from(() => begin(gates[0].open, gates[1].open))
      assert.deepEqual(seen, ['a by Immediate', 'b by Immediate'])
    })
  }

  test('by the owner whose microtask it was', async () => {
    const [answer, lock] = [newGate(), newGate()]
    as(a, () => void answer.opened.then(() => queueMicrotask(lock.open)))
    as(b, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['a by Immediate', 'b by a'])
  })

  test('by the callback that a microtask of another comes with', async () => {
    const [answer, own] = [newGate(), as(a, () => AsyncResource.bind(() => queueMicrotask(() => {})))]
    as(b, () => void answer.opened.then(() => {}))
    const seen = await from(() => {
      own()
      answer.open()
    })
    assert.deepEqual(seen, ['a by Immediate', 'b by Immediate'])
  })

  test('by the callback where a job of nobody calls one back and lets another go on', async () => {
    const [answer, lock] = [newGate(), newGate()]
    const next = as(b, () => AsyncResource.bind(() => {}))
    void answer.opened.then(() => {
      next()
      lock.open()
    })
    as(a, () => void lock.opened.then(() => {}))
    assert.deepEqual(await from(answer.open), ['b by Immediate', 'a by Immediate'])
  })

  test('by the callback whose answers a loop of an ended owner hands out', async () => {
    const source = new EventEmitter()
    const waiting = [newGate(), newGate()]
    const reader = async () => {
      for await (const [i] of on(source, 'data')) waiting[i].open()
    }
    void as(c, reader)
    await sleep(1)
    ended.add(c)
    for (const [i, owner] of [a, b].entries()) as(owner, () => void waiting[i].opened.then(() => {}))
    const seen = await from(() => {
      source.emit('data', 0)
      source.emit('data', 1)
    })
    assert.deepEqual(new Set(seen), new Set(['c by Immediate', 'a by Immediate', 'b by Immediate']))
  })

  test('by what arrives on a connection that another has opened', async () => {
    const { open, opened } = newGate()
    as(b, () => void opened.then(() => {}))
    // Shared by decree, so that a callback of it is at hand.
    as(a, () => stat('.', open))
    await opened
    await sleep(1)
    assert.deepEqual(noted.slice(-2), ['a by FSReqCallback', 'b by FSReqCallback'])
  })

  test('by what an ended owner left behind', async () => {
    const { open, opened } = newGate()
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

  test('by nothing known where V8 itself settles what it awaits, after a sleep', async () => {
    const over = as(b, () => settledByV8(200).then(() => noted.push('b by V8')))
    as(a, () => void setTimeout(() => {}, 1))
    // V8 alone does not keep the process alive.
    await Promise.all([over, sleep(300)])
    assert.deepEqual(noted.slice(-2), ['a by Timeout', 'b by V8'])
  })

  test('by nothing known where V8 itself settles what it awaits, while another is busy', async () => {
    let isOver = false
    const waits = as(b, async () => {
      for (let i = 0; i < 10; i++) await settledByV8(15)
      isOver = true
    })
    // Keeps the loop from sleeping, so that the end of a row is all that tells.
    const busy = async () => {
      while (!isOver) {
        const until = nowUs() + 4000
        while (nowUs() < until);
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
    }
    await Promise.all([waits, as(a, busy)])
    assert.ok(!noted.includes('b by a'), noted.join())
  })

  test('by nothing of an earlier turn', async () => {
    const lock = newGate()
    as(b, () => void lock.opened.then(() => {}))
    as(a, () => void setTimeout(() => {}, 1))
    await sleep(10)
    noted = []
    setImmediate(lock.open)
    await sleep(10)
    assert.deepEqual(noted, ['b by Immediate'])
  })
})

/** A promise that V8 settles without a callback of Node's. */
function settledByV8(ms: number): Promise<unknown> {
  const { waitAsync } = Atomics as unknown as {
    waitAsync(word: Int32Array, index: number, value: number, ms: number): { value: Promise<string> }
  }
  return waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms).value
}

describe('a wait for another request is noted', () => {
  const request = {
    id: 'x_0',
    method: 'GET',
    endUs: -1,
    leftUs: 1000,
    waits: undefined as Wait[] | undefined,
  }
  const noted = (of: Partial<typeof request>, us: number, turnUs: number) => {
    const waiter = { ...request, ...of }
    noteLetOn(waiter, { id: 'x_1', startUs: 0, route: 'GET /b', waits: undefined }, us, turnUs)
    return waiter.waits?.map((wait) => `${wait.kind} ${wait.target} ${wait.by?.id} ${wait.startUs}`)
  }

  test('from its last turn on', () => {
    assert.deepEqual(noted({}, 2000, 1900), ['request GET /b x_1 1000'])
    assert.deepEqual(noted({}, 2000, 1000), ['request GET /b x_1 1000'], 'of a turn that began at once')
  })

  test('unless it was too short, or it had no turn before, or it has ended', () => {
    assert.equal(noted({}, 1049, 1040), undefined)
    assert.equal(noted({ leftUs: -1 }, 2000, 1900), undefined)
    assert.equal(noted({ endUs: 1500 }, 2000, 1900), undefined)
  })

  test('unless it went on in the same turn before: then others only interrupted it', () => {
    assert.equal(noted({}, 2000, 999), undefined)
  })
})

test('the marker belongs to nobody, and takes the thread from nobody', async () => {
  const [answer, lock] = [newGate(), newGate()]
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
