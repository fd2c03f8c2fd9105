import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Course, compareCourses, createCourse, FEWEST_IN_RUN } from '../plugin/model/course.ts'

const courseOf = (times: readonly number[]): Course => {
  const notes = createCourse()
  for (const ms of times) notes.add(ms)
  return notes.course()
}
const near = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a) + Math.abs(b)), `${a}, ${b}`)
const mean = (times: readonly number[]) => times.reduce((sum, ms) => sum + ms, 0) / times.length
/** Times that become shorter as V8 optimises, with noise that repeats. */
const warming = (requests: number, factor = 1) =>
  Array.from({ length: requests }, (_, i) => factor * (1 + 20 / (i + 1) + ((i * 7) % 5) / 20))

const times = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 400 })

describe('two runs of a route', () => {
  test('are compared by the same requests: those that both have, in whole blocks, without the first', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const { first, last, own } = compareCourses(courseOf(a), courseOf(b))
        const least = Math.min(a.length, b.length)
        if (least < FEWEST_IN_RUN) {
          assert.deepEqual([first, last, own.verdict], [0, 0, 'few'])
          return
        }
        assert.equal(first, 2)
        assert.ok(last <= least && last >= least * 0.8 - FEWEST_IN_RUN, `${last} of ${least}`)
        near(own.baseMs, mean(a.slice(1, last)))
        near(own.headMs, mean(b.slice(1, last)))
        near(own.differenceMs, own.headMs - own.baseMs)
      }),
    )
  })

  test('do not differ where they are the same, and the other way round differ by the negative', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const same = compareCourses(courseOf(a), courseOf(a)).own
        assert.equal(same.differenceMs, 0)
        assert.ok(same.verdict === 'few' || same.verdict === 'unclear')
        const [one, other] = [
          compareCourses(courseOf(a), courseOf(b)),
          compareCourses(courseOf(b), courseOf(a)),
        ]
        near(one.own.differenceMs, -other.own.differenceMs)
      }),
    )
  })

  test('of which one is longer differ by nothing but their code: the first requests are slow in both', () => {
    for (const [a, b] of [
      [400, 12],
      [12, 400],
      [30, 80],
    ]) {
      const { own } = compareCourses(courseOf(warming(a)), courseOf(warming(b)))
      assert.equal(own.differenceMs, 0)
      assert.equal(own.verdict, 'unclear')
    }
  })

  test('differ where every request is slower', () => {
    const { own } = compareCourses(courseOf(warming(40)), courseOf(warming(12, 3)))
    assert.equal(own.verdict, 'slower')
    assert.equal(compareCourses(courseOf(warming(40)), courseOf(warming(12, 0.3))).own.verdict, 'faster')
  })

  test('need stronger evidence than a single comparison, because they are compared again and again', () => {
    /** Blocks whose means differ by so many times the standard error of the difference. */
    const block = (meanMs: number): Course => ({
      requests: 6,
      blocks: [{ meanMs, variance: 1, leastMs: meanMs }],
    })
    const verdict = (errors: number) =>
      compareCourses(block(2), block(2 + errors * Math.sqrt(2 / 5))).own.verdict
    // With 8 degrees of freedom chance goes beyond 2.306 standard errors in 5 of 100 cases, and 3.355 in one.
    assert.equal(verdict(2.6), 'unclear')
    assert.equal(verdict(3.3), 'unclear')
    assert.equal(verdict(3.4), 'slower')
  })

  test('differ only if the cheapest requests do in four of five blocks, by more than a tenth', () => {
    /** The second run is slower on average, and in so many blocks also in its cheapest request. */
    const verdict = (slowBlocks: number, factor = 1.2) => {
      const blocks = Array.from({ length: 5 }, () => ({ meanMs: 10, variance: 0.01, leastMs: 10 }))
      const slower = blocks.map((block, i) => ({
        ...block,
        meanMs: 15,
        leastMs: i < slowBlocks ? 10 * factor : 10,
      }))
      const [base, head] = [blocks, slower].map((some): Course => ({ requests: 30, blocks: some }))
      const back = compareCourses(head, base).own.verdict
      return `${compareCourses(base, head).own.verdict} ${back}`
    }
    assert.equal(verdict(4), 'slower faster')
    assert.equal(verdict(3), 'unclear unclear')
    assert.equal(verdict(5, 1.05), 'unclear unclear')
  })

  test('have in each block the mean, the variance and the least of its requests', () => {
    const { blocks } = courseOf([1000, 1, 2, 3, 4, 5])
    assert.deepEqual(blocks, [{ meanMs: 3, variance: 2.5, leastMs: 1 }])
  })

  test('do not count what was cleared, but go on counting', () => {
    const notes = createCourse()
    for (const ms of warming(30)) notes.add(ms)
    notes.clear()
    assert.equal(notes.course().requests, 30)
    for (const ms of warming(40).slice(30)) notes.add(ms)
    const { first, last } = compareCourses(courseOf(warming(100)), notes.course())
    assert.deepEqual([first, last], [33, 40])
    assert.equal(compareCourses(courseOf(warming(26)), notes.course()).own.verdict, 'few')
  })
})
