import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { samplerNames } from '../plugin/model/wire/status.ts'
import { calmly } from './calmly.ts'
import { trySampler } from './sampler-work.ts'

const child = fileURLToPath(new URL('./sampler-child.ts', import.meta.url))
const major = Number.parseInt(process.versions.node, 10)
const loads = trySampler('v8-profiler-next').why === ''
const noSampler = 'FST_PROFILER_NO_SAMPLER'

for (const name of samplerNames) {
  const { why } = trySampler(name)
  const options = why === '' ? {} : { skip: why }

  for (const seed of [1, 2, 3]) {
    test(`${name}: no order of calls ends the process (seed ${seed})`, options, () => {
      const { segments, codes } = run(['calls', name, String(seed)])
      assert.ok(segments > 20, `${segments} segments`)
      const known = ['FST_PROFILER_NOT_RUNNING', 'FST_PROFILER_LOST_SEGMENT']
      assert.deepEqual(
        Object.keys(codes).filter((code) => !known.includes(code)),
        [],
      )
      assert.ok(codes.FST_PROFILER_NOT_RUNNING > 0)
      if (name === 'v8-profiler-next') assert.ok(codes.FST_PROFILER_LOST_SEGMENT > 0)
    })
  }

  test(`${name}: samples as often as asked`, options, () =>
    calmly(() => {
      const often = run(['interval', name, '300']).medianUs
      const rarely = run(['interval', name, '8000']).medianUs
      assert.ok(often < 3000, `300 us: every ${often} us`)
      assert.ok(rarely > 6000, `8000 us: every ${rarely} us`)
    }),
  )

  test(`${name}: in worker threads`, options, () => {
    const { answers } = run(['workers', name])
    assert.equal(answers.length, 6)
    for (const answer of answers) {
      if (name === 'v8-profiler-next') assert.equal(answer.code, noSampler)
      else assert.ok(answer.red > 0, JSON.stringify(answer))
    }
  })

  test(`${name}: a process that samples ends as any other`, options, () => {
    assert.deepEqual(run(['exit', name, 'naturally']), { running: true })
    run(['exit', name, 'exit'])
  })
}

test('auto takes the best that works, and nothing is loaded before', () => {
  const auto = run(['choose', 'auto'])
  assert.equal(auto.before, false)
  assert.equal(auto.name, major >= 24 ? 'v8' : loads ? 'v8-profiler-next' : 'inspector')
  assert.equal(auto.after, auto.name === 'v8-profiler-next')
  assert.match(auto.reason, /\w{3}/)
})

test('without native addons auto takes what Node has, and says why', () => {
  const auto = run(['choose', 'auto'], ['--no-addons'])
  assert.equal(auto.name, major >= 24 ? 'v8' : 'inspector')
  if (major < 24) assert.match(auto.reason, /--no-addons/)
})

test('without __proto__ auto takes what Node has, and says why', () => {
  for (const flag of ['--disable-proto=throw', '--disable-proto=delete']) {
    const auto = run(['choose', 'auto'], [flag])
    assert.equal(auto.name, major >= 24 ? 'v8' : 'inspector')
    if (major < 24 && loads) assert.match(auto.reason, /--disable-proto/)
  }
})

test('a sampler asked for by name that cannot work is an error that helps', () => {
  const addon = run(['choose', 'v8-profiler-next'], ['--no-addons'])
  assert.equal(addon.code, noSampler)
  // Where no binary could be built, that is what stands in the way first.
  assert.match(addon.message, /v8-profiler-next.*(--no-addons|does not compile for Node 26)/)
  const v8 = run(['choose', 'v8'])
  if (major >= 24) assert.equal(v8.name, 'v8')
  else assert.match(v8.message, /"v8" cannot work.*Node 24/)
  assert.equal(run(['choose', 'inspector']).name, 'inspector')
})

// biome-ignore lint/suspicious/noExplicitAny: each task answers in its own form
function run(task: string[], flags: string[] = []): any {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', ...flags, child, ...task],
    { encoding: 'utf8', timeout: 120_000 },
  )
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${status} ${signal} ${stderr}`)
  assert.doesNotMatch(stderr, /Debugger|inspector/i, 'nothing is printed')
  return stdout === '' ? undefined : JSON.parse(stdout)
}
