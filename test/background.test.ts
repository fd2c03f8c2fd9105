import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nowUs } from '../plugin/clock.ts'
import type { Frame } from '../plugin/model/profile.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { addSample, createSampleList } from '../plugin/requests/sample-list.ts'
import { type Background, createBackground } from '../plugin/store/background.ts'
import { mergeBackground } from '../plugin/store/merge.ts'
import { attribute } from './attribute.ts'
import { COLUMN_US, draw, isOwn } from './turns.ts'

const naming = {
  frame: ({ name, url, line, column }: RawFrame): Frame => ({ name, file: url, line, column, kind: 'app' }),
  line: (_: RawFrame, line: number) => line,
}

/** Draws and joins; V8 samples from column `from` on. */
function recorded(picture: string, from = 0): Background {
  const { slices, collections, segment } = draw(picture)
  const seen = { ...segment, startUs: segment.startUs + from * COLUMN_US }
  const background = createBackground(2 ** 20)
  const part = background.part(slices.timeUs[0], slices.endUs)
  attribute(slices, collections, seen, COLUMN_US, isOwn, undefined, [part])
  background.grown()
  return background
}

const profileOf = (background: Background) =>
  atOnce(mergeBackground(background, naming, { root: '/app', intervalUs: 1000 }))

/** Self time in columns by function. */
function selfTimes(background: Background): Record<string, number> {
  const { tree, frames } = profileOf(background)
  const sums: Record<string, number> = {}
  for (const [node, us] of tree.selfUs.entries()) {
    const { name } = frames[tree.frame[node]]
    if (us > 0) sums[name] = (sums[name] ?? 0) + us / COLUMN_US
  }
  return Object.fromEntries(Object.entries(sums).map(([name, us]) => [name, Number(us.toFixed(2))]))
}

describe('work of no request', () => {
  test('has a profile of its own, which is told apart from those of requests', () => {
    const background = recorded(`
      turns   ..A....--..A
      samples abxaab    bx
    `)
    assert.deepEqual(selfTimes(background), { a: 4, b: 4 })
    const { title, route, requests, samples, ownUs } = profileOf(background)
    assert.deepEqual([title, route, requests], ['(no request)', '(no request)', 0])
    assert.equal(samples, 6)
    assert.equal(ownUs, 8 * COLUMN_US)
  })

  test('shows what Node does outside of JavaScript, and the profiler itself', () => {
    const background = recorded(`
      turns   ....A....
      samples ??o?x???a
      o = own_turn;stop
    `)
    assert.deepEqual(selfTimes(background), { '(program)': 6, stop: 1, a: 1 })
    assert.ok(profileOf(background).frames.some(({ name }) => name === 'own_turn'))
  })

  test('loses collections and sleep', () => {
    const background = recorded(`
      turns   ....----....
      gc       ##
      samples a## ~~~~aaaa
    `)
    assert.deepEqual(selfTimes(background), { a: 6 })
  })

  test('is not sampled while V8 gets ready for that', () => {
    const background = recorded(
      `
      turns   ..........
      samples      a a a
      `,
      4,
    )
    assert.deepEqual(selfTimes(background), { a: 6, '(not sampled)': 4 })
  })

  test('is nothing to start with, and after it was cleared', () => {
    const background = createBackground(2 ** 20)
    const { startedAt, endedAt, ownUs, samples } = profileOf(background)
    assert.deepEqual([startedAt, endedAt, ownUs, samples], ['', '', 0, 0])
    const more = recorded('turns   ....')
    assert.equal(profileOf(more).ownUs, 4 * COLUMN_US)
    more.clear()
    assert.equal(profileOf(more).ownUs, 0)
  })
})

describe('what is kept of it', () => {
  /** Adds samples, each in a function of its own. */
  function fill(background: Background, count: number, name: (i: number) => string) {
    const { stacks } = background
    const part = background.part(0, 1)
    part.samples ??= createSampleList()
    for (let i = 0; i < count; i++) {
      const place = stacks.site({ name: name(i), url: 'a.js', line: 1, column: 1 }, 0)
      const stack = stacks.node(0, place)
      stacks.hold(stack)
      addSample(part.samples, stack, 0, 0)
    }
    part.ownUs += count * COLUMN_US
    part.unweighedUs += count * COLUMN_US
    background.grown()
  }

  test('is the newest, up to a number of samples', () => {
    const background = createBackground(2 ** 30)
    for (let i = 0; i < 500; i++) fill(background, 250, () => `f${i}`)
    const names = profileOf(background).frames.map(({ name }) => name)
    assert.ok(names.includes('f499'))
    assert.ok(!names.includes('f0'))
    assert.equal(profileOf(background).samples, 60_000)
    assert.equal(background.stacks.size(), 240)
  })

  test('keeps under its cap', () => {
    const maxBytes = 2 ** 18
    const background = createBackground(maxBytes)
    for (let i = 0; i < 50; i++) {
      fill(background, 500, (k) => `${i}-${k}`)
      assert.ok(background.bytes() <= maxBytes, `${background.bytes()}`)
    }
    assert.ok(profileOf(background).frames.some(({ name }) => name === '49-0'))
    background.clear()
    assert.equal(background.stacks.size(), 0)
    assert.equal(background.bytes(), background.stacks.bytes())
  })

  test('is nothing of a time before all was cleared, though that is attributed after it', () => {
    const background = createBackground(2 ** 20)
    const before = nowUs()
    background.clear()
    const late = background.part(before - 2, before - 1)
    late.ownUs += 5
    assert.equal(profileOf(background).ownUs, 0)
    const part = background.part(before - 1, nowUs() + 1)
    part.ownUs += 7
    assert.equal(profileOf(background).ownUs, 7)
  })

  test('takes no more samples once it has been let go', () => {
    const background = createBackground(2 ** 20)
    const { slices, collections, segment } = draw(`
      turns   ....
      samples aaaa
    `)
    const part = background.part(slices.timeUs[0], slices.endUs)
    background.clear()
    attribute(slices, collections, segment, COLUMN_US, isOwn, undefined, [part])
    assert.equal(background.stacks.size(), 0)
    assert.equal(profileOf(background).ownUs, 0)
  })
})
