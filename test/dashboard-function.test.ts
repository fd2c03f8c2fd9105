import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { rowOf } from '../dashboard/model/boxes.ts'
import { type Butterfly, butterfly } from '../dashboard/model/butterfly.ts'
import { drawn, placeOf, stepDrawn } from '../dashboard/model/drawn.ts'
import { isFunction, readFunction, writeFunction } from '../dashboard/model/function-key.ts'
import { readLocation, writeLocation } from '../dashboard/model/location.ts'
import { neighbours } from '../dashboard/model/neighbours.ts'
import { hotFunctions } from '../plugin/model/hot.ts'
import type { CallTree, Profile } from '../plugin/model/profile.ts'
import { totalSamples, totals } from '../plugin/model/tree.ts'
import { HOSTILE } from './fake-app.ts'
import { drawnStacks, profileOf } from './pictures.ts'

const frameOf = (profile: Profile, name: string) => profile.frames.findIndex((frame) => frame.name === name)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6 * (1 + b), `${a} is not ${b}`)

/** `work 3/8`: self and total in milliseconds, each level further in. */
function show(profile: Profile, tree: CallTree): string[] {
  const total = totals(tree)
  const depth: number[] = []
  const text = tree.parent.map((parent, node) => {
    depth[node] = parent < 0 ? 0 : depth[parent] + 1
    const name = profile.frames[tree.frame[node]].name
    return `${'  '.repeat(depth[node])}${name} ${tree.selfUs[node] / 1000}/${total[node] / 1000}`
  })
  return text
}

function butterflyOf(picture: string, name: string): { profile: Profile; both: Butterfly } {
  const profile = profileOf(picture)
  return { profile, both: butterfly(profile, frameOf(profile, name)) }
}

describe('a butterfly', () => {
  test('has who called a function, and what it called, over all places where it stands', () => {
    const { profile, both } = butterflyOf(
      `
main;load;parse 2
main;load;parse;read 3
init;parse;read 4
main 5`,
      'parse',
    )
    assert.deepEqual(show(profile, both.callers), ['parse 0/9', '  load 0/5', '    main 5/5', '  init 4/4'])
    assert.deepEqual(show(profile, both.callees), ['parse 2/9', '  read 7/7'])
  })

  test('counts recursion once, direct or by way of others', () => {
    const { profile, both } = butterflyOf(
      `
main;walk 1
main;walk;walk 2
main;walk;visit;walk 3
main;walk;visit;walk;visit 4`,
      'walk',
    )
    assert.deepEqual(show(profile, both.callers), ['walk 0/10', '  main 10/10'])
    assert.deepEqual(show(profile, both.callees), ['walk 6/10', '  visit 4/4'])
  })

  test('of a function without callers has all of its time as its own', () => {
    const { both } = butterflyOf('main 3\nmain;x 2', 'main')
    assert.deepEqual(neighbours(both.callers), [{ frame: -1, us: 5000, samples: 5 }])
  })

  test('laws: both sides have the total of the function, in time and samples; it never stands below itself', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        for (const hot of hotFunctions(profile)) {
          const { callers, callees } = butterfly(profile, hot.frame)
          for (const tree of [callers, callees]) {
            near(totals(tree)[0], hot.totalUs)
            near(sum(neighbours(tree).map(({ us }) => us)), hot.totalUs)
            assert.equal(sum(neighbours(tree).map(({ samples }) => samples)), totalSamples(tree)[0])
            assert.equal(tree.frame.lastIndexOf(hot.frame), 0)
            assert.ok(tree.parent.every((parent, node) => parent < node))
          }
          assert.equal(totalSamples(callers)[0], totalSamples(callees)[0])
          near(callees.selfUs[0], hot.selfUs)
          assert.equal(callees.samples[0], hot.samples)
        }
      }),
    )
  })

  test('law: the callers of a function are those whose callees it is among', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        const names = hotFunctions(profile).map(({ frame }) => frame)
        const next = (tree: CallTree) => neighbours(tree).map(({ frame }) => frame)
        for (const frame of names) {
          for (const caller of next(butterfly(profile, frame).callers)) {
            if (caller < 0) continue
            assert.ok(next(butterfly(profile, caller).callees).includes(frame))
          }
        }
      }),
    )
  })
})

describe('the boxes of a butterfly', () => {
  test('laws: the root is all, a box lies within the one it belongs to, at most 300 are drawn', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        for (const { frame } of hotFunctions(profile)) {
          const half = drawn(butterfly(profile, frame).callees)
          assert.deepEqual(placeOf(half, 0), { left: 0, width: 1, row: 0 })
          assert.ok(half.shown.length <= 300 && half.shown[0] === 0)
          for (const box of half.shown.slice(1)) {
            const [inner, outer] = [placeOf(half, box), placeOf(half, half.boxes.parent[box])]
            assert.ok(inner.left >= outer.left - 1e-9)
            assert.ok(inner.left + inner.width <= outer.left + outer.width + 1e-9)
            assert.equal(inner.row, outer.row + 1)
            assert.ok(inner.row < half.rows)
          }
        }
      }),
    )
  })

  test('are stepped through by their neighbours, and no step leads out', () => {
    const half = drawn(butterflyOf('f;a;b 5\nf;c 3\nf 2', 'f').both.callees)
    const [a, c, b] = [1, 2, 3]
    assert.deepEqual(half.shown, [0, a, c, b])
    assert.equal(stepDrawn(half, 0, 'out'), a, 'to the dearest')
    assert.equal(stepDrawn(half, a, 'out'), b)
    assert.equal(stepDrawn(half, b, 'out'), b)
    assert.equal(stepDrawn(half, b, 'in'), a)
    assert.equal(stepDrawn(half, 0, 'in'), 0)
    assert.equal(stepDrawn(half, a, 'next'), c)
    assert.equal(stepDrawn(half, c, 'next'), c, 'not into another row')
    assert.equal(stepDrawn(half, c, 'previous'), a)
    assert.equal(stepDrawn(half, a, 'previous'), a)
    assert.equal(rowOf(half.boxes, b), 2)
  })

  test('of a function without time are the function alone', () => {
    const profile = profileOf('f 0')
    const half = drawn(butterfly(profile, 1).callees)
    assert.deepEqual([half.shown, half.rows], [[0], 1])
  })
})

describe('a function in the URL', () => {
  test('is the same in another profile, whatever it is called', () => {
    const frames = profileOf(`a@x.ts:3 1\na@x.ts:4 1\n${HOSTILE}@b.ts:1 1\n(garbage collector) 1`).frames
    for (const [i, frame] of frames.entries()) {
      if (!isFunction(frame)) continue
      const link = writeLocation({ route: 'GET /', function: writeFunction(frame), line: '7' })
      const read = readLocation(link.slice(1))
      assert.equal(readFunction(frames, read.function), i)
      assert.equal(readFunction([...frames].reverse(), read.function), frames.length - 1 - i)
      assert.equal(read.line, '7')
    }
    const [, a] = frames
    assert.equal(readFunction(frames, writeFunction({ ...a, name: 'handler of GET /' })), 1, 'by its place')
    for (const none of ['', 'a', 'a@x.ts:5:1', writeFunction(frames[0])]) {
      assert.equal(readFunction(frames, none), -1)
    }
  })
})
