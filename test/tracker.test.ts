import assert from 'node:assert/strict'
import { AsyncResource, createHook } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nowUs } from '../plugin/clock.ts'
import { createTracker, type Tracker } from '../plugin/tracker/index.ts'
import { IDLE, NOBODY, Timeline } from '../plugin/tracker/timeline.ts'
import { runAs } from './run-as.ts'
import { originOf } from './ways.ts'

interface Owner {
  readonly name: string
}
const a: Owner = { name: 'a' }
const b: Owner = { name: 'b' }

let timeline: Timeline<Owner>
let tracker: Tracker<Owner>
const called: string[] = []
const ended = new Set<Owner>()
let noted: string[] = []

beforeEach(() => {
  called.length = 0
  noted = []
  ended.clear()
  timeline = new Timeline<Owner>(() => {})
  tracker = createTracker(timeline, {
    types: new Map([['Timeout', 1]]),
    called(owner, type) {
      called.push(`${owner.name} ${type}`)
      return false
    },
    dueUs: () => Number.POSITIVE_INFINITY,
    shared: new Set(['SHARED']),
    ended: (owner) => ended.has(owner),
    left: ({ name }) => noted.push(`${name} left`),
    woken: () => {},
    letOn: () => {},
    canHold: () => true,
  })
  tracker.start()
  timeline.restart(nowUs())
})
afterEach(() => tracker.stop())

async function burnAfterAwaits(us: number): Promise<void> {
  for (let i = 0; i < 50; i++) await i
  const until = nowUs() + us
  while (nowUs() < until);
}

/** A job as Node-API makes them: its resource is a plain object. Returns what runs a callback of it. */
function jobOfAddon(type: string, members: object = {}): (fn: () => void) => void {
  const resource = Reflect.construct(AsyncResource, [type], Object) as AsyncResource
  Object.defineProperties(resource, Object.getOwnPropertyDescriptors(members))
  assert.equal(Object.getPrototypeOf(resource), Object.prototype)
  return (fn) => AsyncResource.prototype.runInAsyncScope.call(resource, fn)
}

const as = <R>(owner: Owner, fn: () => R): R => runAs(tracker, owner, fn)

/** Who held the thread in turn, equal neighbours as one, idleness and nobody left out. */
function holders(): string {
  const { holder, length } = timeline.drain(nowUs())
  const names = Array.from({ length }, (_, i) => holder[i])
    .filter((who) => who !== NOBODY && who !== IDLE)
    .map((who) => (who as Owner).name)
  return names.filter((name, i) => name !== names[i - 1]).join(' ')
}

/** Takes the log, whose times must never decrease. */
function idleUs(): number {
  const { timeUs, holder, length, endUs } = timeline.drain(nowUs())
  let us = 0
  for (let i = 0; i < length; i++) {
    const end = i + 1 < length ? timeUs[i + 1] : endUs
    assert.ok(end >= timeUs[i])
    if (holder[i] === IDLE) us += end - timeUs[i]
  }
  return us
}

describe('the owner who runs', () => {
  test('is the one entered, and the one before once it is left', () => {
    as(a, () => {
      assert.equal(tracker.current(), a)
      as(b, () => assert.equal(tracker.current(), b))
      assert.equal(tracker.current(), a)
    })
    assert.equal(tracker.current(), undefined)
    assert.equal(holders(), 'a b a')
  })

  test('is told of the first callback of a job of a native addon, by the name that the addon gave it', () => {
    const job = as(a, () => jobOfAddon('bcrypt:HashWorker'))
    job(() => assert.equal(tracker.current(), a))
    job(() => assert.equal(tracker.current(), a))
    assert.deepEqual(called, ['a bcrypt:HashWorker'])
  })

  test('is nobody in a callback of a resource that throws when it is asked what it is', () => {
    const job = jobOfAddon('hostile', {
      get type() {
        throw new Error('asked')
      },
    })
    let seen: Owner | undefined = a
    // As from the event loop, and not in the job that this test is.
    tracker.stop()
    tracker.start()
    job(() => {
      seen = tracker.current()
    })
    assert.equal(seen, undefined)
  })

  test('is restored when what ran throws', () => {
    assert.throws(() =>
      as(a, () => {
        throw new Error('meant')
      }),
    )
    assert.equal(tracker.current(), undefined)
  })

  test('ends with the last of a row of promise jobs, before the loop sleeps', async () => {
    const began = { us: nowUs(), idleMs: performance.nodeTiming.idleTime }
    as(a, () => void burnAfterAwaits(20_000))
    await sleep(60)
    const { length, holder, timeUs, endUs } = timeline.view(nowUs())
    let ownUs = 0
    for (let i = 0; i < length; i++)
      if (holder[i] === a) ownUs += (i + 1 < length ? timeUs[i + 1] : endUs) - timeUs[i]
    const idleUs = (performance.nodeTiming.idleTime - began.idleMs) * 1000
    // Whatever the machine does: own time holds the burn, and nothing of what libuv says the loop slept.
    assert.ok(ownUs >= 20_000, `${ownUs}`)
    assert.ok(ownUs <= endUs - began.us - idleUs + 50, `${ownUs} of ${endUs - began.us}, ${idleUs} asleep`)
  })

  test('comes back with every timer and promise made in its turn', async () => {
    const seen: (Owner | undefined)[] = []
    const work = async () => {
      await sleep(1)
      seen.push(tracker.current())
      await Promise.resolve()
      seen.push(tracker.current())
      await new Promise<void>((resolve) => setImmediate(resolve))
      seen.push(tracker.current())
    }
    await Promise.all([as(a, work), as(b, work)])
    assert.equal(seen.length, 6)
    assert.equal(seen.filter((owner) => owner === a).length, 3)
    assert.equal(seen.filter((owner) => owner === b).length, 3)
    assert.equal(tracker.current(), undefined)
  })

  test('is nobody for what is made outside', async () => {
    let seen: Owner | undefined = b
    await as(a, () =>
      tracker.outside(
        () =>
          new Promise<void>((resolve) => {
            setTimeout(() => {
              seen = tracker.current()
              resolve()
            }, 1)
          }),
      ),
    )
    assert.equal(seen, undefined)
  })

  test('nests: a bound resource inside a callback of another owner', async () => {
    const resource = as(b, () => new AsyncResource('query'))
    const seen: (Owner | undefined)[] = []
    await as(
      a,
      () =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            seen.push(tracker.current())
            resource.runInAsyncScope(() => seen.push(tracker.current()))
            seen.push(tracker.current())
            resolve()
          }, 1)
        }),
    )
    assert.deepEqual(seen, [a, b, a])
    assert.match(holders(), /a b a/)
  })

  test('nests in a promise job too: after a bound function the job is still its own', async () => {
    const bound = AsyncResource.bind(() => tracker.current())
    const seen: (Owner | undefined)[] = []
    await as(a, async () => {
      await null
      seen.push(bound(), tracker.current())
      setImmediate(() => seen.push(tracker.current()))
      await null
      seen.push(tracker.current())
    })
    // After the one above.
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(seen, [undefined, a, a, a])
  })

  test('survives an exception that leaves callbacks without an end', async () => {
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const caught = new Promise((resolve) => process.once('uncaughtException', resolve))
    const resource = as(b, () => new AsyncResource('query'))
    as(a, () =>
      setTimeout(() => {
        resource.runInAsyncScope(() => {
          throw new Error('meant')
        })
      }, 1),
    )
    await caught
    for (const other of others) process.on('uncaughtException', other)
    await sleep(2)
    assert.equal(tracker.current(), undefined)
    let seen: Owner | undefined
    await as(a, async () => {
      await sleep(1)
      seen = tracker.current()
    })
    assert.equal(seen, a)
    await sleep(1)
    assert.equal(tracker.current(), undefined)
  })
})

describe('an emitter that belongs to nobody', () => {
  test('runs its listeners as the owner it is bound to', async () => {
    const emitter = new EventEmitter()
    const seen: (Owner | undefined)[] = []
    tracker.bindEmitter(emitter, a)
    emitter.on('data', (...values) => seen.push(tracker.current(), ...values))
    assert.equal(emitter.emit('data'), true)
    assert.equal(emitter.emit('none'), false)
    as(b, () => emitter.emit('data'))
    assert.deepEqual(seen, [a, a])
    assert.equal(tracker.current(), undefined)
    assert.deepEqual(Object.keys(emitter).includes('emit'), false)
  })

  test('runs them alone as that owner, and not those of its like', () => {
    class Request extends EventEmitter {}
    const [bound, free] = [new Request(), new Request()]
    const seen: (Owner | undefined)[] = []
    for (const emitter of [bound, free]) emitter.on('data', () => seen.push(tracker.current()))
    tracker.bindEmitter(bound, a)
    bound.emit('data')
    free.emit('data')
    assert.deepEqual(seen, [a, undefined])
  })

  test('goes on to an `emit` that others put in the place of the one above', () => {
    class Above extends EventEmitter {}
    class Request extends Above {}
    tracker.bindEmitter(new Request(), a)
    const events: unknown[] = []
    Above.prototype.emit = (event: string | symbol) => events.push(event) > 0
    const bound = new Request()
    tracker.bindEmitter(bound, a)
    assert.equal(bound.emit('data', 1), true)
    assert.deepEqual(events, ['data'])
  })

  test('throws what a listener throws, and goes back to the owner before', () => {
    class Request extends EventEmitter {}
    const bound = new Request()
    tracker.bindEmitter(bound, a)
    bound.on('data', () => {
      throw new Error('of a listener')
    })
    assert.throws(() => bound.emit('data'), /of a listener/)
    assert.equal(tracker.current(), undefined)
  })

  test('is left as it was when the tracker is stopped', () => {
    const emitter = new EventEmitter()
    tracker.bindEmitter(emitter, a)
    tracker.stop()
    let seen: Owner | undefined = b
    emitter.on('data', () => {
      seen = tracker.current()
    })
    emitter.emit('data')
    assert.equal(seen, undefined)
  })
})

describe('what reads the rest of a request', () => {
  /** Sends requests to a server that has each adopted by the next of the owners. Whose turn it was: around each, and as its body came. */
  async function talk(owners: readonly Owner[], send: (origin: string) => Promise<void>): Promise<string[]> {
    const left = [...owners]
    const seen: string[] = []
    const see = (when: string) => seen.push(`${when} ${tracker.current()?.name ?? 'nobody'}`)
    const server = createServer((request, response) => {
      // Or Node keeps the date for a second, with a timer of whoever answers first.
      response.sendDate = false
      see('before')
      const owner = left.shift()!
      tracker.adopt(request, owner)
      as(owner, () => request.on('data', () => see('data')).on('end', () => see('end')))
      see('after')
      request.on('end', () => {
        ended.add(owner)
        response.end()
      })
    })
    await listen(server)
    try {
      await send(originOf(server))
    } finally {
      server.closeAllConnections()
      server.close()
    }
    return seen
  }

  function listen(server: Server): Promise<void> {
    return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  }

  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  async function post(origin: string, ...parts: string[]): Promise<void> {
    const sent = request(origin, { method: 'POST', agent })
    for (const part of parts) {
      sent.write(part)
      await sleep(20)
    }
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
  }

  test('the parser of its connection runs as its owner, the callback in which it began to the end', async () => {
    const seen = await talk([a], (origin) => post(origin, 'one', 'two'))
    assert.deepEqual(seen, ['before nobody', 'after a', 'data a', 'data a', 'end a'])
    assert.equal(holders(), 'a')
  })

  test('until that has ended: the next request on the connection begins as nobody', async () => {
    const seen = await talk([a, b], async (origin) => {
      await post(origin)
      await post(origin)
    })
    assert.deepEqual(seen, ['before nobody', 'after a', 'end a', 'before nobody', 'after b', 'end b'])
    assert.equal(holders(), 'a b')
  })

  test('where no parser runs, and where the tracker was started in the middle of its callback, listeners do', async () => {
    const source = new EventEmitter()
    const seen: unknown[] = []
    source.on('data', () => seen.push(tracker.current()))
    tracker.adopt(source, a)
    assert.equal(tracker.current(), undefined)
    source.emit('data')

    tracker.stop()
    const server = createServer((request, response) => {
      response.sendDate = false
      tracker.start()
      tracker.adopt(request, b)
      seen.push(tracker.current())
      request.on('end', () => seen.push(tracker.current())).resume()
      request.on('end', () => response.end())
    })
    await listen(server)
    await post(originOf(server), 'one')
    server.closeAllConnections()
    server.close()
    assert.deepEqual(seen, [a, undefined, b])
  })
})

describe('the log', () => {
  test('has no entry while one owner goes on', () => {
    as(a, () => {
      const before = timeline.view(nowUs()).length
      for (let i = 0; i < 100; i++) as(a, () => {})
      assert.equal(timeline.view(nowUs()).length, before)
    })
  })

  test('has no entry for an event that nobody listens to', () => {
    class Request extends EventEmitter {}
    const bound = new Request()
    tracker.bindEmitter(bound, a)
    const before = timeline.view(nowUs()).length
    bound.emit('readable')
    assert.equal(timeline.view(nowUs()).length, before)
  })

  test('has one entry for callbacks of nobody and what lies between them', async () => {
    await new Promise((resolve) => setImmediate(resolve))
    timeline.drain(nowUs())
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    const { holder, length } = timeline.view(nowUs())
    const twice = holder.slice(1, length).filter((one, i) => one === holder[i])
    assert.deepEqual(twice, [])
  })

  test('has one entry for callbacks of one owner between which the loop does nothing for others', async () => {
    let fewest = Number.POSITIVE_INFINITY
    // Others may come in between, and a busy machine may stop: the quietest of some tries tells.
    for (let tries = 0; tries < 20 && fewest > 2; tries++) {
      await new Promise((resolve) => setImmediate(resolve))
      timeline.drain(nowUs())
      await as(a, async () => {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
      })
      const { holder, length } = timeline.view(nowUs())
      fewest = Math.min(fewest, holder.slice(0, length).filter((one) => one === a).length)
    }
    // The turn in which it begins ends as nobody's; all others are one.
    assert.equal(fewest, 2)
  })

  test('knows when the loop slept', async () => {
    let mostUs = 0
    // Whatever else the process does meanwhile is not idleness: the quietest of some tries tells.
    for (let tries = 0; tries < 20 && mostUs < 25_000; tries++) {
      timeline.drain(nowUs())
      await as(a, () => sleep(50))
      mostUs = Math.max(mostUs, idleUs())
    }
    assert.ok(mostUs >= 25_000, `${mostUs} us idle of 50 ms`)
  })

  test('has no idleness in a burn', () => {
    timeline.drain(nowUs())
    as(a, () => {
      const end = nowUs() + 5000
      while (nowUs() < end);
    })
    assert.equal(idleUs(), 0)
  })

  test('tells of watched resources once, and only of those of an owner', async () => {
    await as(a, () => sleep(1))
    await sleep(1)
    assert.deepEqual(called, ['a Timeout'])
  })

  test("a resource that is frozen when it is made is nobody's", () => {
    tracker.stop()
    const freezes = createHook({
      init: (_id, type, _trigger, resource) => void (type === 'FROZEN' && Object.freeze(resource)),
    }).enable()
    tracker.start()
    const resource = as(a, () => new AsyncResource('FROZEN', { requireManualDestroy: true }))
    freezes.disable()
    assert.equal(
      resource.runInAsyncScope(() => tracker.current()),
      undefined,
    )
  })

  test('a watched resource that is frozen runs as any other', () => {
    const resource = as(a, () => Object.freeze(new AsyncResource('Timeout')))
    assert.equal(
      resource.runInAsyncScope(() => tracker.current()),
      a,
    )
    assert.deepEqual(called, ['a Timeout'])
  })

  test("a shared resource is nobody's when its owner has ended, for good", () => {
    const resource = as(a, () => new AsyncResource('SHARED'))
    const frozen = as(a, () => Object.freeze(new AsyncResource('SHARED')))
    const own = as(a, () => new AsyncResource('query'))
    const runs = (one: AsyncResource) => one.runInAsyncScope(() => tracker.current())
    assert.deepEqual([resource, resource, frozen, own].map(runs), [a, a, a, a])
    ended.add(a)
    assert.deepEqual([resource, resource, frozen, frozen, own].map(runs), [
      undefined,
      undefined,
      undefined,
      undefined,
      a,
    ])
    assert.deepEqual(called, [])
  })

  test('has nothing of what happens after stop(), and stop() twice is one', async () => {
    const later = as(a, () => sleep(5))
    tracker.stop()
    tracker.stop()
    const before = timeline.view(nowUs()).length
    as(b, () => {})
    await later
    assert.equal(timeline.view(nowUs()).length, before)
    assert.equal(tracker.current(), undefined)
  })

  test('goes on after another start(), with owners from before', async () => {
    let seen: Owner | undefined
    const later = as(a, async () => {
      await sleep(10)
      seen = tracker.current()
    })
    tracker.stop()
    tracker.start()
    tracker.start()
    timeline.restart(nowUs())
    await later
    assert.equal(seen, a)
  })
})
