import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { atOnce } from '../plugin/model/steps.ts'
import { type SamplerName, samplerNames } from '../plugin/model/wire/status.ts'
import { loadAddon } from '../plugin/sampler/addon.ts'
import type { Capture, Segment } from '../plugin/sampler/segment.ts'
import { calmly } from './calmly.ts'
import { gc } from './garbage.ts'
import { compileWork, cpuMs, lineOf, sleep, trySampler, workUrl } from './sampler-work.ts'
import { drawSegment, readAll, samplesIn } from './segments.ts'
import { watch } from './v8-watch.ts'

const work = compileWork()

for (const name of samplerNames) {
  const { why } = trySampler(name)
  const options = why === '' ? {} : { skip: why }
  const make = () => trySampler(name).sampler!

  measured(`${name}: functions have their names, files, lines and shares`, options, () => {
    const sampler = make()
    sampler.start()
    work.burnRed(200)
    work.burnBlue(60)
    const [segment] = readAll([sampler.stop()])
    const { frames, nodes, samples } = segment
    const red = frames.findIndex((frame) => frame.name === 'burnRed')
    assert.equal(frames[red].url, workUrl)
    assert.equal(frames[red].line, lineOf('function burnRed'))
    assert.equal(frames[red].column, '  function burnRed('.length)
    assert.equal(frames.find((frame) => frame.name === 'burnBlue')!.column, 'function burnBlue('.length)
    assert.equal(frames[nodes.frame[0]].state, 'root')

    const reds = samplesIn([segment], 'burnRed')
    const blues = samplesIn([segment], 'burnBlue')
    const all = samples.node.length
    assert.ok(reds + blues > 0.5 * all, `${reds} + ${blues} of ${all}`)
    assert.ok(reds > blues && blues > 0, `${reds} red, ${blues} blue`)

    const lines = samples.line.filter((_, i) => nodes.frame[samples.node[i]] === red)
    const loop = lines.filter((line) => line >= lineOf('while (cpuMs') && line <= lineOf('sum += i % 7'))
    assert.ok(loop.length > 0.7 * lines.length, `${[...lines]}`)
  })

  test(`${name}: names that need escaping, and URLs as on Windows`, options, () => {
    const url = 'C:\\app\\new "x"\\burn.js'
    const windows = compileWork(url)
    const sampler = make()
    sampler.start()
    windows.burnRegExp(120)
    windows.burnRed(60)
    const [{ frames }] = readAll([sampler.stop()])
    assert.equal(frames.find((frame) => frame.name.startsWith('RegExp'))?.name, 'RegExp: \\d+\\s')
    assert.equal(frames.find((frame) => frame.name === 'burnRed')?.url, url)
  })

  measured(`${name}: idle time and garbage collection are told apart`, options, async () => {
    const sampler = make()
    sampler.start()
    // What runs when a process begins, the loader's own work above all, takes its time.
    let idle = 0
    for (let i = 0; i < 20 && idle < 0.5; i++) {
      await sleep(100)
      const [segment] = readAll([sampler.rotate()])
      idle = samplesIn([segment], 'idle') / segment.samples.node.length
    }
    work.litter(300)
    const littered = readAll([sampler.stop()])
    assert.ok(idle >= 0.5, `idle in ${idle} of the samples`)
    assert.ok(samplesIn(littered, 'gc') > 0, 'there is garbage collection')
    assert.equal(samplesIn(littered, 'idle'), 0, 'it was never idle')
  })

  measured(`${name}: rotation has no gap and counts nothing twice`, options, () => {
    const sampler = make()
    sampler.start()
    const captures: Capture[] = []
    for (let i = 0; i < 30; i++) {
      work.burnRed(25)
      captures.push(sampler.rotate())
    }
    work.burnRed(25)
    const segments = readAll([...captures, sampler.stop()])
    const times = segments.flatMap(({ samples }) => [...samples.timeUs])
    for (let i = 1; i < segments.length; i++) assert.equal(segments[i].startUs, segments[i - 1].endUs)
    for (let i = 1; i < times.length; i++) assert.ok(times[i] > times[i - 1], `sample ${i}`)

    const nearUs = 4000
    const near = times.filter((us) => segments.some(({ endUs }) => Math.abs(us - endUs) < nearUs)).length
    const nearTime = (segments.length - 1) * 2 * nearUs + nearUs
    const share = near / times.length / (nearTime / (segments.at(-1)!.endUs - segments[0].startUs))
    assert.ok(share > 0.6, `samples are ${share} times as dense around rotations as anywhere`)
  })

  test(`${name}: never more than two profiles, two titles, and nothing is left`, options, async () => {
    const seen = watch(name)
    try {
      const sampler = make()
      for (let round = 0; round < 4; round++) {
        sampler.start()
        for (let i = 0; i < 50; i++) sampler.rotate()
        sampler.rest()
        assert.ok(seen.running.size <= (sampler.coldWake ? 0 : 1))
      }
      sampler.start()
      assert.equal(seen.running.size, 1)
      sampler.stop()
      assert.equal(seen.running.size, 0)
      assert.equal(seen.retained(), 0)
      assert.ok(seen.starts >= 205, 'the calls were watched')
      assert.ok(seen.most <= 2, `${seen.most} at a time`)
      assert.ok(seen.titles.size <= 2, [...seen.titles].join())
    } finally {
      seen.restore()
    }
  })

  test(
    `${name}: is stopped when the process ends, and leaves no listener when it was stopped`,
    options,
    () => {
      const seen = watch(name)
      const before = process.listeners('exit')
      try {
        const sampler = make()
        sampler.start()
        sampler.rotate()
        const [atEnd, ...others] = process.listeners('exit').filter((listener) => !before.includes(listener))
        assert.deepEqual(others, [])
        atEnd(0)
        assert.equal(seen.running.size, 0)
        sampler.start()
        sampler.rest()
        sampler.start()
        sampler.stop()
        assert.deepEqual(process.listeners('exit'), before)
      } finally {
        seen.restore()
      }
    },
  )

  measured(`${name}: at rest it costs nothing, and knows every function when it wakes`, options, async () => {
    const hot = compileWork()
    const sampler = make()
    hot.burnRed(150)
    // A process without work has threads of V8 that are at work now and then.
    const without = await idleCpuMs()
    sampler.start()
    hot.burnRed(100)
    const running = (await idleCpuMs()) - without
    assert.ok(sampler.rest())
    const resting = (await idleCpuMs()) - without
    assert.ok(resting < running / 3, `${resting} ms at rest, ${running} ms running, beside ${without} ms`)

    // Loops that were compiled while they ran and while nobody looked, the hardest to name.
    sampler.start()
    hot.burnRed(100)
    const [woken] = readAll([sampler.stop()])
    assertMost(woken, 'burnRed')
  })

  measured(`${name}: started late, it knows functions that have been hot for long`, options, () => {
    const hot = compileWork()
    for (let i = 0; i < 5; i++) hot.burnBlue(40)
    const sampler = make()
    for (let i = 0; i < 3; i++) {
      sampler.start()
      hot.burnBlue(60)
      const [segment] = readAll([sampler.stop()])
      assertMost(segment, 'burnBlue')
      // V8 adds samples of its own when it throws code away, as it does a lot just then.
      const most = ((segment.endUs - segment.startUs) / 1000) * 1.3 + 5
      assert.ok(segment.samples.node.length < most, `${segment.samples.node.length} samples, ${most} at most`)
    }
  })

  test(`${name}: calls at the wrong time`, options, () => {
    const sampler = make()
    const notRunning = { code: 'FST_PROFILER_NOT_RUNNING' }
    assert.throws(() => sampler.rotate(), notRunning)
    assert.equal(sampler.rest(), undefined)
    assert.equal(sampler.stop(), undefined)
    sampler.start()
    sampler.start()
    assert.ok(sampler.rest())
    assert.equal(sampler.rest(), undefined)
    assert.throws(() => sampler.rotate(), notRunning)
    sampler.start()
    assert.ok(sampler.stop())
    assert.equal(sampler.stop(), undefined)
    assert.throws(() => sampler.rotate(), notRunning)
  })

  measured(`${name}: two at a time do not disturb each other`, options, () => {
    const one = make()
    const two = make()
    one.start()
    two.start()
    one.rotate()
    two.rotate()
    work.burnRed(60)
    const first = readAll([one.rotate(), two.rotate()])
    one.rest()
    two.rotate()
    work.burnBlue(60)
    const second = readAll([two.rotate(), two.stop()])
    one.stop()
    for (const segment of first)
      assert.ok(samplesIn([segment], 'burnRed') > 0.6 * segment.samples.node.length)
    assert.ok(samplesIn(second, 'burnBlue') > 0.6 * second[0].samples.node.length)
  })

  measured(`${name}: a capture can be read again, and later`, options, () => {
    const sampler = make()
    sampler.start()
    work.burnRed(30)
    const capture = sampler.rotate()
    for (let i = 0; i < 3; i++) sampler.rotate()
    sampler.stop()
    gc()
    assert.deepEqual(atOnce(capture.read()), atOnce(capture.read()))
    assertMost(atOnce(capture.read()), 'burnRed')
  })
}

const { why } = trySampler('v8-profiler-next')
const addonOnly: { skip?: string } = why === '' ? {} : { skip: why }

measured('v8-profiler-next: another user of the addon takes a profile or changes its form', addonOnly, () => {
  const addon = createRequire(import.meta.url)('v8-profiler-next')
  const sampler = trySampler('v8-profiler-next').sampler!
  try {
    sampler.start()
    addon.stopProfiling().delete()
    assert.throws(() => sampler.rotate(), { code: 'FST_PROFILER_LOST_SEGMENT' })
    work.burnRed(30)
    addon.setGenerateType(0)
    // It goes on after a loss.
    assertMost(readAll([sampler.rotate()])[0], 'burnRed')
    addon.startProfiling('theirs', true)
    addon.stopProfiling('theirs').delete()
    addon.setProfilesCleanupLimit(0)
    assert.ok(sampler.rest())
    sampler.start()
    addon.stopProfiling().delete()
    assert.equal(sampler.stop(), undefined)
  } finally {
    sampler.stop()
  }
})

test('v8-profiler-next: a call that would end the process is an error and goes no further', addonOnly, () => {
  const addon = loadAddon()
  const misuse = { code: 'FST_PROFILER_NOT_RUNNING' }
  assert.throws(() => addon.stop('never started'), misuse)
  addon.start('once', 1000)
  assert.throws(() => addon.start('once', 1000), misuse)
  assert.ok(addon.stop('once'))
  assert.throws(() => addon.stop('once'), misuse)
})

test('who wakes cold says so', () => {
  const cold = (name: SamplerName) => trySampler(name).sampler?.coldWake
  const major = Number.parseInt(process.versions.node, 10)
  assert.equal(cold('inspector'), true)
  if (major >= 26) assert.equal(cold('v8'), false)
  if (addonOnly.skip === undefined) assert.equal(cold('v8-profiler-next'), false)
})

/** A test of numbers that another process on the machine may spoil. */
function measured(name: string, options: object, measure: () => unknown): void {
  test(name, options, () => calmly(measure))
}

/** Of the process in 200 ms without work; the least of six, because collectors and compilers may be at work still. */
async function idleCpuMs(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 6; i++) {
    const before = cpuMs()
    await sleep(200)
    least = Math.min(least, cpuMs() - before)
  }
  return least
}

function assertMost(segment: Segment, name: string) {
  const found = samplesIn([segment], name)
  const all = segment.samples.node.length
  assert.ok(found > 0.6 * all, `${found} of ${all} samples in ${name}:\n${drawSegment(segment).join('\n')}`)
}
