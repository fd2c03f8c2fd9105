import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import inspector, { Session } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type SamplerName, samplerNames } from '../plugin/model/wire/status.ts'
import { takeSession } from '../plugin/sampler/inspector-session.ts'
import { runChild } from './child.ts'
import { compileWork, trySampler } from './sampler-work.ts'

// The sampler that uses the inspector shares it with coverage tools, other profilers and the application.

const { why } = trySampler('inspector')
const options = why === '' ? {} : { skip: why }

function sampleOnce(name: SamplerName = 'inspector'): void {
  const { sampler } = trySampler(name)
  sampler!.start()
  compileWork().burnRed(5)
  sampler!.rotate()
  sampler!.stop()
}

for (const name of samplerNames) {
  const problem = trySampler(name).why
  test(`${name}: coverage that others take goes on, exactly`, { skip: problem || false }, (t) => {
    function covered(): number {
      return 1
    }
    const other = new Session()
    other.connect()
    t.after(() => other.disconnect())
    other.post('Profiler.enable')
    other.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    for (let i = 0; i < 3; i++) covered()
    sampleOnce(name)
    for (let i = 0; i < 4; i++) covered()
    sampleOnce(name)
    let count = 0
    other.post('Profiler.takePreciseCoverage', (_, { result }) => {
      const functions = result.flatMap((script) => script.functions)
      count = functions.find(({ functionName }) => functionName === 'covered')!.ranges[0].count
    })
    assert.equal(count, 7)
  })
}

test('one session serves all samplers that follow each other', options, (t) => {
  sampleOnce()
  const connect = t.mock.method(Session.prototype, 'connect')
  for (let i = 0; i < 3; i++) sampleOnce()
  assert.equal(connect.mock.callCount(), 0)
})

test('two at a time have a session each, and hear of profiles only while they have it', options, (t) => {
  const connect = t.mock.method(Session.prototype, 'connect')
  const heard: string[] = []
  const giveBack = ['first', 'second'].map((name) => takeSession(inspector, 1000, () => heard.push(name)))
  assert.ok(connect.mock.callCount() >= 1)
  profileOnce('both')
  assert.deepEqual(heard.sort(), ['first', 'second'])
  giveBack[0]()
  profileOnce('one')
  assert.deepEqual(heard.sort(), ['first', 'second', 'second'])
  giveBack[1]()
  profileOnce('none')
  assert.equal(heard.length, 3)
})

test("a session that the application's own profile has reached is left alone", options, () => {
  sampleOnce()
  const console = inspector.console as unknown as Record<'profile' | 'profileEnd', (title: string) => void>
  console.profile('of the application')
  try {
    sampleOnce()
  } finally {
    console.profileEnd('of the application')
  }
})

function profileOnce(title: string): void {
  const console = inspector.console as unknown as Record<'profile' | 'profileEnd', (title: string) => void>
  console.profile(title)
  console.profileEnd(title)
}

describe('where Node listens to the inspector itself', options, () => {
  const program = `
    const app = fastify()
    await app.register(profiler, { enabled: true, ...JSON.parse(process.env.OPTIONS) })
    const { covered } = await import(process.env.COVERED)
    app.get('/', () => ({ value: covered(1) }))
    for (let i = 0; i < 7; i++) await app.inject('/')
    await app.profiler.flush()
    const { sampler, counts } = app.profiler.status()
    console.log(JSON.stringify([sampler, counts.requests]))
    await app.close()
    for (let i = 0; i < 2; i++) covered(1)`

  function folder(t: TestContext): string {
    const path = mkdtempSync(join(tmpdir(), 'profiler-'))
    t.after(() => rmSync(path, { recursive: true, force: true }))
    writeFileSync(join(path, 'covered.mjs'), 'export function covered(value) {\n  return value + 1\n}\n')
    return path
  }

  test('its coverage stays exact, nothing is printed, and requests are timed', async (t) => {
    const path = folder(t)
    const out = join(path, 'coverage')
    const env = {
      NODE_V8_COVERAGE: out,
      COVERED: pathToFileURL(join(path, 'covered.mjs')).href,
      OPTIONS: '{}',
    }
    const { code, stdout, stderr } = await runChild(program, { env, nodeArgs: ['--no-addons'] })
    assert.deepEqual([code, stderr], [0, ''])
    const [sampler, requests] = JSON.parse(stdout)
    assert.equal(requests, 7)
    if (sampler.name === 'inspector') {
      assert.match(
        sampler.reason,
        /no sampler works here: .*inspector: with NODE_V8_COVERAGE Node would print/,
      )
    }
    const counts = readdirSync(out).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(out, file), 'utf8'))
      const script = result.find(({ url }: { url: string }) => url.endsWith('/covered.mjs'))
      const functions = script?.functions ?? []
      return functions.filter((f: { functionName: string }) => f.functionName === 'covered')
    })
    assert.deepEqual(
      counts.map(({ ranges, isBlockCoverage }) => [ranges[0].count, isBlockCoverage]),
      [[9, true]],
    )
  })

  test('the sampler by name is an error that says why', async (t) => {
    const path = folder(t)
    const COVERED = pathToFileURL(join(path, 'covered.mjs')).href
    const OPTIONS = JSON.stringify({ sampler: 'inspector' })
    const profiling = ['--cpu-prof', `--cpu-prof-dir=${path}`]
    for (const [env, nodeArgs, name] of [
      [{ NODE_V8_COVERAGE: join(path, 'coverage') }, [], 'NODE_V8_COVERAGE'],
      [{}, profiling, '--cpu-prof'],
      [{}, ['--cpu_prof', profiling[1]], '--cpu_prof'],
      [{ NODE_OPTIONS: profiling.join(' ') }, [], '--cpu-prof'],
    ] as const) {
      if ('NODE_OPTIONS' in env && !process.allowedNodeEnvironmentFlags.has('--cpu-prof')) continue
      const { code, stdout, stderr } = await runChild(program, {
        env: { ...env, COVERED, OPTIONS },
        nodeArgs,
      })
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, /FST_PROFILER_NO_SAMPLER/)
      assert.ok(stderr.includes(`sampler "inspector" cannot work: with ${name} Node would print`), stderr)
      assert.doesNotMatch(stderr, /Cannot retrieve id/)
    }
  })
})
