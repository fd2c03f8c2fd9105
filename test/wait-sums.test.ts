import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createWaitTally, sumWaits } from '../plugin/model/wait-sums.ts'
import type { Slice, SliceKind } from '../plugin/model/wire/requests.ts'
import type { Wait, WaitKind, WaitSum } from '../plugin/model/wire/waits.ts'

const kinds: Readonly<Record<string, SliceKind>> = { '#': 'own', x: 'blocked', g: 'gc', '.': 'waiting' }

/** From a picture: the wall time above, below a row for each wait, which begins with its target; a letter is 1 ms. */
function drawn(wall: string, ...rows: string[]): { slices: Slice[]; waits: Wait[] } {
  const slices = [...wall.matchAll(/(.)\1*/g)].map(({ 0: run, 1: letter, index }) => ({
    ...{ startUs: index * 1000, endUs: (index + run.length) * 1000 },
    kind: kinds[letter],
  }))
  const waits = rows.map((row): Wait => {
    const [, before, target, line] = /^( *)([a-z])(-*)/.exec(row)!
    const startUs = before.length * 1000
    return {
      kind: target < 'm' ? 'http' : 'timer',
      target,
      startUs,
      endUs: startUs + (1 + line.length) * 1000,
    }
  })
  return { slices, waits }
}

function said(sums: readonly WaitSum[]): string[] {
  return sums.map(
    ({ kind, target, count, ms, waitingMs, sumMs }) =>
      `${kind} ${target}: ${count}, open ${ms}, waiting ${waitingMs}, in all ${sumMs}`,
  )
}

describe('waits are added up', () => {
  test('by what they were for, once where they overlap, and for the time of only waiting apart', () => {
    const { waits, slices } = drawn('#...##..xx..#', ' a----', '  a----', '       a----', ' t')
    assert.deepEqual(said(sumWaits(waits, slices, 'target')), [
      'http a: 3, open 11, waiting 7, in all 15',
      'timer t: 1, open 1, waiting 1, in all 1',
    ])
  })

  test('by kind', () => {
    const { waits, slices } = drawn('#..........#', ' a---', '   b---', '        t-')
    assert.deepEqual(said(sumWaits(waits, slices, 'kind')), [
      'http : 2, open 6, waiting 6, in all 8',
      'timer : 1, open 2, waiting 2, in all 2',
    ])
  })

  test('over requests, longest first', () => {
    const tally = createWaitTally()
    for (const rows of [[' a', '  t---'], [' a--', ' a---'], []]) {
      const { waits, slices } = drawn('#.........', ...rows)
      tally.add(sumWaits(waits, slices, 'target'))
    }
    assert.deepEqual(said(tally.list()), [
      'http a: 3, open 5, waiting 5, in all 8',
      'timer t: 1, open 4, waiting 4, in all 4',
    ])
    assert.deepEqual(
      tally.list().map(({ requests }) => requests),
      [2, 1],
    )
  })

  test('without any, to nothing', () => assert.deepEqual(sumWaits([], [], 'target'), []))

  test('with no more waiting than there is, and no more time open than from first to last', () => {
    const wait = fc.record({
      kind: fc.constantFrom<WaitKind[]>('http', 'timer'),
      target: fc.constantFrom('a', 'b'),
      startUs: fc.nat(100),
      us: fc.integer({ min: 1, max: 60 }),
    })
    const slice = fc.record({
      kind: fc.constantFrom<SliceKind[]>('own', 'waiting', 'blocked', 'gc'),
      us: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 12 }), fc.array(slice, { maxLength: 12 }), (some, parts) => {
        const waits = some.map(({ us, ...rest }) => ({ ...rest, endUs: rest.startUs + us }))
        let at = 0
        const slices = parts.map(({ kind, us }) => {
          at += us
          return { kind, startUs: at - us, endUs: at }
        })
        // By counting microseconds one by one.
        for (const sum of sumWaits(waits, slices, 'target')) {
          const same = waits.filter(({ kind, target }) => kind === sum.kind && target === sum.target)
          const times = Array.from({ length: 200 }, (_, us) => us)
          const open = times.filter((us) => same.some(({ startUs, endUs }) => us >= startUs && us < endUs))
          const waiting = open.filter((us) =>
            slices.some(({ kind, startUs, endUs }) => kind === 'waiting' && us >= startUs && us < endUs),
          )
          assert.equal(sum.count, same.length)
          assert.equal(Math.round(sum.ms * 1000), open.length)
          assert.equal(Math.round(sum.waitingMs * 1000), waiting.length)
        }
      }),
    )
  })
})
