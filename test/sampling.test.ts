import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce } from '../plugin/model/steps.ts'
import { createSampling } from '../plugin/sampler/sampling.ts'
import type { Capture, Sampler, Segment } from '../plugin/sampler/segment.ts'
import { createTroubles } from '../plugin/troubles.ts'

const busyUs = 250_000

function segmentOf(samples: number): Segment {
  const none = new Int32Array(samples)
  return {
    startUs: 0,
    endUs: busyUs,
    frames: [],
    nodes: { parent: none, frame: none },
    samples: { node: none, line: none, timeUs: new Float64Array(samples) },
  }
}

/** A sampler whose every call can be made to fail; `calls` notes what it was asked. */
function fakeSampler(intervalUs: number) {
  const calls: string[] = []
  const faults: Partial<Record<'start' | 'rotate' | 'rest' | 'read', Error>> = {}
  let samples = 5
  const act = (name: keyof typeof faults) => {
    calls.push(name)
    if (faults[name] !== undefined) throw faults[name]
  }
  const capture: Capture = {
    *read() {
      yield
      if (faults.read !== undefined) throw faults.read
      return segmentOf(samples)
    },
  }
  const sampler: Sampler = {
    name: 'inspector',
    intervalUs,
    coldWake: false,
    start: () => act('start'),
    rotate() {
      act('rotate')
      return capture
    },
    rest() {
      act('rest')
      return capture
    },
    stop() {
      calls.push('stop')
      return undefined
    },
  }
  return { sampler, calls, faults, deliver: (count: number) => (samples = count) }
}

function supervised({ intervalUs = 1000 } = {}) {
  const fake = fakeSampler(intervalUs)
  const lines: string[] = []
  const troubles = createTroubles((line) => lines.push(line))
  const clock = { us: 0 }
  const sampling = createSampling(fake.sampler, troubles, () => clock.us)
  /** What the engine does four times a second, with something to do. */
  const turn = (us = busyUs) => {
    sampling.start()
    const capture = sampling.turn()
    const segment = capture && atOnce(sampling.read(capture))
    if (segment !== undefined) sampling.judge(segment, us)
  }
  return { ...fake, sampling, troubles, clock, lines, turn }
}

describe('a sampler that', () => {
  test('works is started once and never stopped', () => {
    const { sampling, calls, lines, turn } = supervised()
    for (let i = 0; i < 10; i++) turn()
    assert.deepEqual(calls, ['start', ...Array(10).fill('rotate')])
    assert.deepEqual([sampling.state, sampling.restarts, lines], ['running', 0, []])
  })

  for (const fault of ['start', 'rotate', 'rest'] as const) {
    test(`throws once at ${fault} is stopped and started anew, with one line in the log`, () => {
      const { sampling, troubles, calls, faults, lines, turn } = supervised()
      if (fault !== 'start') turn()
      faults[fault] = new Error('broken')
      if (fault === 'rest') sampling.rest()
      else turn()
      assert.equal(sampling.running, false)
      assert.equal(calls.at(-1), 'stop')
      delete faults[fault]
      turn()
      assert.deepEqual([sampling.state, sampling.restarts, troubles.last], ['running', 1, 'broken'])
      assert.deepEqual(lines, ['sampler inspector failed and is restarted (broken)'])
    })
  }

  test('never starts is given up, with a line that says so, and tried again when recording starts anew', () => {
    const { sampling, calls, faults, lines, turn } = supervised()
    faults.start = new Error('refused')
    for (let i = 0; i < 20; i++) turn()
    assert.equal(calls.filter((call) => call === 'start').length, 3)
    assert.deepEqual([sampling.state, sampling.restarts], ['failed', 3])
    assert.equal(lines.length, 2)
    assert.match(lines[1], /failed 3 times: requests are timed, but not sampled.*\(refused\)/)
    sampling.stop()
    delete faults.start
    turn()
    assert.equal(sampling.state, 'running')
  })

  test('was given up is tried again after a minute, and then more and more rarely', () => {
    const { sampling, clock, calls, faults, turn } = supervised()
    faults.start = new Error('refused')
    const tries: number[] = []
    for (let minute = 0; minute <= 200; minute++) {
      clock.us = minute * 60_000_000 + 1000
      const before = calls.length
      for (let i = 0; i < 3; i++) turn()
      if (calls.length > before) tries.push(minute)
    }
    assert.deepEqual(tries, [0, 1, 3, 7, 15, 31, 63, 127, 191])
    delete faults.start
    clock.us = 300 * 60_000_000
    turn()
    assert.equal(sampling.state, 'running')
  })

  test('fails now and then is not given up', () => {
    const { sampling, faults, lines, turn } = supervised()
    for (let i = 0; i < 30; i++) {
      if (i % 3 === 0) faults.rotate = new Error('stolen')
      turn()
      delete faults.rotate
    }
    assert.deepEqual([sampling.state, sampling.restarts, lines.length], ['running', 10, 1])
  })

  test('spins and delivers nothing is started anew, unless there was little to sample', () => {
    const { sampling, deliver, lines, turn } = supervised()
    deliver(0)
    for (let i = 0; i < 9; i++) turn(100_000)
    deliver(1)
    turn(100_000)
    deliver(0)
    for (let i = 0; i < 9; i++) turn(100_000)
    assert.equal(sampling.restarts, 0)
    turn(100_000)
    assert.deepEqual([sampling.restarts, sampling.running], [1, false])
    assert.deepEqual(lines, ['sampler inspector failed and is restarted (V8 delivered no samples)'])
    deliver(5)
    turn()
    assert.equal(sampling.state, 'running')
  })

  test('is asked for a sample now and then may have none in a second', () => {
    const { sampling, deliver, turn } = supervised({ intervalUs: 100_000 })
    deliver(0)
    for (let i = 0; i < 49; i++) turn(100_000)
    assert.equal(sampling.restarts, 0)
    turn(100_000)
    assert.equal(sampling.restarts, 1)
  })

  test('delivers what makes no sense loses those samples; three times in a row it is started anew', () => {
    const { sampling, calls, faults, lines, turn } = supervised()
    faults.read = new Error('no nodes')
    turn()
    delete faults.read
    turn()
    assert.equal(sampling.restarts, 0)
    faults.read = new Error('no nodes')
    for (let i = 0; i < 3; i++) turn()
    assert.deepEqual([sampling.restarts, calls.at(-1)], [1, 'stop'])
    assert.equal(lines.length, 2)
    assert.match(lines[0], /samples of a short time are lost.*\(no nodes\)/)
    assert.match(lines[1], /restarted \(no nodes\)/)
  })
})

test('a trouble is told once in a while, and a logger that throws harms nobody', () => {
  const lines: string[] = []
  const troubles = createTroubles((line) => {
    lines.push(line)
    throw new Error('the disk is full')
  })
  assert.equal(troubles.last, '')
  for (let i = 0; i < 100; i++) troubles.note(new Error(`${i}`), 'this went wrong')
  troubles.note('text', 'that went wrong')
  assert.deepEqual(lines, ['this went wrong (0)', 'that went wrong (text)'])
  assert.equal(troubles.last, 'text')
})
