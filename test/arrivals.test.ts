import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { withoutExplained } from '../plugin/model/arrivals.ts'
import type { Wait, WaitKind } from '../plugin/model/wire/waits.ts'

const kindOf: Readonly<Record<string, WaitKind>> = {
  c: 'connection',
  m: 'message',
  b: 'body',
  h: 'http',
  t: 'timer',
}

/** From a picture: a row for each wait, which begins with the letter of its kind. */
function drawn(...rows: string[]): Wait[] {
  return rows.map((row) => ({
    kind: kindOf[row.trim()[0]],
    target: '',
    startUs: row.length - row.trim().length,
    endUs: row.length,
  }))
}

describe('what arrived is no wait of its own', () => {
  const examples: [name: string, waits: string[], left: string][] = [
    ['where an operation explains it', ['h------', ' c----'], 'h'],
    ['where several do together', ['h---', 'c-----', '  t--'], 'ht'],
    ['but it is where none was open', [' h--', '    c----'], 'hc'],
    ['or only for less than half of the time', ['c-------', ' h--'], 'ch'],
    ['and no arrival explains another', ['c----', 'm----', 'b----'], 'cmb'],
  ]
  for (const [name, rows, left] of examples) {
    test(name, () => {
      const kinds = withoutExplained(drawn(...rows)).map(({ kind }) => kind[0])
      assert.equal(kinds.join(''), left)
    })
  }

  test('whatever is left was there, in its order, and all operations are left', () => {
    const wait = fc.record({
      kind: fc.constantFrom(...Object.values(kindOf)),
      target: fc.constant(''),
      startUs: fc.nat(100),
      us: fc.integer({ min: 1, max: 60 }),
    })
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 12 }), (list) => {
        const waits = list
          .map(({ us, ...rest }): Wait => ({ ...rest, endUs: rest.startUs + us }))
          .sort((a, b) => a.startUs - b.startUs)
        const left = withoutExplained(waits)
        assert.deepEqual(
          left,
          waits.filter((one) => left.includes(one)),
        )
        for (const one of waits) if (['http', 'timer'].includes(one.kind)) assert.ok(left.includes(one))
      }),
    )
  })
})
