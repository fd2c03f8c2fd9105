import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { calmly } from './calmly.ts'
import { type ChildOptions, cleanEnv, runChild } from './child.ts'

/** An application that has recorded a few requests over a real socket and goes on doing so. */
const serving = `
  const app = fastify()
  await app.register(profiler)
  app.get('/burn', async () => {
    const end = performance.now() + 5
    while (performance.now() < end);
    return 'ok'
  })
  app.get('/throws', () => new Promise(() => setTimeout(() => { throw new Error('meant') }, 1)))
  app.get('/eats', async () => {
    const kept = []
    for (;;) kept.push(new Array(1000).fill(kept.length))
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  for (let i = 0; i < 3; i++) await (await fetch(origin + '/burn')).text()
  console.log('recorded', app.profiler.recording)
`
const off = { FASTIFY_PROFILER: '0' }

describe('the process ends by itself', { concurrency: 2 }, () => {
  const ends: Record<string, string> = {
    'after close()': `${serving} await app.close()`,
    'after close() with requests in flight': `${serving}
      const pending = fetch(origin + '/burn').then((response) => response.text(), () => {})
      await app.close()
      await pending`,
    'after ready() alone': `
      const app = fastify()
      await app.register(profiler)
      await app.ready()`,
    'after injected requests, without close()': `
      const app = fastify()
      await app.register(profiler)
      app.get('/a', async () => 'a')
      await app.inject('/a')
      await app.profiler.flush()
      console.log(app.profiler.requests().length)`,
    'after collect(), without close()': `
      const app = fastify()
      await app.register(profiler, { record: 'manual' })
      app.get('/a', async () => 'a')
      console.log((await app.profiler.collect(() => app.inject('/a'))).requests.length)`,
    'when registration fails': `
      const app = fastify()
      app.register(profiler, { samplingIntervalUs: 1 })
      await app.ready().catch((error) => console.log(error.code))`,
    'after the tests of an application that nobody closes': `
      const { test } = await import('node:test')
      test('one', async () => {
        const app = fastify()
        await app.register(profiler)
        app.get('/a', async () => 'a')
        const { statusCode } = await app.inject('/a')
        if (statusCode !== 200) throw new Error('answered ' + statusCode)
      })`,
  }
  for (const [when, source] of Object.entries(ends)) {
    test(when, async () => {
      const end = await runChild(source)
      assert.deepEqual([end.code, end.signal, end.stderr], [0, null, ''])
    })
  }

  test('and close() leaves nothing behind that works or waits', async () => {
    const source = `${serving}
      await fetch(origin + '/__profile/api/status').then((response) => response.text())
      await app.close()
      await new Promise((resolve) => setTimeout(resolve, 300))
      let busyMs = Infinity
      for (let i = 0; i < 3 && busyMs >= 50; i++) {
        const before = process.cpuUsage()
        await new Promise((resolve) => setTimeout(resolve, 1000))
        const { user, system } = process.cpuUsage(before)
        busyMs = Math.min(busyMs, (user + system) / 1000)
      }
      const { sampler, counts } = app.profiler.status()
      console.log(JSON.stringify({ busyMs, state: sampler.state, inFlight: counts.inFlight }))`
    const end = await runChild(source)
    const { busyMs, state, inFlight } = JSON.parse(end.stdout.split('\n').at(-2)!)
    assert.deepEqual([state, inFlight], ['stopped', 0])
    assert.ok(busyMs < 50, `${busyMs} ms of CPU in a second`)
  })
})

// In a process of its own: where tests run, hooks of others see to it that V8 announces all promise jobs.
test('a queue consumer that is older than recording does not become part of the request that wakes it', () =>
  calmly(async () => {
    const end = await runChild(`
    let wake
    const arrived = () => new Promise((resolve) => { wake = resolve })
    const burn = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); }
    const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const consume = async () => {
      for (;;) {
        await arrived()
        await turn(1)
        burn(50)
      }
    }
    void consume()
    const app = fastify()
    await app.register(profiler, { enabled: true, persist: false, warnBlockedMs: false })
    app.get('/push', async () => {
      await turn(1)
      wake()
      await turn(20)
      return 'ok'
    })
    for (let i = 0; i < 3; i++) await app.inject('/push')
    await turn(100)
    await app.profiler.flush()
    const [{ own, count }] = app.profiler.routes()
    console.log(JSON.stringify({ ownMs: own.totalMs, count, otherMs: app.profiler.status().accounting.otherMs }))
    await app.close()
    process.exit()`)
    const { ownMs, count, otherMs } = JSON.parse(end.stdout)
    assert.equal(count, 3)
    assert.ok(ownMs < 50 && otherMs > 150, end.stdout)
  }))

test('where Node lets no sampler work, the application starts, and its requests are timed', async (t) => {
  const major = Number.parseInt(process.versions.node, 10)
  if (major >= 24) return t.skip("Node's own sampler is always let")
  const nodeArgs = [
    '--experimental-permission',
    '--allow-fs-read=*',
    '--allow-worker',
    '--allow-child-process',
  ]
  const end = await runChild(
    `
    const lines = []
    const app = fastify({ logger: { level: 'warn', stream: { write: (line) => lines.push(JSON.parse(line).msg) } } })
    await app.register(profiler, { enabled: true, persist: false })
    app.get('/', async () => 'ok')
    for (let i = 0; i < 5; i++) await app.inject('/')
    await app.profiler.flush()
    const { sampler, counts } = app.profiler.status()
    await app.close()
    console.log(JSON.stringify({ state: sampler.state, requests: counts.requests, told: lines.length }))
    process.exit()`,
    { nodeArgs },
  )
  const { state, requests, told } = JSON.parse(end.stdout.split('\n').at(-2)!)
  assert.deepEqual([state, requests], ['failed', 5], end.stderr)
  assert.ok(told <= 3, `${told} lines in the log`)
})

test('where Node lets only the folder of the application be read, sources are shown and baselines saved', (t) => {
  const major = Number.parseInt(process.versions.node, 10)
  if (major < 24) return t.skip('Node lets no sampler work there')
  const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)))
  const persist = realpathSync(mkdtempSync(join(tmpdir(), 'profiler-')))
  t.after(() => rmSync(persist, { recursive: true, force: true }))
  // Not by `tsx`, which looks at files elsewhere; and in a file, so that there is a source.
  const args = [
    '--permission',
    ...[root, realpathSync(join(root, 'node_modules')), persist].map((path) => `--allow-fs-read=${path}/*`),
    `--allow-fs-write=${persist}/*`,
    'test/permitted-child.mjs',
    persist,
  ]
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: cleanEnv() })
  assert.deepEqual(JSON.parse(output), { seen: true, persisted: true, warnings: [] })
})

test('an application that is loaded when timers are fake already closes as it would without', async () => {
  const fake =
    "import { mock } from 'node:test'; mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })"
  const end = await runChild(
    `
    const lines = []
    const write = (line) => lines.push(JSON.parse(line).msg)
    const app = fastify({ logger: { level: 'warn', stream: { write } } })
    await app.register(profiler, { enabled: true })
    app.get('/', async () => 'ok')
    const { body } = await app.inject('/')
    await app.close()
    console.log(body, lines.join())
    process.exit()`,
    { nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(fake)}`] },
  )
  const said = 'fastify-profiler is off, because timers were faked before it was loaded: import it first'
  assert.deepEqual([end.code, end.stdout], [0, `ok ${said}\n`], end.stderr)
})

describe('an application whose folder has been removed starts as it would without', () => {
  const skip = process.platform === 'win32' && 'a folder in use cannot be removed there'
  const file = fileURLToPath(new URL('removed-child.mjs', import.meta.url))
  const cases = {
    'with the profiler on': [{ FASTIFY_PROFILER: '1', NODE_ENV: 'test' }, true],
    'with the profiler off': [{ NODE_ENV: 'production' }, false],
  } as const
  for (const [how, [env, on]] of Object.entries(cases)) {
    test(how, { skip }, () => {
      const output = execFileSync(process.execPath, [file], { encoding: 'utf8', env: cleanEnv(env) })
      const { warnings, ...answers } = JSON.parse(output)
      assert.deepEqual(answers, { on, app: 'ok', status: on ? 200 : 404, exports: true })
      // A dependency of `@fastify/static` asks for the folder as it is loaded.
      if (on) assert.match(warnings.join(), /^fastify-profiler: the dashboard cannot be shown[^,]*,[^,]*$/)
      else assert.deepEqual(warnings, [])
    })
  }
})

describe('the process ends as it would without', () => {
  const ends: Record<string, [source: string, options?: ChildOptions]> = {
    'process.exit()': [`${serving} process.exit(7)`],
    'process.exit() in a request': [
      `${serving}
      app.server.on('request', () => setImmediate(() => process.exit(8)))
      await fetch(origin + '/burn')`,
    ],
    'process.exitCode': [`${serving} process.exitCode = 9; await app.close()`],
    'an exception in a request that nobody catches': [`${serving} await fetch(origin + '/throws')`],
    'a rejection that nobody handles': [`${serving} Promise.reject(new Error('meant'))`],
    'process.abort()': [`${serving} process.abort()`],
    'a stack that overflows outside of any request': [
      `${serving}
      const deeper = (depth) => deeper(depth + 1) + 1
      setTimeout(() => deeper(0), 1)`,
    ],
    'no memory left': [`${serving} await fetch(origin + '/eats')`, { nodeArgs: ['--max-old-space-size=64'] }],
    SIGTERM: [`${serving} console.log('ready')`, { kill: 'SIGTERM' }],
    SIGINT: [`${serving} console.log('ready')`, { kill: 'SIGINT' }],
    'SIGTERM that closes': [
      `${serving}
      process.once('SIGTERM', () => app.close().then(() => process.exit(3)))
      console.log('ready')`,
      { kill: 'SIGTERM' },
    ],
    SIGKILL: [`${serving} console.log('ready')`, { kill: 'SIGKILL' }],
  }
  for (const [how, [source, options]] of Object.entries(ends)) {
    test(how, async () => {
      const [withIt, without] = await Promise.all([
        runChild(source, options),
        runChild(source, { ...options, env: off }),
      ])
      assert.match(withIt.stdout, /^recorded true$/m)
      assert.match(without.stdout, /^recorded false$/m)
      assert.deepEqual([withIt.code, withIt.signal], [without.code, without.signal])
      assert.equal(withIt.stderr.includes('Error: meant'), without.stderr.includes('Error: meant'))
    })
  }
})

describe('an application in a worker thread', { concurrency: 2 }, () => {
  const inWorker = (work: string, main = '') => `
    import { isMainThread, parentPort, Worker } from 'node:worker_threads'
    const program = ${JSON.stringify(`
      import { parentPort } from 'node:worker_threads'
      import { register } from 'tsx/esm/api'
      register()
      const { default: fastify } = await import('fastify')
      const { default: profiler } = await import('./plugin/index.ts')
      const app = fastify()
      await app.register(profiler)
      app.get('/burn', async () => {
        const end = performance.now() + 20
        while (performance.now() < end);
        return 'ok'
      })
      for (let i = 0; i < 3; i++) await app.inject('/burn')
      ${work}`)}
    const url = new URL('data:text/javascript,' + encodeURIComponent(
      ['fastify', './plugin/index.ts', 'tsx/esm/api'].reduce(
        (text, name) => text.replace("'" + name + "'", JSON.stringify(import.meta.resolve(name))), program)))
    const worker = new Worker(url)
    worker.on('message', (message) => console.log(JSON.stringify(message)))
    ${main}
    worker.on('error', (error) => console.log('worker: ' + error.message))
    const code = await new Promise((resolve) => worker.on('exit', resolve))
    console.log('worker ended with ' + code)`

  test('records, with a sampler that works there', () =>
    calmly(async () => {
      const end = await runChild(
        inWorker(`
        await app.profiler.flush()
        const [{ own, gc, samples }] = app.profiler.routes()
        const { name } = app.profiler.status().sampler
        parentPort.postMessage({ busyMs: own.totalMs + gc.totalMs, samples, sampler: name })
        await app.close()`),
      )
      assert.deepEqual([end.code, end.signal, end.stderr], [0, null, ''])
      const { busyMs, samples, sampler } = JSON.parse(end.stdout.split('\n')[0])
      assert.ok(busyMs >= 57, `${busyMs} ms`)
      assert.ok(samples > 0)
      assert.notEqual(sampler, 'v8-profiler-next')
      assert.match(end.stdout, /worker ended with 0/)
    }))

  const ends: Record<string, [work: string, main: string, code: number]> = {
    'is terminated while it records': [
      "setInterval(() => {}, 1000); parentPort.postMessage('up')",
      "worker.on('message', () => worker.terminate())",
      1,
    ],
    'exits while it records': ['process.exit(5)', '', 5],
    'throws while it records': ["setTimeout(() => { throw new Error('meant') }, 5)", '', 1],
    'ends by itself, without close()': ["parentPort.postMessage('up')", '', 0],
  }
  for (const [how, [work, main, code]] of Object.entries(ends)) {
    test(`that ${how} leaves the process alone`, async () => {
      const end = await runChild(inWorker(work, main))
      assert.deepEqual([end.code, end.signal], [0, null], end.stderr)
      assert.match(end.stdout, new RegExp(`worker ended with ${code}`))
    })
  }
})
