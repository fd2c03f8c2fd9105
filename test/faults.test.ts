import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RequestSummary } from '../plugin/model/wire/requests.ts'
import { samplerNames } from '../plugin/model/wire/status.ts'
import { calmly } from './calmly.ts'
import { type ChildOptions, runChild, runFile } from './child.ts'
import { trySampler } from './sampler-work.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/**
 * V8's sampling thread can spin and deliver nothing, on a loaded machine more often: seen once in a few hundred runs, and
 * by others (DataDog/pprof-nodejs#125). All that can be done is to notice it and to restart it. So what there must be no
 * problem in is tried again.
 */
const withoutProblem = calmly

const major = Number.parseInt(process.versions.node, 10)

/** Answers with what the one task reported; every request that it sent was answered as always. */
// biome-ignore lint/suspicious/noExplicitAny: each task reports in its own form
async function fared(task: string, sampler?: string, options?: ChildOptions): Promise<any> {
  const words = sampler === undefined ? [task] : [task, sampler]
  const [answer] = await runFile('test/faults-child.ts', words, { patienceMs: 120_000, ...options })
  return answer
}

describe('beside another profiler in the process', { concurrency: 2 }, () => {
  for (const name of samplerNames) {
    const { why } = trySampler(name)
    const skip = why === '' ? false : why

    // The inspector steps back from it, see inspector-session.test.ts.
    const beside = name === 'inspector' ? 'Node would print its profiles' : skip
    test(`${name}: --cpu-prof`, { skip: beside }, (t) =>
      withoutProblem(async () => {
        const folder = mkdtempSync(join(tmpdir(), 'cpu-prof-'))
        t.after(() => rmSync(folder, { recursive: true, force: true }))
        const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`]
        assert.deepEqual(await fared('cpuProf', name, { nodeArgs }), { problem: '', ours: true })
        const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
        assert.ok(files.some((text) => text.includes('burnInFault')))
      }),
    )

    test(`${name}: a debugger that profiles`, { skip }, () =>
      withoutProblem(async () => {
        const nodeArgs = ['--inspect=127.0.0.1:0', ...(major < 22 ? ['--experimental-websocket'] : [])]
        const { problem, ours, theirs, state, restarts } = await fared('debugger', name, { nodeArgs })
        assert.deepEqual([problem, ours, theirs, state, restarts], ['', true, true, 'running', 0])
      }),
    )

    const addon = trySampler('v8-profiler-next').why
    test(`${name}: v8-profiler-next in the application's hands`, { skip: skip || addon || false }, () =>
      withoutProblem(async () => {
        const { before, problem, ours, theirs, state, restarts } = await fared('addon', name)
        assert.deepEqual([before, ours, theirs, state], ['', true, true, 'running'])
        // Only who shares the add-on can lose a profile to it.
        if (name === 'v8-profiler-next') assert.match(problem, /has taken the profile/)
        else assert.deepEqual([problem, restarts], ['', 0])
      }),
    )

    const pprof =
      !existsSync(join(root, 'bench/others/node_modules/@datadog/pprof')) && 'run npm ci in bench/others'
    test(`${name}: @datadog/pprof`, { skip: skip || pprof }, () =>
      withoutProblem(async () => {
        const { problem, ours, theirs, state } = await fared('datadog', name)
        assert.deepEqual([problem, ours, theirs, state], ['', true, true, 'running'])
      }),
    )
  }
})

test('twenty worker threads that record, and end in every way', async () => {
  const { ours, outcomes, state } = await fared('workers')
  assert.deepEqual([ours, state], [true, 'running'])
  const codes: Record<string, number> = { exits: 3, throws: 1, closes: 0, 'just ends': 0, 'is terminated': 1 }
  assert.equal(outcomes.length, 20)
  for (const { end, code, error, sampler } of outcomes) {
    assert.deepEqual([end, code, error], [end, codes[end], end === 'throws' ? 'meant' : ''])
    assert.notEqual(sampler.name, 'v8-profiler-next')
    if (major < 24 && trySampler('v8-profiler-next').why === '')
      assert.match(sampler.reason, /main thread only/)
  }
})

test('uncaught exceptions that the application survives', () =>
  withoutProblem(async () => {
    const { caught, problem, open, count, ownMs } = await fared('uncaught')
    assert.deepEqual([caught, problem, open, count], [30, '', 0, 10])
    // Each burns 20 ms of the clock.
    assert.ok(ownMs > 100, `${ownMs} ms of CPU in ten requests`)
  }))

test('clocks that jump', () =>
  withoutProblem(async () => {
    const { problem, accounting, requests } = await fared('clocks')
    assert.deepEqual([problem, requests.length], ['', 20])
    for (const { wallMs, ownMs, blockedMs, gcMs, waitingMs } of requests as RequestSummary[]) {
      for (const ms of [ownMs, blockedMs, gcMs, waitingMs])
        assert.ok(ms >= 0 && ms <= wallMs + 1e-6, `${ms} ms`)
      assert.ok(wallMs > 0 && wallMs < 3_600_000, `${wallMs} ms`)
      assert.ok(Math.abs(ownMs + blockedMs + gcMs + waitingMs - wallMs) <= wallMs / 100)
    }
    const { requestsMs, otherMs, gcMs, idleMs, recordedMs } = accounting
    assert.ok(recordedMs > 0 && recordedMs < 3_600_000)
    assert.ok(Math.abs(requestsMs + otherMs + gcMs + idleMs - recordedMs) < 1)
  }))

test('timers that the tests of the application fake', async () => {
  const { body, requests } = await fared('timers')
  assert.equal(body, 'ok')
  assert.deepEqual(
    requests.map(({ route, outcome }: RequestSummary) => `${route} ${outcome}`),
    ['GET / completed'],
  )
})

test('a thousand event streams that nobody reads', (t) =>
  withoutProblem(async () => {
    const answer = await fared('deaf', undefined, { nodeArgs: ['--expose-gc'] })
    const { problem, open, refused, grownBytes, again } = answer
    assert.deepEqual([problem, open, refused, again], ['', 0, 409, 200])
    t.diagnostic(`a thousand connections took ${Math.round(grownBytes / 2 ** 20)} MiB`)
    assert.ok(grownBytes < 200 * 2 ** 20, `${grownBytes} bytes`)
  }))

test('two hundred readers at once', async () => {
  const { problem, sampler, ...answer } = await fared('readers')
  assert.deepEqual(answer, { statuses: [200], requests: 70, open: 0 })
  if (problem === '') return
  assert.equal(problem, 'V8 delivered no samples')
  assert.ok(sampler.restarts > 0 && sampler.state !== 'failed', JSON.stringify(sampler))
})

describe('an installation without its page', { concurrency: 2 }, () => {
  /** Answers of the page, an asset of it, the API and the application, and what the log warns of. */
  const ask = `
    const warnings = []
    const write = (line) => { const { level, msg } = JSON.parse(line); if (level > 30) warnings.push(msg) }
    const app = fastify({ logger: { stream: { write } } })
    await app.register(profiler, { enabled: true })
    app.get('/a', async () => 'a')
    await app.ready()
    rmSync('dist/dashboard', { recursive: true, force: true })
    const answers = []
    for (const url of ['/__profile/', '/__profile/page.js', '/__profile/api/status', '/a']) {
      const { statusCode, body } = await app.inject(url)
      answers.push(statusCode + ' ' + (JSON.parse(body.startsWith('{') ? body : '{}').code ?? ''))
    }
    console.log(JSON.stringify({ answers, warnings }))
    await app.close()`
  const notBuilt = '404 FST_PROFILER_NOT_BUILT'
  const cases: Record<string, { files: string[]; answers: string[]; warned: boolean }> = {
    'that was never built': {
      files: [],
      answers: [notBuilt, '404 FST_PROFILER_NOT_FOUND', '200 ', '200 '],
      warned: true,
    },
    'that is removed while it runs': {
      files: ['index.html', 'page.js'],
      answers: [notBuilt, '404 FST_PROFILER_NOT_FOUND', '200 ', '200 '],
      warned: false,
    },
  }
  for (const [what, { files, answers, warned }] of Object.entries(cases)) {
    test(what, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'profiler-'))
      t.after(() => rmSync(folder, { recursive: true, force: true }))
      for (const part of ['plugin', 'package.json'])
        cpSync(join(root, part), join(folder, part), { recursive: true })
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      mkdirSync(join(folder, 'dist/dashboard'), { recursive: true })
      for (const file of files) writeFileSync(join(folder, 'dist/dashboard', file), file)
      const end = await runChild(`import { rmSync } from 'node:fs'\n${ask}`, { cwd: folder })
      assert.equal(end.code, 0, end.stderr)
      const fared = JSON.parse(end.stdout)
      assert.deepEqual(fared.answers, answers)
      const message =
        'fastify-profiler: the files of the dashboard are missing: keep fastify-profiler out of your bundle, or, in a clone of it, run "npm run build", and start again'
      assert.deepEqual(fared.warnings, warned ? [message] : [])
    })
  }
})
