/** What a test lets happen to a process that records; each task reports what became of it. */
import inspector from 'node:inspector'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { faultsApp, report } from './faults-app.ts'

const [, , task, sampler] = process.argv as [string, string, string, SamplerName | undefined]
const options = sampler === undefined ? {} : { sampler }
const require = createRequire(import.meta.url)

const tasks: Record<string, () => Promise<unknown>> = {
  async cpuProf() {
    const { app, work, sees } = await faultsApp(options)
    const { problem } = await work(({ counts }) => counts.samples > 100)
    await app.close()
    return { problem, ours: sees() }
  },

  /** As Chrome's DevTools do it, over the socket that `--inspect` opens. */
  async debugger() {
    const { app, work, sees } = await faultsApp(options)
    const { call, leave } = await debuggerClient()
    await call('Profiler.enable')
    await call('Profiler.start')
    const { problem } = await work(({ counts }) => counts.samples > 100)
    const { profile } = (await call('Profiler.stop')) as { profile: unknown }
    leave()
    const before = app.profiler.status().counts.samples
    const { sampler } = await work(({ counts }) => counts.samples > before + 50)
    await app.close()
    return { problem, ours: sees(), theirs: JSON.stringify(profile).includes('burnInFault'), ...sampler }
  },

  /** An application that uses the very add-on, and takes our profiles as well. */
  async addon() {
    const { app, work, sees } = await faultsApp(options)
    const addon = require('v8-profiler-next')
    addon.setGenerateType(1)
    addon.startProfiling('theirs', true)
    const first = await work(({ counts }) => counts.samples > 100)
    const theirs = JSON.stringify(addon.stopProfiling('theirs')).includes('burnInFault')
    for (let i = 0; i < 6 && sampler === 'v8-profiler-next'; i++) {
      // Without a title it takes the one that was started last.
      addon.stopProfiling()?.delete()
      const { counts } = app.profiler.status()
      await work((status) => status.counts.samples > counts.samples + 20)
    }
    const { problem, sampler: own } = app.profiler.status()
    await app.close()
    return { before: first.problem, problem, ours: sees(), theirs, ...own }
  },

  async datadog() {
    const { app, work, sees } = await faultsApp(options)
    const { time } = createRequire(new URL('../bench/others/', import.meta.url))('@datadog/pprof')
    time.start({ intervalMicros: 1000, durationMillis: 60_000 })
    const { problem, sampler } = await work(({ counts }) => counts.samples > 100)
    const theirs = time.stop().stringTable.strings.includes('burnInFault')
    await app.close()
    return { problem, ours: sees(), theirs, ...sampler }
  },

  /** Twenty at a time, each with an application that records, ending in every way. */
  async workers() {
    const { app, send, sees } = await faultsApp(options)
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(workerData.plugin).then(async ({ default: profiler }) => {
        const app = require(workerData.fastify)()
        await app.register(profiler, { enabled: true })
        app.get('/', async () => { const end = Date.now() + 20; while (Date.now() < end); return 'ok' })
        await app.inject('/')
        await app.profiler.flush()
        parentPort.postMessage(app.profiler.status().sampler)
        if (workerData.end === 'exits') process.exit(3)
        if (workerData.end === 'throws') setTimeout(() => { throw new Error('meant') })
        if (workerData.end === 'closes') await app.close()
        if (workerData.end === 'is terminated') setInterval(() => app.inject('/'), 10)
      })`
    const plugin = new URL('../dist/plugin/index.js', import.meta.url).href
    const ends = ['exits', 'throws', 'closes', 'just ends', 'is terminated']
    const outcomes: unknown[] = []
    const all = Array.from({ length: 20 }, (_, i) => {
      const end = ends[i % ends.length]
      const workerData = { plugin, fastify: require.resolve('fastify'), end }
      const worker = new Worker(code, { eval: true, execArgv: [], workerData })
      return new Promise<void>((resolve) => {
        const outcome = { end, code: 0, error: '', sampler: {} }
        worker.on('message', (message) => {
          outcome.sampler = message
          if (end === 'is terminated') void worker.terminate()
        })
        worker.on('error', (error) => {
          outcome.error = (error as Error).message
        })
        worker.on('exit', (exitCode) => {
          outcome.code = exitCode
          outcomes.push(outcome)
          resolve()
        })
      })
    })
    let over = false
    const working = (async () => {
      while (!over) await send(1)
    })()
    await Promise.all(all)
    over = true
    await working
    const { problem, sampler } = await send(5)
    await app.close()
    return { problem, ours: sees(), outcomes, ...sampler }
  },

  /** Exceptions that the application catches for good leave no trace in what is recorded after them. */
  async uncaught() {
    const { app, origin, send } = await faultsApp(options)
    let caught = 0
    process.on('uncaughtException', () => caught++)
    app.server.on('request', (request) => {
      if (request.url === '/burn' && request.headers['x-throw'] !== undefined) {
        setImmediate(() => {
          throw new Error('meant')
        })
      }
    })
    for (let i = 0; i < 30; i++) await fetch(`${origin}/burn`, { headers: { 'x-throw': '1' } })
    app.profiler.clear()
    const { counts, problem } = await send(10)
    const [{ own, count }] = app.profiler.routes()
    await app.close()
    return { caught, problem, open: counts.inFlight, count, ownMs: own.totalMs }
  },

  /** Every clock that an application or its tests can reach goes astray. */
  async clocks() {
    const { app, send } = await faultsApp(options)
    const real = {
      now: Date.now,
      performance: performance.now.bind(performance),
      hrtime: process.hrtime.bigint,
    }
    let reads = 0
    const jump = () => (reads++ % 3) * 86_400_000
    Date.now = () => real.now() - jump()
    performance.now = () => real.performance() - jump()
    process.hrtime.bigint = () => real.hrtime() - BigInt(jump()) * 1_000_000n
    const { accounting, problem } = await send(20)
    const requests = app.profiler.requests()
    await app.close()
    return { problem, accounting, requests }
  },

  /** An application whose tests fake all timers from the beginning. */
  async timers() {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
    const { default: fastify } = await import('fastify')
    const { default: profiler } = await import('../plugin/index.ts')
    // Twenty of them start at once: each is slow.
    const app = fastify({ pluginTimeout: 0 })
    await app.register(profiler, { enabled: true, ...options })
    app.get('/', async () => 'ok')
    const { body } = await app.inject('/')
    await app.profiler.flush()
    mock.timers.tick(100_000)
    const requests = app.profiler.requests()
    await app.close()
    return { body, requests }
  },

  /** Nobody reads what a thousand have asked for. */
  async deaf() {
    const { app, origin, send } = await faultsApp(options)
    const port = Number(new URL(origin).port)
    await send(20)
    globalThis.gc!()
    const before = process.memoryUsage().rss
    const sockets = Array.from({ length: 1000 }, () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      socket.pause()
      socket.write('GET /__profile/api/events HTTP/1.1\r\nhost: localhost\r\n\r\n')
      return socket
    })
    const connections = () =>
      new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))
    while ((await connections()) < 1000) await sleep(20)
    const { counts, problem } = await send(100)
    const refused = (await fetch(`${origin}/__profile/api/events`)).status
    const grownBytes = process.memoryUsage().rss - before
    for (const socket of sockets) socket.destroy()
    while ((await connections()) > 5) await sleep(20)
    const again = await fetch(`${origin}/__profile/api/events`)
    await again.body!.cancel()
    await app.close()
    return { problem, open: counts.inFlight, refused, grownBytes, again: again.status }
  },

  /** Two hundred look at everything at once, and again. */
  async readers() {
    const { app, origin, send } = await faultsApp(options)
    await send(50)
    const paths = [
      'status',
      'routes',
      'requests',
      'profile?route=GET%20/burn',
      'profile?route=GET%20/burn&format=cpuprofile',
      'phases?route=GET%20/burn',
    ]
    const statuses = new Set<number>()
    const reader = async (i: number) => {
      for (let j = 0; j < 3; j++) {
        const response = await fetch(`${origin}/__profile/api/${paths[(i + j) % paths.length]}`)
        await response.arrayBuffer()
        statuses.add(response.status)
      }
    }
    const [{ counts, problem, sampler }] = await Promise.all([
      send(20),
      ...Array.from({ length: 200 }, (_, i) => reader(i)),
    ])
    await app.close()
    return { problem, sampler, statuses: [...statuses], requests: counts.requests, open: counts.inFlight }
  },
}

report(await tasks[task]())

async function debuggerClient() {
  const socket = new WebSocket(inspector.url()!)
  const answers = new Map<number, (result: unknown) => void>()
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data))
    answers.get(id)?.(result)
  }
  await new Promise((resolve) => {
    socket.onopen = resolve
  })
  let last = 0
  const call = (method: string): Promise<unknown> =>
    new Promise((resolve) => {
      answers.set(++last, resolve)
      socket.send(JSON.stringify({ id: last, method }))
    })
  return { call, leave: () => socket.close() }
}
