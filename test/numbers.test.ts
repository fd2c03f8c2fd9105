import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Numbers } from '../plugin/requests/numbers.ts'

class One extends Numbers {}

const names = [
  'startUs',
  'endUs',
  'ownUs',
  'afterUs',
  'gcUs',
  'queuedUs',
  'blockedUs',
  'turnEndUs',
  'leftUs',
  'weighedUs',
  'unweighedUs',
  'unsampledUs',
] as const

const begun = { endUs: -1, ownUs: 0, afterUs: 0, gcUs: 0, queuedUs: 0, blockedUs: 0 }
const unattributed = { turnEndUs: -1, leftUs: -1, weighedUs: 0, unweighedUs: 0, unsampledUs: 0 }

/** All that a record holds, by plain means. */
interface Model extends Record<(typeof names)[number], number> {
  readonly startedAtMs: number
  marks: number[]
}

function modelOf(startedAtMs: number, startUs: number): Model {
  return { startedAtMs, startUs, ...begun, ...unattributed, marks: [] }
}

function contents(one: Numbers): Model {
  const numbers = Object.fromEntries(names.map((name) => [name, one[name]])) as Pick<
    Model,
    (typeof names)[number]
  >
  return { startedAtMs: one.startedAtMs, ...numbers, marks: [...one.marks] }
}

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: fc.constantFrom(...names), to: fc.double({ noNaN: true }) }) },
  { weight: 8, arbitrary: fc.record({ mark: fc.nat() }) },
  { weight: 1, arbitrary: fc.constantFrom('clear' as const, 'takeOut' as const, 'another' as const) },
)

test('each record has its own numbers and marks, in the block and out of it', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ which: fc.nat(), act }), { maxLength: 400 }), (acts) => {
      const ones: One[] = []
      const models: Model[] = []
      const begin = () => {
        ones.push(new One(1.7e12 + ones.length, ones.length / 7))
        models.push(modelOf(1.7e12 + models.length, models.length / 7))
      }
      // More than a block has room for.
      for (let i = 0; i < 20; i++) begin()
      for (const { which, act } of acts) {
        const [one, model] = [ones[which % ones.length], models[which % ones.length]]
        if (act === 'another') begin()
        else if (act === 'takeOut') one.takeOut()
        else if (act === 'clear') {
          one.clearMarks()
          model.marks = []
        } else if ('mark' in act) {
          one.addMark(act.mark)
          model.marks.push(act.mark)
        } else {
          one[act.set] = act.to
          model[act.set] = act.to
        }
        assert.equal(one.markCount, model.marks.length)
      }
      assert.deepEqual(ones.map(contents), models)
    }),
  )
})

test('has room for any number of marks', () => {
  const [one, next] = [new One(0, 0), new One(0, 0)]
  const marks = Array.from({ length: 50 }, (_, i) => i)
  for (const mark of marks) one.addMark(mark)
  assert.deepEqual(one.marks, marks)
  assert.deepEqual(next.marks, [])
})
