import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { SliceKind } from '../plugin/model/wire/requests.ts'
import { addSlice, createSplit, type PlainSlice, plainSlices, trimmed } from '../plugin/requests/split.ts'
import { createRequests } from './records.ts'

const { stats } = createRequests()
const culprits = [undefined, stats('GET /a'), stats('GET /b')]

type Added = readonly [kind: SliceKind, us: number, by?: (typeof culprits)[number]]

function slicesOf(added: readonly Added[]): PlainSlice[] {
  const split = createSplit()
  let endUs = 0
  for (const [kind, us, by] of added) {
    endUs += us
    addSlice(split, endUs, kind, by)
  }
  assert.ok(split.endUs.length <= 400)
  assert.deepEqual([...plainSlices(trimmed(split))], [...plainSlices(split)])
  return [...plainSlices(split)]
}

function timesOf(slices: readonly (readonly [kind: SliceKind, us: number])[]): Record<string, number> {
  const times: Record<string, number> = {}
  for (const [kind, us] of slices) times[kind] = (times[kind] ?? 0) + us
  return times
}

const lengths = (slices: readonly PlainSlice[]) =>
  slices.map(({ kind, startUs, endUs }) => [kind, endUs - startUs] as const)

describe('the slices of a request', () => {
  test('are those that were added, neighbours of one kind and culprit in one', () => {
    const [, a, b] = culprits
    const slices = slicesOf([
      ['own', 10],
      ['own', 5],
      ['blocked', 3, a],
      ['blocked', 4, b],
      ['waiting', 0],
      ['gc', 2],
    ])
    assert.deepEqual(slices, [
      { startUs: 0, endUs: 15, kind: 'own', by: undefined },
      { startUs: 15, endUs: 18, kind: 'blocked', by: a },
      { startUs: 18, endUs: 22, kind: 'blocked', by: b },
      { startUs: 22, endUs: 24, kind: 'gc', by: undefined },
    ])
  })

  test('add up to the time of each kind, without a gap, however many were merged', () => {
    const added = fc.tuple(
      fc.constantFrom<SliceKind>('own', 'blocked', 'gc', 'waiting'),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(...culprits),
    )
    fc.assert(
      fc.property(fc.array(added, { minLength: 1, maxLength: 2000, size: 'max' }), (all) => {
        const given = all.map(([kind, us, by]): Added => (kind === 'blocked' ? [kind, us, by] : [kind, us]))
        const slices = slicesOf(given)
        assert.deepEqual(
          timesOf(lengths(slices)),
          timesOf(given.filter(([, us]) => us > 0).map(([kind, us]) => [kind, us])),
        )
        for (const [i, { startUs, endUs }] of slices.entries()) {
          assert.equal(startUs, slices[i - 1]?.endUs ?? 0)
          assert.ok(endUs > startUs)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('name the culprit that blocked longest where they were merged', () => {
    const [, a, b] = culprits
    const turns = Array.from({ length: 600 }, (): Added[] => [
      ['own', 1],
      ['blocked', 4, a],
      ['blocked', 3, b],
      ['waiting', 10],
    ])
    const blocked = slicesOf(turns.flat()).filter(({ kind }) => kind === 'blocked')
    assert.ok(blocked.length < 400)
    const named = blocked.filter(({ by, startUs, endUs }) => by === a && endUs - startUs > 4)
    assert.ok(named.length > blocked.length / 2, `${named.length} of ${blocked.length}`)
  })
})
