import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fastify, { type FastifyInstance } from 'fastify'
// Loaded before a test registers the profiler, for which Fastify allows ten seconds.
import '@fastify/static'
import '../plugin/install.ts'
import profiler, { type CallCounts, type Profile, type ProfilerOptions } from '../plugin/index.ts'
import { calmly } from './calmly.ts'
import { runChild } from './child.ts'
import { newGate } from './gate.ts'
import { createFolder } from './transpiled.ts'

/** Then V8's counters are taken. */
const skip = process.env.NODE_V8_COVERAGE ? 'coverage is taken' : false

/** What has been opened and may have to be closed. */
const opened: FastifyInstance[] = []

async function appOf(
  t: TestContext,
  routes: (app: FastifyInstance) => void,
  options: ProfilerOptions = {},
): Promise<FastifyInstance> {
  const app = fastify()
  t.after(() => app.close())
  opened.push(app)
  await app.register(profiler, { enabled: true, callCounts: true, ...options })
  routes(app)
  await app.ready()
  return app
}

/**
 * As `calmly`. A try leaves no application open: where counting took long, since the process was stopped, it costs too
 * much for all that share it.
 */
function counted(measure: () => Promise<void>): Promise<void> {
  return calmly(async () => {
    try {
      await measure()
    } finally {
      for (const app of opened.splice(0)) await app.close()
    }
  })
}

async function profileOf(app: FastifyInstance, route: string): Promise<Profile & { calls: CallCounts }> {
  await app.profiler.flush()
  const profile = app.profiler.profile({ route })
  assert.ok(profile.calls, 'calls')
  return profile as Profile & { calls: CallCounts }
}

/** Calls of a function, `undefined` when none are known; `≤` before those that may be less. */
function callsOf({ frames, calls }: Profile, name: string): string | undefined {
  const at = calls!.frame.findIndex((frame) => frames[frame].name === name)
  return at < 0 ? undefined : `${calls!.resumes[at] ? '≤' : ''}${calls!.count[at]}`
}

function visitsOf({ calls }: Profile) {
  const { requests, partly, overlapped, skipped } = calls!
  return { requests, partly, overlapped, skipped }
}

const none = { requests: 0, partly: 0, overlapped: 0, skipped: 0 }

function seven(app: FastifyInstance): void {
  function calledSeven(value: number): number {
    return value + 1
  }
  app.get('/seven', () => {
    let sum = 0
    for (let i = 0; i < 7; i++) sum = calledSeven(sum)
    return { sum }
  })
}

describe('calls', { skip }, () => {
  test('are counted exactly: seven in each of five requests are 35', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      for (let i = 0; i < 5; i++) assert.equal((await app.inject('/seven')).statusCode, 200)
      const profile = await profileOf(app, 'GET /seven')
      assert.deepEqual(visitsOf(profile), { ...none, requests: 5 })
      assert.equal(callsOf(profile, 'calledSeven'), '35')
    })
  })

  test('are counted beside the sampler that uses the inspector, too', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven, { sampler: 'inspector' })
      for (let i = 0; i < 3; i++) {
        await app.inject('/seven')
        await app.profiler.flush()
      }
      const profile = await profileOf(app, 'GET /seven')
      assert.deepEqual([visitsOf(profile).requests, callsOf(profile, 'calledSeven')], [3, '21'])
    })
  })

  test('over a connection that is kept, with the dashboard’s event stream open, are counted', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      const origin = await app.listen({ port: 0, host: '127.0.0.1' })
      const stream = await fetch(`${origin}/__profile/api/events`)
      const reader = stream.body!.getReader()
      await reader.read()
      for (let i = 0; i < 5; i++) await (await fetch(`${origin}/seven`)).text()
      const profile = await profileOf(app, 'GET /seven')
      await reader.cancel()
      assert.deepEqual(visitsOf(profile), { ...none, requests: 5 })
      assert.equal(callsOf(profile, 'calledSeven'), '35')
    })
  })

  test('are counted after a client has left with a request that waited behind another', async (t) => {
    await counted(async () => {
      const app = await appOf(t, (app) => {
        seven(app)
        app.get('/never', () => new Promise(() => {}))
      })
      const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
      const socket = connect(Number(address.port), '127.0.0.1')
      const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
      socket.write(get('/never') + get('/seven'))
      while (app.profiler.status().counts.inFlight < 2) await sleep(5)
      socket.destroy()
      while (app.profiler.status().counts.inFlight > 0) await sleep(5)
      await app.profiler.flush()
      app.profiler.clear()
      await app.inject('/seven')
      const profile = await profileOf(app, 'GET /seven')
      assert.deepEqual(visitsOf(profile), { ...none, requests: 1 })
    })
  })

  test('of requests of one route side by side are counted', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      await Promise.all(Array.from({ length: 20 }, () => app.inject('/seven')))
      const profile = await profileOf(app, 'GET /seven')
      assert.deepEqual(visitsOf(profile), { ...none, requests: 20 })
      assert.equal(callsOf(profile, 'calledSeven'), '140')
    })
  })

  test('where two routes overlap are not shown, and before and after they are', async (t) => {
    await counted(async () => {
      const { opened, open: goOn } = newGate()
      const app = await appOf(t, (app) => {
        seven(app)
        function inSlow(): void {}
        app.get('/slow', async () => {
          await opened
          for (let i = 0; i < 3; i++) inSlow()
          return 'slow'
        })
      })
      const slow = app.inject('/slow')
      while (app.profiler.status().counts.inFlight === 0) await sleep(1)
      await app.inject('/seven')
      goOn()
      await slow
      const profile = await profileOf(app, 'GET /seven')
      assert.deepEqual(visitsOf(profile), { ...none, overlapped: 1 })
      assert.equal(callsOf(profile, 'calledSeven'), undefined)
      app.profiler.clear()
      await app.inject('/slow')
      await app.inject('/seven')
      const [ofSlow, ofSeven] = [await profileOf(app, 'GET /slow'), await profileOf(app, 'GET /seven')]
      assert.deepEqual([visitsOf(ofSlow), visitsOf(ofSeven)], Array(2).fill({ ...none, requests: 1 }))
      assert.deepEqual([callsOf(ofSlow, 'inSlow'), callsOf(ofSlow, 'calledSeven')], ['3', undefined])
      assert.deepEqual([callsOf(ofSeven, 'inSlow'), callsOf(ofSeven, 'calledSeven')], [undefined, '7'])
    })
  })

  test('of ignored requests are nobody’s', async (t) => {
    await counted(async () => {
      const app = await appOf(
        t,
        (app) => {
          function everywhere(): void {}
          app.get('/ignored', () => everywhere() ?? 'ignored')
          app.get('/recorded', () => everywhere() ?? 'recorded')
        },
        { ignore: '/ignored' },
      )
      for (let i = 0; i < 3; i++) for (const url of ['/ignored', '/recorded']) await app.inject(url)
      assert.equal(callsOf(await profileOf(app, 'GET /recorded'), 'everywhere'), '3')
    })
  })

  test('of asynchronous functions are told to be the most that they can be', async (t) => {
    await counted(async () => {
      const app = await appOf(t, (app) => {
        async function awaitsTwice(): Promise<void> {
          await null
          await null
        }
        app.get('/async', async () => {
          await awaitsTwice()
          return 'done'
        })
      })
      await app.inject('/async')
      assert.equal(callsOf(await profileOf(app, 'GET /async'), 'awaitsTwice'), '≤3')
    })
  })

  test('stand at the frames that samples found, whatever kind of function it is', async (t) => {
    const folder = createFolder()
    t.after(() => folder.remove())
    const { all } = createRequire(import.meta.url)(folder.write('kinds.cjs', kinds))
    await counted(async () => {
      const app = await appOf(t, (app) => void app.get('/kinds', () => all() ?? 'done'), {
        samplingIntervalUs: 500,
      })
      await app.inject('/kinds')
      const { frames, tree, calls } = await profileOf(app, 'GET /kinds')
      const sampled = new Set(tree.frame.filter((frame) => frames[frame].file.endsWith('kinds.cjs')))
      const counted = new Set(calls.frame)
      const without = [...sampled].filter((frame) => !counted.has(frame)).map((frame) => frames[frame].name)
      // V8 does not count constructors that nobody wrote.
      assert.deepEqual(
        without.filter((name) => name !== 'Derived' && name !== 'Fields'),
        [],
      )
      assert.ok(sampled.size > 30, `${sampled.size} functions`)
    })
  })

  test('of transpiled code stand at its source', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      await app.inject('/seven')
      const { frames, calls } = await profileOf(app, 'GET /seven')
      const frame = calls.frame.map((id) => frames[id]).find(({ name }) => name === 'calledSeven')
      const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n')
      const line = lines.findIndex((text) => text.includes('function calledSeven(')) + 1
      assert.deepEqual([frame?.file, frame?.line, frame?.kind], ['test/calls.test.ts', line, 'app'])
    })
  })

  test('are of a route or of all, and not of some requests', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      await app.inject('/seven')
      await app.profiler.flush()
      const [{ id }] = app.profiler.requests()
      assert.equal(app.profiler.profile({ requests: [id] }).calls, undefined)
      assert.equal(app.profiler.profile({ requests: [] }).calls, undefined)
      assert.equal(app.profiler.profile({ route: 'GET /seven', minMs: 0 }).calls, undefined)
      assert.equal(callsOf(app.profiler.profile(), 'calledSeven'), '7')
    })
  })
})

describe('counting', { skip }, () => {
  /** What sessions of this process were asked for, of the counters. */
  function watch(t: TestContext): string[] {
    const asked: string[] = []
    const { post } = Session.prototype
    t.mock.method(Session.prototype, 'post', function (this: Session, ...args: Parameters<typeof post>) {
      if (args[0].includes('Coverage')) asked.push(args[0])
      return post.apply(this, args)
    } as never)
    return asked
  }

  test('is off by default: the counters are not touched', async (t) => {
    const asked = watch(t)
    const app = await appOf(t, seven, { callCounts: false })
    await app.inject('/seven')
    await app.profiler.flush()
    assert.equal(app.profiler.profile().calls, undefined)
    assert.equal(app.profiler.status().calls, null)
    assert.deepEqual(asked, [])
  })

  test('begins with the first request that is recorded, and ends with the recording', async (t) => {
    const asked = watch(t)
    const app = await appOf(t, seven, { record: 'manual' })
    await app.inject('/seven')
    assert.deepEqual(asked, [])
    app.profiler.start()
    await app.inject('/seven')
    assert.equal(asked[0], 'Profiler.startPreciseCoverage')
    assert.equal(app.profiler.status().calls?.counting, true)
    app.profiler.stop()
    assert.equal(app.profiler.status().calls?.counting, false)
    const { length } = asked
    await app.inject('/seven')
    assert.equal(asked.length, length)
  })

  test('lasts as long as a call of collect(), where that alone records', async (t) => {
    const app = await appOf(t, seven, { record: 'manual' })
    const isCounting = () => app.profiler.status().calls?.counting
    const during = await app.profiler.collect(async () => {
      await app.inject('/seven')
      return isCounting()
    })
    assert.deepEqual([during.result, isCounting()], [true, false])
    app.profiler.start()
    await app.profiler.collect(() => app.inject('/seven'))
    assert.equal(isCounting(), true)
  })

  test('goes on after a pause; clearing forgets', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      await app.inject('/seven')
      await app.profiler.flush()
      app.profiler.stop()
      await app.inject('/seven')
      app.profiler.start()
      await app.inject('/seven')
      assert.equal(callsOf(await profileOf(app, 'GET /seven'), 'calledSeven'), '14')
      app.profiler.clear()
      await app.inject('/seven')
      assert.equal(callsOf(await profileOf(app, 'GET /seven'), 'calledSeven'), '7')
    })
  })

  test('steps aside for another session, with one line in the log', async (t) => {
    await counted(async () => {
      const app = await appOf(t, seven)
      const warnings: string[] = []
      t.mock.method(app.log, 'warn', (message: string) => warnings.push(message))
      await app.inject('/seven')
      await app.profiler.flush()
      const other = new Session()
      other.connect()
      try {
        other.post('Profiler.enable')
        other.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
        other.post('Profiler.takePreciseCoverage')
        for (let i = 0; i < 3; i++) assert.equal((await app.inject('/seven')).statusCode, 200)
        await app.profiler.flush()
        const { calls } = app.profiler.status()
        assert.deepEqual([calls?.counting, warnings.length], [false, 1])
        assert.match(calls!.problem, /something else takes the counters/)
        assert.match(warnings[0], /calls are not counted: something else/)
        app.profiler.stop()
        await app.inject('/seven')
        let count = 0
        other.post('Profiler.takePreciseCoverage', (_, { result }) => {
          const functions = result.flatMap((script) => script.functions)
          count = functions.find(({ functionName }) => functionName === 'calledSeven')!.ranges[0].count
        })
        assert.equal(count, 28, 'the other one goes on counting')
      } finally {
        other.disconnect()
      }
    })
  })

  test('works as it is published, bundled', { skip: !existsSync('dist/plugin/index.js') }, async () => {
    await counted(async () => {
      const { code, stdout, stderr } = await runChild(
        `const { default: built } = await import('./dist/plugin/index.js')
        const app = fastify()
        await app.register(built, { enabled: true, callCounts: true })
        function three() {}
        app.get('/', () => { three(); three(); three(); return 'done' })
        for (let i = 0; i < 4; i++) await app.inject('/')
        await app.profiler.flush()
        const { frames, calls } = app.profiler.profile({ route: 'GET /' })
        const at = calls.frame.findIndex((frame) => frames[frame].name === 'three')
        console.log(calls.requests, calls.count[at], app.profiler.status().calls.problem)
        process.exit()`,
        { env: { NODE_V8_COVERAGE: '' } },
      )
      assert.deepEqual([code, stdout], [0, '4 12 \n'], stderr)
    })
  })

  test('is one for all applications of a process, each with its own routes', async (t) => {
    await counted(async () => {
      const [a, b] = [await appOf(t, seven), await appOf(t, seven)]
      await a.inject('/seven')
      await b.inject('/seven')
      await b.inject('/seven')
      assert.equal(callsOf(await profileOf(a, 'GET /seven'), 'calledSeven'), '7')
      await a.close()
      await b.inject('/seven')
      assert.equal(callsOf(await profileOf(b, 'GET /seven'), 'calledSeven'), '21')
      await b.close()
    })
  })
})

/** Every kind of function that can be written, each long enough to be sampled. */
const kinds = `
function burn() { for (const end = performance.now() + 15; performance.now() < end; ); }
function decl(a) { burn() }
async function asyncDecl (a) { burn() }
const arrow = (a) => { burn() }
const one = x => { burn() }
const asyncArrow = async (a) => { burn() }
const asyncOne = async x => { burn() }
const expression = function named (a) { burn() }
const unnamed = function(a) { burn() }
const asyncUnnamed = async function(a) { burn() }
function* generator(a) { burn() }
async function* asyncGenerator(a) { burn() }
const commented = function /* ( */ (a) { burn() }
class Base {
  constructor(a) { burn() }
  method(a) { burn() }
  get got() { burn() }
  set got(value) { burn() }
  static still() { burn() }
  async later() { burn() }
  *many() { burn() }
  async *manyLater() { burn() }
  #hidden() { burn() }
  callHidden() { this.#hidden() }
  static async stillLater (b) { burn() }
  'quoted (name'() { burn() }
  12() { burn() }
  [ 'comp' + (1) ](a) { burn() }
}
class Derived extends Base {}
class Fields { field = burn() }
const o = {
  inObject(a) { burn() }, ['comp' + (1)](a) { burn() }, value: function(a) { burn() },
  async() { burn() }, get() { burn() }, static() { burn() }, async asyncInObject() { burn() },
  asyncValue: async(a) => { burn() }
}
exports.all = function all() {
  decl(1); asyncDecl(); arrow(1); one(); asyncArrow(); asyncOne(); expression(); unnamed(); asyncUnnamed()
  generator().next(); asyncGenerator().next(); commented(); new Derived(); new Fields(); Base.still(); Base.stillLater()
  const k = new Base(); k.method(); k.got; k.got = 1; k.later(); k.many().next(); k.manyLater().next()
  k.callHidden(); k['quoted (name'](); k[12](); k.comp1()
  o.inObject(); o.comp1(); o.value(); o.async(); o.get(); o.static(); o.asyncInObject(); o.asyncValue()
}
`
