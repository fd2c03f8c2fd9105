import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBlame } from '../plugin/attribution/blame.ts'
import { createAttribution } from '../plugin/attribution/index.ts'
import { splitNow, unbroken } from '../plugin/attribution/live-split.ts'
import { serverTiming } from '../plugin/requests/server-timing.ts'
import { IDLE } from '../plugin/tracker/timeline.ts'
import { COLUMN_US, draw, isOwn } from './turns.ts'

/** How A, whose turn the last column is, spent its time; the first `attributed` entries of the log are told to the blame already. */
function split(picture: string, attributed: number) {
  const { slices, collections, segment, request } = draw(picture)
  const record = request('A')
  record.startUs = slices.timeUs[slices.holder.indexOf(record)]
  const blame = createBlame(
    () => {},
    () => {},
  )
  blame.ran(IDLE, slices.timeUs[0], slices.timeUs[0])
  createAttribution(slices, collections, segment, COLUMN_US, isOwn, blame).advance(attributed)
  const now = splitNow(record, blame.gapOf(record), [{ slices, from: attributed }], collections, slices.endUs)
  assert.ok(now !== undefined)
  const { ownUs, blockedUs, gcUs, waitingUs, wallUs, worst } = now
  return { entries: slices.length, worst, parts: [ownUs, blockedUs, gcUs, waitingUs, wallUs].map(Math.round) }
}

test('a drawn one', () => {
  const { parts } = split('turns   .AABB.--BBA\ngc         #    #', 0)
  assert.deepEqual(
    parts,
    [3, 1, 1, 5, 10].map((ms) => ms * COLUMN_US),
  )
})

test('blames the route that held it up longest in all, however far the log is attributed', () => {
  for (const [turns, worst] of [
    ['ABBCA', 'GET /b'],
    ['ABCCA', 'GET /c'],
    ['ABBACA', 'GET /b'],
    ['ABACCA', 'GET /c'],
    ['AB..A', '(no request)'],
    ['ABB-CA', 'GET /c'],
    // Not that of the longest turn: many short ones take more.
    ['ABCBCBDDA', 'GET /b'],
    ['ABACCABBA', 'GET /b'],
    ['AA', ''],
  ]) {
    const { entries } = split(`turns   ${turns}`, 0)
    for (let attributed = 0; attributed < entries; attributed++)
      assert.equal(
        split(`turns   ${turns}`, attributed).worst,
        worst,
        `${turns}, ${attributed} of it attributed`,
      )
  }
})

test('in a header names a route in letters that a header may have, and none where nobody blocked', () => {
  const one = { wallUs: 1, ownUs: 1205, blockedUs: 20_000, gcUs: 7, waitingUs: 0 }
  assert.equal(
    serverTiming({ ...one, worst: 'GET /"日"\\' }),
    String.raw`own;dur=1.21, blocked;dur=20;desc="GET /\"?\"\\", gc;dur=0.01, wait;dur=0`,
  )
  assert.equal(
    serverTiming({ ...one, blockedUs: 0, worst: 'GET /a' }),
    'own;dur=1.21, blocked;dur=0, gc;dur=0.01, wait;dur=0',
  )
})

test('of a request that had the thread to itself since it began needs no log', () => {
  const { slices, request } = draw('turns   ..BB.-AAA')
  const record = request('A')
  record.startUs = slices.timeUs[slices.length - 1]
  const gap = createBlame(
    () => {},
    () => {},
  ).gapOf(record)
  const read = splitNow(record, gap, [{ slices, from: 0 }], [], slices.endUs)
  assert.equal(read?.ownUs, 3 * COLUMN_US)
  assert.deepEqual(unbroken(record, slices.endUs), read)
})

test('is the same however far the log is attributed', () => {
  const column = fc.constantFrom('A', 'A', 'B', 'C', '.', '-')
  fc.assert(
    fc.property(fc.array(column, { maxLength: 30 }), fc.infiniteStream(fc.boolean()), (row, coin) => {
      const turns = [...row, 'A']
      const gc = turns.map((letter) => (letter !== '-' && coin.next().value && coin.next().value ? '#' : ' '))
      const picture = `turns   ${turns.join('')}\ngc      ${gc.join('')}`
      const { entries, parts } = split(picture, 0)
      const [own, blocked, collected, waiting, wall] = parts
      assert.equal(own + blocked + collected + waiting, wall, picture)
      for (let attributed = 1; attributed <= entries; attributed++)
        assert.deepEqual(
          split(picture, attributed).parts,
          parts,
          `${picture}\n${attributed} entries attributed`,
        )
    }),
  )
})
