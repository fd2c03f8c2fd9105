import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { writeBaseline } from '../plugin/baselines/write.ts'
import type { Selection } from '../plugin/model/wire/selection.ts'
import { isAlive } from '../plugin/runs/alive.ts'
import { createRuns, type Runs } from '../plugin/runs/index.ts'
import { createKeeper } from '../plugin/runs/keeper.ts'
import { appKey, readRunName, runName } from '../plugin/runs/name.ts'
import { newestFirst } from '../plugin/runs/previous.ts'
import { measuredRoute } from './baselines-data.ts'

const route = 'GET /a'
/** A process that is none any more: no number of a process is as large. */
const ENDED = 2 ** 31 - 2

interface Opened {
  readonly runs: Runs
  readonly warned: string[]
  /** Requests that took as long as that, and a little. */
  note(times: number, ms?: number): void
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function open(path: string, { prefix = '/__profile', functions = 5, serves = true } = {}): Opened {
  const warned: string[] = []
  const runs = createRuns({
    maxBytes: 2 ** 26,
    grown() {},
    path,
    prefix,
    root: path,
    serves: () => serves,
    // biome-ignore lint/correctness/useYield: it takes no time
    *measure(selection: Selection) {
      return measuredRoute(selection.route!, functions).measured
    },
    spent() {},
    outside: (fn) => fn(),
    warn: (message) => warned.push(message),
    closingMs: 60_000,
  })
  const note = (times: number, ms = 5) => {
    for (let i = 0; i < times; i++) runs.note(route, ms + (i % 3) / 100)
  }
  return { runs, warned, note }
}

/** A run of so many requests that has ended, in a folder of its own. */
async function ended(t: TestContext, times: number) {
  const path = folder(t)
  const { runs, note } = open(path)
  note(times)
  await runs.close()
  const [file] = filesIn(path)
  return { path, ...readRunName(file.slice('baseline-'.length, -'.json'.length))! }
}

const filesIn = (path: string) => (existsSync(join(path, 'runs')) ? readdirSync(join(path, 'runs')) : [])

describe('runs of one process', () => {
  test('are compared where the application is registered anew', async (t) => {
    const path = folder(t)
    const before = open(path)
    before.note(20)
    await before.runs.close()
    const after = open(path)
    after.note(12, 10)
    const [since] = await after.runs.since()
    assert.deepEqual([since.route, since.previous.requests, since.own.verdict], [route, 20, 'slower'])
    assert.deepEqual(await after.runs.since('GET /none'), [])
    const both = [await after.runs.read(route), after.runs.readNow(route)]
    for (const { profile, baseline } of both) {
      assert.deepEqual([profile.route, baseline?.name], [route, 'previous'])
    }
    await after.runs.close()
    assert.equal(filesIn(path).length, 2)
  })

  test('at the same time are of two applications, and each goes on as itself', async (t) => {
    const path = folder(t)
    const [one, other] = [open(path), open(path)]
    one.note(10)
    other.note(30)
    await one.runs.close()
    await other.runs.close()
    const again = [open(path), open(path)]
    for (const { note } of again) note(6)
    const requests = await Promise.all(
      again.map(async ({ runs }) => (await runs.since())[0].previous.requests),
    )
    assert.deepEqual(requests, [10, 30])
    const elsewhere = open(path, { prefix: '/admin/__profile' })
    elsewhere.note(6)
    assert.deepEqual(await elsewhere.runs.since(), [])
    for (const { runs } of [...again, elsewhere]) await runs.close()
  })

  test('are compared where the application has a clock of its own', async (t) => {
    const path = folder(t)
    t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2100, 0) })
    const before = open(path)
    before.note(20)
    await before.runs.close()
    const after = open(path)
    after.note(12)
    assert.equal((await after.runs.since())[0]?.previous.requests, 20)
    await after.runs.close()
  })

  test('leave nothing where nothing listens, and nothing was requested', async (t) => {
    const path = folder(t)
    const injected = open(path, { serves: false })
    injected.note(20)
    await injected.runs.close()
    await open(path).runs.close()
    assert.deepEqual(readdirSync(path), [])
  })

  test('forget what is cleared', async (t) => {
    const path = folder(t)
    const before = open(path)
    before.note(20)
    await before.runs.close()
    const after = open(path)
    after.note(12)
    after.runs.clear()
    const [since] = await after.runs.since()
    assert.deepEqual([since.own.verdict, since.requests], ['few', 12])
    await after.runs.close()
  })

  test('do not keep a route that is too large, and say nothing', async (t) => {
    const path = folder(t)
    const { runs, warned, note } = open(path, { functions: 60_000 })
    note(20)
    await runs.close()
    assert.deepEqual([filesIn(path), warned, runs.problem()], [[], [], ''])
  })
})

describe('the folder of runs', () => {
  test("is its owner's alone, and so is the one that it is in", async (t) => {
    const path = join(folder(t), 'above', 'persist')
    const { runs, note } = open(path)
    note(10)
    await runs.close()
    const [file] = filesIn(path)
    const modes = [path, join(path, 'runs'), join(path, 'runs', file)].map(
      (one) => statSync(one).mode & 0o777,
    )
    assert.deepEqual(modes, [0o700, 0o700, 0o600])
  })

  test('does not grow for ever: those that ended long ago go first, and what is none of ours stays', async (t) => {
    const path = folder(t)
    mkdirSync(join(path, 'runs'))
    const about = { node: 'v24.0.0', version: '0.1.0', commit: '', course: { requests: 9, blocks: [] } }
    for (let i = 0; i < 520; i++) {
      const other = `GET /${i}`
      const name = runName({ app: 'a'.repeat(12), pid: ENDED, startedAtMs: 1_700_000_000_000 }, other)
      const savedAt = new Date(1_700_000_000_000 + i * 1000).toISOString()
      const content = await writeBaseline({ ...about, name, savedAt }, [measuredRoute(other, 1)])
      writeFileSync(join(path, 'runs', `baseline-${name}.json`), content)
    }
    // The oldest of all is of a run that goes on, in the process that started this one.
    const name = runName({ app: 'a'.repeat(12), pid: process.ppid, startedAtMs: Date.now() }, route)
    const savedAt = new Date(1_600_000_000_000).toISOString()
    const living = `baseline-${name}.json`
    writeFileSync(
      join(path, 'runs', living),
      await writeBaseline({ ...about, name, savedAt }, [measuredRoute(route, 1)]),
    )
    writeFileSync(join(path, 'runs', 'baseline-mine.json'), 'mine')
    writeFileSync(join(path, 'runs', 'notes.txt'), 'mine')
    const { runs, note } = open(path)
    note(10)
    await runs.close()
    const files = filesIn(path)
    const others = ['baseline-mine.json', living]
    assert.equal(files.filter((file) => file.endsWith('.json') && !others.includes(file)).length, 500)
    assert.ok(files.includes(living))
    assert.ok(files.includes('baseline-mine.json') && files.includes('notes.txt'))
  })

  test('holds of each route the run that goes on and the one that it is compared with, no earlier ones', async (t) => {
    const { path, name } = await ended(t, 10)
    const names: string[] = []
    for (let i = 0; i < 2; i++) {
      const { runs, note } = open(path)
      note(10)
      await runs.close()
      const files = filesIn(path).map((file) => file.slice('baseline-'.length, -'.json'.length))
      assert.equal(files.length, 2, files.join(' '))
      names.push(...files)
    }
    assert.equal(names.filter((one) => one === name).length, 1, 'the first is gone once there is another one')
  })

  test('is read newest run first, and no further than a few of them', () => {
    const runs = Array.from({ length: 20 }, (_, i) => {
      const run = { app: '0123456789ab', pid: 1 + (i % 3), startedAtMs: 1_790_000_000_000 + ((i * 7) % 20) }
      return readRunName(runName(run, route))!
    })
    const sorted = newestFirst(runs).map(({ startedAtMs }) => startedAtMs - 1_790_000_000_000)
    assert.deepEqual(
      sorted,
      Array.from({ length: 16 }, (_, i) => 19 - i),
    )
  })

  test('may hold whatever has the name of a run', async (t) => {
    const { path, app, startedAtMs } = await ended(t, 20)
    // As of the same route, and newer; one is another route's, one none, one a folder.
    const forged = (pid: number) => runName({ app, pid, startedAtMs: startedAtMs + 1 }, route)
    const name = forged(ENDED)
    const about = { name, savedAt: new Date().toISOString(), node: '', version: '', commit: '' }
    const course = { requests: 99, blocks: [] }
    const content = await writeBaseline({ ...about, course }, [measuredRoute('GET /other', 3)])
    writeFileSync(join(path, 'runs', `baseline-${name}.json`), content)
    writeFileSync(join(path, 'runs', `baseline-${forged(ENDED - 1)}.json`), '{"format":')
    mkdirSync(join(path, 'runs', `baseline-${forged(ENDED - 2)}.json`))
    await new Promise((resolve) => setTimeout(resolve, 5))
    const after = open(path)
    after.note(9)
    assert.equal((await after.runs.since())[0].previous.requests, 20)
    assert.equal((await after.runs.summary())?.routes.length, 1)
    assert.equal(after.runs.readNow(route).baseline?.name, 'previous')
    await after.runs.close()
    assert.deepEqual(after.warned, [])
  })
})

describe('a folder of runs that cannot be read', () => {
  test('is as if it were empty; what is asked of it says why there is no answer', async (t) => {
    const path = join(folder(t), 'persist')
    writeFileSync(path, 'a file in its place')
    const { runs, note } = open(path)
    note(9)
    assert.deepEqual(await runs.since(route), [])
    assert.equal(await runs.summary(), undefined)
    const unreadable = {
      code: 'FST_PROFILER_BASELINE_DAMAGED',
      message: /"GET \/a" cannot be read \(ENOTDIR\)/,
    }
    await assert.rejects(runs.read(route), unreadable)
    assert.throws(() => runs.readNow(route), unreadable)
    await assert.rejects(runs.remove(), { code: 'FST_PROFILER_NOT_PERSISTED', message: /\(ENOTDIR\)/ })
    await runs.close()
  })

  test('in part is deleted but for that part, which is told', async (t) => {
    const { path, app, startedAtMs } = await ended(t, 9)
    const stuck = `baseline-${runName({ app, pid: ENDED, startedAtMs }, 'GET /b')}.json`
    mkdirSync(join(path, 'runs', stuck))
    await new Promise((resolve) => setTimeout(resolve, 5))
    const { runs } = open(path)
    await assert.rejects(runs.remove(), { code: 'FST_PROFILER_NOT_PERSISTED', message: /cannot be deleted/ })
    assert.deepEqual(filesIn(path), [stuck])
    await runs.close()
  })
})

describe('a run', () => {
  test('is alive as long as its process is, and no later one of the same number', async (t) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    t.after(() => child.kill('SIGKILL'))
    const pid = child.pid!
    const run = (startedAtMs: number) => ({ app: '', pid, startedAtMs })
    assert.equal(isAlive(run(Date.now() + 1000)), true)
    const isLinux = process.platform === 'linux'
    assert.equal(isAlive(run(Date.now() - 3_600_000)), !isLinux)
    const ended = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGKILL')
    await ended
    assert.equal(isAlive(run(Date.now() + 1000)), false)
    assert.equal(isAlive({ app: '', pid: process.pid, startedAtMs: 1 }), false)
  })

  test('is of the application whose scripts are in its command, in that folder, whatever else is', (t) => {
    const key = (...argv: string[]) => appKey('/__profile', 0, ['node', ...argv])
    assert.equal(key('/app/a.js'), key('/app/a.js', '--port', '3001'))
    assert.notEqual(key('/app/a.js'), key('/app/b.js'))
    assert.notEqual(key('/bin/fastify', 'start', 'a.js'), key('/bin/fastify', 'start', 'b.mts'))
    assert.equal(key('/bin/fastify', 'start', '-p', '1', 'a.js'), key('/bin/fastify', 'start', 'a.js'))
    assert.notEqual(key('/app/serve'), key('/app/work'), 'a script without an ending')
    const here = key('/app/a.js')
    const cwd = t.mock.method(process, 'cwd', () => '/elsewhere')
    assert.notEqual(key('/app/a.js'), here)
    cwd.mock.restore()
    assert.notEqual(key('/app/a.js'), appKey('/other', 0, ['node', '/app/a.js']))
    assert.notEqual(key('/app/a.js'), appKey('/__profile', 1, ['node', '/app/a.js']))
  })

  test('is known by its name alone, and others have none', () => {
    const run = { app: '0123456789ab', pid: 42, startedAtMs: 1_790_000_000_000 }
    const { app, pid, startedAtMs } = readRunName(runName(run, route))!
    assert.deepEqual({ app, pid, startedAtMs }, run)
    assert.notEqual(runName(run, route), runName(run, 'GET /b'))
    for (const name of [
      'before',
      '',
      '0123456789ab',
      `${runName(run, route)}x!`,
      runName({ ...run, pid: 0 }, route),
    ])
      assert.equal(readRunName(name), undefined, name)
  })
})

describe('closing', () => {
  test('does not wait for ever for what takes long, and nothing is kept afterwards', async () => {
    const asked: (() => boolean)[] = []
    const keeper = createKeeper<string>({
      save: (_, isOver) => {
        asked.push(isOver)
        return new Promise(() => {})
      },
      outside: (fn) => fn(),
    })
    keeper.note('a')
    keeper.note('b')
    await keeper.close(20)
    assert.deepEqual([asked.length, asked[0]()], [1, true])
    keeper.note('c')
    await keeper.close(20)
    assert.equal(asked.length, 1)
  })

  test('keeps all that is not kept yet; after a failure nothing any more', async () => {
    const saved: string[] = []
    const save = async (name: string) => {
      saved.push(name)
      if (name === 'b') throw new Error('the disk is full')
      return 0
    }
    const keeper = createKeeper<string>({ save, outside: (fn) => fn() })
    for (const name of ['a', 'a', 'b', 'c']) keeper.note(name)
    await keeper.close(60_000)
    assert.deepEqual(saved, ['a', 'b'])
    keeper.note('d')
    await keeper.close(60_000)
    assert.deepEqual(saved, ['a', 'b'])
  })
})
