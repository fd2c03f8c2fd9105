import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createStretch } from '../plugin/attribution/stretch.ts'

interface Piece {
  readonly index: number
  readonly us: number
}

const piece = fc.record({ index: fc.nat(5), us: fc.integer({ min: 1, max: 50 }) })

/** A stretch of pieces from `fromUs` on, after another one. */
function stretchOf(pieces: readonly Piece[], fromUs: number) {
  const totalUs = [7, 0, 3]
  const stretch = createStretch(totalUs)
  let nowUs = 0
  function add({ index, us }: Piece): void {
    stretch.add(index, nowUs, nowUs + us)
    while (totalUs.length <= index) totalUs.push(0)
    totalUs[index] += us
    nowUs += us
  }
  add({ index: 2, us: 10 })
  stretch.slept(fromUs)
  nowUs = fromUs
  for (const one of pieces) add(one)
  return { stretch, endUs: nowUs }
}

/** The same sums, piece by piece. */
function sumsOf(pieces: readonly Piece[], beganUs: number, fromUs: number): number[] {
  const sums: number[] = []
  let at = beganUs
  for (const { index, us } of pieces) {
    sums[index] = (sums[index] ?? 0) + Math.max(0, at + us - Math.max(at, fromUs))
    at += us
  }
  return Array.from({ length: 6 }, (_, index) => sums[index] ?? 0)
}

const padded = (sums: readonly number[]) => Array.from({ length: 6 }, (_, index) => sums[index] ?? 0)

test('law: the sums since any moment of a stretch are those of its pieces', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 400, size: 'max' }),
      fc.integer({ min: 0, max: 12_000 }),
      (pieces, agoUs) => {
        const { stretch, endUs } = stretchOf(pieces, 1000)
        const fromUs = Math.max(0, endUs - agoUs)
        assert.deepEqual(padded(stretch.sumsSince(fromUs)), sumsOf(pieces, 1000, Math.max(1000, fromUs)))
      },
    ),
  )
})

test('of very many pieces the sums are those of the whole stretch, or of what is kept', () => {
  const pieces = Array.from({ length: 20_000 }, (_, i): Piece => ({ index: i % 5, us: 1 + (i % 3) }))
  const { stretch, endUs } = stretchOf(pieces, 1000)
  for (const agoUs of [0, 1, 50, 1000, 4000]) {
    const fromUs = endUs - agoUs
    assert.deepEqual(padded(stretch.sumsSince(fromUs)), sumsOf(pieces, 1000, fromUs))
  }
  assert.deepEqual(padded(stretch.sumsSince(1000)), sumsOf(pieces, 1000, 1000))
  const kept = stretch.sumsSince(1001).reduce((a, b) => a + b)
  assert.ok(kept >= 4000 && kept < endUs - 1001, `${kept} of ${endUs - 1001}`)
})
