import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Holder, IDLE, NOBODY, type Slices, Timeline } from '../plugin/tracker/timeline.ts'
import { freeUnheld } from './garbage.ts'

interface Owner {
  readonly name: string
}
const a: Owner = { name: 'a' }
const b: Owner = { name: 'b' }

/** Entries that have room. */
const FULL = 2 ** 14

const none = (): void => assert.fail('not full yet')

/** `a@3-5`: from when to when each holder held the thread. */
function show(slices: Slices<Owner>): string {
  return Array.from({ length: slices.length }, (_, i) => {
    const holder = slices.holder[i]
    const name = holder === IDLE ? '-' : holder === NOBODY ? '.' : holder.name
    return `${name}@${slices.timeUs[i]}-${slices.timeUs[i + 1] ?? slices.endUs}`
  }).join(' ')
}

function started(onFull = none): Timeline<Owner> {
  const timeline = new Timeline<Owner>(onFull)
  timeline.restart(0)
  timeline.drain(0)
  return timeline
}

describe('the switch log', () => {
  test('begins with nobody and says who held the thread', () => {
    const timeline = started()
    timeline.push(10, a)
    timeline.push(15, IDLE)
    timeline.push(40, b)
    assert.equal(timeline.holder, b)
    assert.equal(show(timeline.drain(50)), '.@0-10 a@10-15 -@15-40 b@40-50')
  })

  test('goes on with the holder of the moment when it is drained', () => {
    const timeline = started()
    timeline.push(10, a)
    timeline.drain(20)
    assert.equal(timeline.holder, a)
    timeline.push(25, b)
    assert.equal(show(timeline.drain(30)), 'a@20-25 b@25-30')
  })

  test('a time before the last entry counts as that of the last entry', () => {
    const timeline = started()
    timeline.push(10, a)
    timeline.push(7, IDLE)
    timeline.push(12, b)
    assert.equal(show(timeline.drain(11)), '.@0-10 a@10-10 -@10-12 b@12-12')
    assert.equal(show(timeline.drain(13)), 'b@12-13')
  })

  test('forgets everything when restarted, times before included', () => {
    const timeline = started()
    timeline.push(100, a)
    timeline.restart(50)
    assert.equal(timeline.holder, NOBODY)
    assert.equal(
      show(timeline.drain(60)),
      '-@50-50 .@50-60',
      'a stretch of work does not reach back beyond it',
    )
  })

  test('what was drained is not touched by what is logged later', () => {
    const timeline = started()
    timeline.push(10, a)
    const first = timeline.drain(20)
    timeline.push(30, b)
    timeline.push(31, IDLE)
    assert.equal(show(first), '.@0-10 a@10-20')
  })

  test('asks to be drained once when it is full, and loses nothing', () => {
    const drained: Slices<Owner>[] = []
    const timeline: Timeline<Owner> = started(() => {
      drained.push(timeline.drain(timeline.lastUs))
    })
    const entries = 40_000
    for (let i = 1; i <= entries; i++) timeline.push(i, i % 2 === 0 ? a : b)
    drained.push(timeline.drain(entries + 1))
    assert.equal(drained.length, 3)
    const heldUs = { a: 0, b: 0, nobody: 0 }
    let end = 0
    for (const slices of drained) {
      assert.equal(slices.timeUs[0], end)
      for (let i = 0; i < slices.length; i++) {
        const holder = slices.holder[i]
        const us = (slices.timeUs[i + 1] ?? slices.endUs) - slices.timeUs[i]
        heldUs[holder === a ? 'a' : holder === b ? 'b' : 'nobody'] += us
      }
      end = slices.endUs
    }
    assert.deepEqual(heldUs, { a: entries / 2, b: entries / 2, nobody: 1 })
  })

  test('is drained before the entry that has no room, whose turn then begins', () => {
    let drainedUs = 0
    const timeline: Timeline<Owner> = started(() => {
      drainedUs = timeline.lastUs + 100
      assert.equal(timeline.drain(drainedUs).holder.includes(b), false)
    })
    // One entry is there, and those of `a` fill it up.
    for (let us = 1; us < FULL; us++) timeline.push(us, a)
    assert.equal(drainedUs, 0)
    timeline.push(FULL, b)
    assert.equal(timeline.lastUs, drainedUs)
    assert.equal(
      show(timeline.drain(drainedUs + 5)),
      `a@${drainedUs}-${drainedUs} b@${drainedUs}-${drainedUs + 5}`,
    )
  })

  test('tells of an owner before its turn, once somebody expects one, and what is done then lies before it', () => {
    const timeline = started()
    const told: string[] = []
    timeline.expect((owner) => {
      told.push(owner.name)
      if (owner === a) return
      timeline.expect(undefined)
      timeline.push(30, NOBODY)
      timeline.push(35, NOBODY)
    })
    timeline.push(10, IDLE)
    timeline.push(20, a)
    timeline.push(25, NOBODY)
    timeline.push(30, b)
    timeline.push(40, a)
    timeline.push(50, b)
    assert.deepEqual(told, ['a', 'b'])
    const log = '.@0-10 -@10-20 a@20-25 .@25-30 .@30-35 .@35-35 b@35-40 a@40-50 b@50-60'
    assert.equal(show(timeline.drain(60)), log)
  })

  test('keeps no request alive that it was drained of', async () => {
    const timeline = started()
    const refs = Array.from({ length: 100 }, (_, i) => {
      const owner = { name: String(i) }
      timeline.push(i, owner)
      return new WeakRef(owner)
    })
    timeline.push(200, NOBODY)
    timeline.drain(300)
    await freeUnheld()
    assert.equal(refs.filter((ref) => ref.deref() !== undefined).length, 0)
    assert.equal(show(timeline.drain(301)), '.@300-301')
  })
})

/** The log as it would be written without thought: a list that is never drained. */
function naive(steps: readonly Step[]): { pieces: [Holder<Owner>, number][]; endUs: number } {
  const pieces: [Holder<Owner>, number][] = [[NOBODY, 0]]
  let last = 0
  for (const step of steps) {
    last = Math.max(last, step.timeUs)
    if (step.holder !== undefined) pieces.push([step.holder, last])
  }
  return { pieces, endUs: last }
}

/** Without a holder it is a drain. */
interface Step {
  readonly timeUs: number
  readonly holder?: Holder<Owner>
}

test('drained in whatever pieces, it adds up to the same', () => {
  const step: fc.Arbitrary<Step> = fc.record(
    { timeUs: fc.integer({ min: 0, max: 1000 }), holder: fc.constantFrom<Holder<Owner>>(a, b, NOBODY, IDLE) },
    { requiredKeys: ['timeUs'] },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const timeline = started()
      const parts: Slices<Owner>[] = []
      for (const { timeUs, holder } of steps) {
        if (holder === undefined) parts.push(timeline.drain(timeUs))
        else timeline.push(timeUs, holder)
      }
      parts.push(timeline.drain(0))
      const { pieces, endUs } = naive(steps)
      assert.equal(parts.at(-1)!.endUs, endUs)
      for (const [i, part] of parts.entries()) {
        assert.ok(part.length > 0)
        assert.equal(part.timeUs.length, part.length)
        assert.equal(part.holder.length, part.length)
        if (i > 0) assert.equal(part.timeUs[0], parts[i - 1].endUs)
      }
      assert.deepEqual(joined(parts), merged(pieces, endUs))
    }),
  )
})

function joined(parts: readonly Slices<Owner>[]) {
  const pieces: [Holder<Owner>, number][] = []
  for (const part of parts)
    for (let i = 0; i < part.length; i++) pieces.push([part.holder[i], part.timeUs[i]])
  return merged(pieces, parts.at(-1)!.endUs)
}

/** Neighbours of one holder become one; pieces without length go. */
function merged(pieces: readonly [Holder<Owner>, number][], endUs: number) {
  const result: { holder: Holder<Owner>; from: number; to: number }[] = []
  for (const [i, [holder, from]] of pieces.entries()) {
    const to = pieces[i + 1]?.[1] ?? endUs
    const last = result.at(-1)
    if (to === from) continue
    if (last !== undefined && last.holder === holder) last.to = to
    else result.push({ holder, from, to })
  }
  return result
}
