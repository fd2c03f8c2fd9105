import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createCollections, disjoint } from '../plugin/attribution/collections.ts'
import type { Collection } from '../plugin/attribution/index.ts'
import { nowUs } from '../plugin/clock.ts'
import { gc } from './garbage.ts'

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

function checkOrder(collections: readonly Collection[]): void {
  for (const [i, { startUs, endUs }] of collections.entries()) {
    assert.ok(endUs > startUs)
    if (i > 0) assert.ok(startUs >= collections[i - 1].endUs)
  }
}

describe('overlapping collections', () => {
  const cases: [string, [number, number][], [number, number][]][] = [
    ['none', [], []],
    [
      'apart and out of order',
      [
        [5, 6],
        [1, 2],
      ],
      [
        [1, 2],
        [5, 6],
      ],
    ],
    [
      'one within another',
      [
        [1, 9],
        [3, 4],
        [5, 6],
      ],
      [[1, 9]],
    ],
    [
      'one that began with another',
      [
        [1, 4],
        [1, 9],
      ],
      [
        [1, 4],
        [4, 9],
      ],
    ],
    [
      'one that ended with another',
      [
        [1, 9],
        [4, 9],
      ],
      [[1, 9]],
    ],
    [
      'partly',
      [
        [1, 5],
        [3, 8],
        [7, 9],
      ],
      [
        [1, 5],
        [5, 8],
        [8, 9],
      ],
    ],
    [
      'end to end',
      [
        [1, 2],
        [2, 3],
      ],
      [
        [1, 2],
        [2, 3],
      ],
    ],
    [
      'without length',
      [
        [1, 1],
        [2, 2],
        [0, 5],
      ],
      [[0, 5]],
    ],
  ] as const as never
  for (const [name, given, expected] of cases) {
    test(name, () => {
      const result = disjoint(given.map(([startUs, endUs]) => ({ startUs, endUs })))
      assert.deepEqual(
        result.filter(({ startUs, endUs }) => endUs > startUs).map(({ startUs, endUs }) => [startUs, endUs]),
        expected,
      )
    })
  }

  test('count each moment once', () => {
    const collection = fc
      .tuple(fc.nat(60), fc.nat(20))
      .map(([startUs, us]) => ({ startUs, endUs: startUs + us }))
    fc.assert(
      fc.property(fc.array(collection, { maxLength: 30 }), (given) => {
        const moments = new Set<number>()
        for (const { startUs, endUs } of given) for (let us = startUs; us < endUs; us++) moments.add(us)
        const result = disjoint([...given]).filter(({ startUs, endUs }) => endUs > startUs)
        checkOrder(result)
        assert.equal(
          result.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0),
          moments.size,
        )
        for (const { startUs, endUs } of result) {
          for (let us = startUs; us < endUs; us++) assert.ok(moments.has(us))
        }
      }),
    )
  })
})

describe('collections as Node reports them', () => {
  test('are there two turns later, on the clock of the profiler, and taken once', async () => {
    const collections = createCollections()
    collections.start()
    collections.start()
    const beforeUs = nowUs()
    gc()
    gc({ type: 'minor' })
    const afterUs = nowUs()
    await turns(3)
    const taken = collections.take(afterUs)
    checkOrder(taken)
    const mine = taken.filter(({ startUs }) => startUs >= beforeUs)
    assert.ok(mine.length >= 1)
    for (const { endUs } of mine) assert.ok(endUs <= afterUs + 1)
    assert.ok(mine.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0) <= afterUs - beforeUs)
    assert.deepEqual(
      collections.take(afterUs).filter(({ endUs }) => endUs <= afterUs),
      [],
    )
    collections.stop()
  })

  test('that go on after a cut are told on both sides of it', async () => {
    const collections = createCollections()
    collections.start()
    const beforeUs = nowUs()
    gc()
    await turns(3)
    const [first] = collections.untaken().filter(({ startUs }) => startUs >= beforeUs)
    const middleUs = (first.startUs + first.endUs) / 2
    const told = (taken: readonly Collection[]) => taken.some(({ startUs }) => startUs === first.startUs)
    assert.ok(told(collections.take(middleUs)))
    assert.ok(told(collections.take(first.endUs)))
    assert.ok(!told(collections.take(first.endUs)))
    collections.stop()
  })

  test('are not told of after the stop', async () => {
    const collections = createCollections()
    collections.start()
    gc()
    collections.stop()
    await turns(3)
    assert.deepEqual(collections.take(Number.POSITIVE_INFINITY), [])
  })
})
