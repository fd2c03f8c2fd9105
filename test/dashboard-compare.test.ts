import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { freeName } from '../dashboard/model/baseline-name.ts'
import { FASTER, SLOWER, UNCHANGED } from '../dashboard/model/colours.ts'
import { changeText, diffPicture } from '../dashboard/model/diff-picture.ts'
import { changeRows } from '../dashboard/model/diff-rows.ts'
import { readLocation, writeLocation } from '../dashboard/model/location.ts'
import { readPath, writePath } from '../dashboard/model/path.ts'
import { picture } from '../dashboard/model/picture.ts'
import { keptText, previousRoute, previousText, turned, wallText } from '../dashboard/model/previous.ts'
import {
  differentNodes,
  missingText,
  pageOf,
  routeOf,
  sideNames,
  sideText,
  writeSide,
} from '../dashboard/model/side.ts'
import { cautions, certainty, relative, signed } from '../dashboard/model/verdict.ts'
import type { Verdict } from '../plugin/model/change.ts'
import { nameOf } from '../plugin/model/names.ts'
import { totals } from '../plugin/model/tree.ts'
import { fakeDiff } from './fake-diff.ts'
import { drawnStacks, profileOf } from './pictures.ts'

/** `groupBy` took 1.9 times as long before, `step` half of it, `blockTokens` nothing. */
const after = profileOf(
  `
handler@app.ts:1;groupBy@lib.ts:3 400
handler@app.ts:1;query@node_modules/sql/index.js:1;step@node_modules/sql/index.js:9 300
handler@app.ts:1;blockTokens@lib.ts:20 100
handler@app.ts:1 200`,
  { requests: 20 },
)
const diff = fakeDiff(after, false)

test('the table of changes is filtered by what was typed, without the spaces around it', () => {
  const found = changeRows(diff, { column: 'function', descending: false }, ' GROUPBY ')
  assert.deepEqual(
    found.map(({ info }) => info.name),
    ['groupBy'],
  )
})

describe('the picture of a comparison', () => {
  test('has the widths of head, and colours and signs that say how each place changed', () => {
    const { profile, changes } = diffPicture(diff, true)
    const total = totals(profile.tree)
    const lines = profile.tree.parent.map((_, node) => {
      const name = changes.labels[node]
      const colour = changes.classes[node]
      return `${name} ${Math.round(total[node] / 1000)} ${colour === UNCHANGED ? '=' : colour < FASTER ? '+' : '-'}`
    })
    assert.deepEqual(lines, [
      'GET /picture 50 =',
      'handler 50 =',
      '▼ groupBy 20 -',
      '▲ query 15 +',
      '▲ step 15 +',
      '▲ blockTokens 5 +',
    ])
    assert.equal(changes.classes[2], FASTER + 2)
    assert.equal(changes.classes[5], SLOWER + 1)
    assert.match(changeText(changes.of(2)), /^20\.0 ms, was 38\.0 ms: 18\.0 ms faster$/)
    assert.equal(changeText({ ...changes.of(2), verdict: 'few' }), '20.0 ms, was 38.0 ms: too few to tell')
    assert.match(changeText(changes.of(0)), /^50\.0 ms, was 55\.5 ms: no certain change$/)
  })

  test('colours no place whose function has too few samples to tell, or turned the other way there', () => {
    const of = (verdict: Verdict) => {
      const functions = diff.functions.map((one) => ({ ...one, total: { ...one.total, verdict } }))
      const { changes } = diffPicture({ ...diff, functions }, true)
      return changes.classes[2] === UNCHANGED ? '=' : changes.classes[2] < FASTER ? '+' : '-'
    }
    assert.deepEqual((['faster', 'slower', 'unclear', 'few'] as const).map(of), ['-', '=', '=', '='])
  })

  test('keeps a place in the address when its verdict turns', () => {
    const turned = fakeDiff(after, true)
    const functions = turned.functions.map((one) => ({
      ...one,
      total: { ...one.total, verdict: 'unclear' as const },
    }))
    const [now, then] = [diff, { ...turned, functions }].map((one) => {
      const { profile, changes } = diffPicture(one, true)
      return { frames: profile.frames, boxes: picture(profile, false).boxes, labels: changes.labels }
    })
    const box = now.boxes.node.findIndex((node) => now.labels[node] === '▼ groupBy')
    const found = readPath(then.frames, then.boxes, writePath(now.frames, now.boxes, box))
    assert.equal(then.labels[then.boxes.node[found]], 'groupBy')
  })

  test('folds libraries up with what they took before', () => {
    const { profile, changes } = diffPicture(diff, false)
    const names = profile.frames.map(nameOf)
    assert.ok(!names.some((name) => name.includes('step')), names.join(' '))
    const query = profile.tree.frame.findIndex((frame) => names[frame].includes('query'))
    assert.equal(Math.round(changes.of(query).headMs), 15)
    assert.equal(Math.round(changes.of(query).baseMs * 10), 75)
  })

  test('has all of the time of both sides, folded or not', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.boolean(), (picture, all) => {
        const drawn = fakeDiff(profileOf(picture, { requests: 10 }), true)
        const { profile, changes } = diffPicture(drawn, all)
        const { baseMs, headMs } = changes.of(0)
        assert.ok(Math.abs(baseMs - drawn.own.baseMs) < 1e-6)
        assert.ok(Math.abs(headMs - drawn.own.headMs) < 1e-6)
        assert.equal(profile.frames.length, profile.tree.parent.length)
      }),
      { numRuns: 100, seed: 5 },
    )
  })
})

describe('the table of a comparison', () => {
  const names = (column: 'function' | 'base' | 'head' | 'change' | 'total', descending = true, filter = '') =>
    changeRows(diff, { column, descending }, filter).map(({ info }) => info.name)

  test('is sorted by the size of changes, or any other column, and filtered', () => {
    assert.deepEqual(names('change').slice(0, 3), ['groupBy', 'step', 'blockTokens'])
    assert.deepEqual(names('head').slice(0, 2), ['groupBy', 'step'])
    assert.equal(names('base')[0], 'groupBy')
    assert.equal(names('total')[0], 'groupBy')
    assert.deepEqual(names('function', false), ['blockTokens', 'groupBy', 'handler', 'query', 'step'])
    assert.deepEqual(names('change', true, 'LIB.ts'), ['groupBy', 'blockTokens'])
    assert.deepEqual(names('change', true, 'nothing'), [])
  })

  test('has functions of one name in the same order, whichever way it is sorted', () => {
    const frames = diff.frames.map((frame) => ({ ...frame, name: 'same' }))
    for (const descending of [true, false]) {
      const rows = changeRows({ ...diff, frames }, { column: 'function', descending }, '')
      const order = rows.map(({ frame }) => frame)
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      )
    }
  })
})

describe('words', () => {
  test('say what is not there, without the name that a side has for programs', () => {
    assert.equal(missingText('base: baseline "nope" not found'), 'Not found: baseline "nope"')
    assert.equal(
      missingText('head: route "GET /a" in baseline "x" not found; it has GET /b'),
      'Not found: route "GET /a" in baseline "x"; it has GET /b',
    )
  })

  const change = { baseMs: 8, headMs: 4, differenceMs: -4, errorMs: 1, verdict: 'faster' as const }

  test('say how much, and how certainly', () => {
    assert.equal(signed(-4), '−4.00 ms')
    assert.equal(signed(0.5), '+500 µs')
    assert.equal(signed(0), '0 ms')
    assert.equal(signed(-0.0003), '<1 µs')
    assert.equal(relative(change), '−50.0 %')
    assert.equal(relative({ ...change, differenceMs: -7.9999 }), '−99.9 %')
    assert.equal(relative({ ...change, differenceMs: 0.0001 }), '<0.1 %')
    assert.equal(relative({ ...change, baseMs: 0 }), '')
    assert.equal(relative({ ...change, baseMs: 2, differenceMs: 27.1 }), '+1,355 %')
    assert.match(certainty(change), /between −5\.00 ms and −3\.00 ms per request \(95 % confidence\)/)
    assert.match(certainty({ ...change, verdict: 'unclear' }), /chance/)
    assert.match(certainty({ ...change, errorMs: null, verdict: 'few' }), /at least 5\./)
  })

  test('say what a side is', () => {
    const route = 'GET /picture'
    assert.equal(sideText(diff.head, `route=${route}`, route, 0), route)
    assert.equal(sideText(diff.head, `route=${route}&maxMs=40`, route, 0), `${route}, shorter than 40.0 ms`)
    const now = Date.parse('2026-03-04T09:12:44.000Z')
    const origin = 'before, 3 h ago, Node 24.21.0, commit 1a2b3c4'
    assert.equal(sideText(diff.base, 'baseline=before', route, now), origin)
    const part = { ...diff.base, title: `${route}, 12 of 100 requests` }
    assert.equal(sideText(part, 'baseline=before', route, now), `${origin}, GET /picture, 12 of 100 requests`)
  })

  test('name the sides by what they are', () => {
    const live = fakeDiff(after, true)
    const of = (base: string, head: string) => Object.values(sideNames(live, { base, head })).join(' ')
    const sides = { base: 'maxMs=1', head: 'minMs=1' }
    assert.deepEqual(sideNames(diff, sides), { base: 'Before', head: 'After' })
    const swapped = { ...diff, base: diff.head, head: diff.base }
    assert.deepEqual(sideNames(swapped, sides), { base: 'After', head: 'Before' })
    const older = { ...diff.base, baseline: { ...diff.base.baseline!, savedAt: '2020-01-01T00:00:00.000Z' } }
    assert.deepEqual(sideNames({ ...diff, head: older }, sides), { base: 'After', head: 'Before' })
    assert.deepEqual(sideNames({ ...diff, base: older, head: diff.base }, sides), {
      base: 'Before',
      head: 'After',
    })
    assert.equal(of('maxMs=40', 'minMs=90'), 'Fast Slow')
    assert.equal(of('minMs=90', 'maxMs=40'), 'Slow Fast')
    assert.equal(of('maxMs=90', 'minMs=40'), 'Base Head')
    assert.equal(of('request=a', 'request=b'), 'Base Head')
  })

  test('tell versions of Node that differ, also from the one that records now', () => {
    assert.deepEqual(differentNodes(diff, 'v22.1.0'), ['v24.21.0', 'v22.1.0'])
    assert.deepEqual(differentNodes(diff, 'v24.21.0'), [])
    assert.deepEqual(differentNodes(diff, undefined), [])
    assert.deepEqual(differentNodes(fakeDiff(after, true), 'v22.1.0'), [])
  })

  test('suggest a name that is free', () => {
    assert.equal(freeName([]), 'before')
    assert.equal(freeName(['v1', 'before-2']), 'before')
    assert.equal(freeName(['before', 'before-2']), 'before-3')
  })
})

test('a side survives the address, whatever its route is called', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (route, minMs) => {
        const side = writeSide({ route, minMs })
        assert.equal(routeOf(side), route)
        const { base, head } = readLocation(
          writeLocation({ base: side, head: writeSide({ baseline: 'x', route }) }),
        )
        assert.equal(new URLSearchParams(base).get('minMs'), String(minMs))
        assert.equal(routeOf(head ?? ''), route)
      },
    ),
    { numRuns: 300, seed: 6 },
  )
  assert.equal(writeSide({ requests: ['a', 'b'] }), 'request=a&request=b')
  assert.deepEqual(pageOf(writeSide({ route: 'GET /a', minMs: 50 })), {
    ...{ route: 'GET /a', wall: '50_', started: '' },
  })
  assert.deepEqual(pageOf('request=a'), { request: 'a' })
  for (const none of ['request=a&request=b', 'baseline=b&route=GET+/a', '']) {
    assert.equal(pageOf(none), undefined)
  }
  assert.equal(
    writeLocation({ base: writeSide({ route: 'GET /a' }), head: 'baseline=b' }),
    '?base=route%3DGET+/a&head=baseline%3Db',
  )
})

describe('the run before', () => {
  const own = { baseMs: 12.1, headMs: 8.2, differenceMs: -3.9, errorMs: 0.5, verdict: 'faster' as const }
  const now = Date.parse('2026-03-04T06:12:44.000Z')
  const since = {
    route: 'GET /a',
    requests: 40,
    first: 2,
    last: 37,
    previous: { requests: 2120, savedAt: new Date(now - 240_000).toISOString(), p50Ms: 213 },
    own,
  }

  test('is told in a line that is short where there is little room', () => {
    const { short, long, which, title } = previousText(since, now)
    assert.equal(which, 'requests 2–37 of both runs')
    assert.equal(short, '▼ 32.2 % faster than in the previous run')
    assert.equal(long, ', 4 min ago: 8.20 ms own CPU per request, was 12.1 ms')
    assert.match(title, /^Requests 2 to 37 of both runs.* had 2,120 requests\.$/)
    const slower = { ...own, baseMs: 0, headMs: 4, differenceMs: 4, verdict: 'slower' as const }
    assert.equal(previousText({ ...since, own: slower }, now).short, '▲ slower than in the previous run')
    const unclear = { ...own, verdict: 'unclear' as const }
    assert.equal(
      previousText({ ...since, own: unclear }, now).short,
      'No certain difference from the previous run',
    )
  })

  test('says what became of the wall time, where it is another', () => {
    assert.equal(wallText(since, 66.9), 'wall time p50 66.9 ms, was 213 ms')
    assert.equal(wallText(since, 300), 'wall time p50 300 ms, was 213 ms')
    assert.equal(wallText(since, 180), '')
    assert.equal(wallText(since, 0), '')
  })

  test('says which of both had too few requests, and how many it takes', () => {
    const few = { ...since, own: { ...own, verdict: 'few' as const } }
    assert.equal(
      previousText({ ...few, requests: 3 }, now).short,
      'Previous run: too few requests to tell, 3 of 6',
    )
    assert.equal(
      previousText({ ...few, previous: { ...since.previous, requests: 2 } }, now).short,
      'Previous run: had too few requests to tell, 2 of 6',
    )
  })

  test('says where what could be compared was cleared', () => {
    const few = { ...since, first: 0, last: 0, own: { ...own, verdict: 'few' as const } }
    assert.equal(previousText(few, now).short, 'Previous run: too few requests since they were cleared')
  })

  test('is compared with all kept requests only where no others are selected', () => {
    const [saved, live] = ['baseline=previous&route=GET /a', 'route=GET /a']
    assert.equal(previousRoute({ base: saved, head: live }), 'GET /a')
    assert.equal(previousRoute({ base: live, head: saved }), 'GET /a')
    assert.equal(previousRoute({ base: 'baseline=previous', head: live }), 'GET /a')
    for (const head of [`${live}&minMs=5`, 'route=GET /b', 'request=a', '', saved])
      assert.equal(previousRoute({ base: saved, head }), undefined, head)
    assert.equal(previousRoute({ base: 'baseline=before&route=GET /a', head: live }), undefined)
  })

  test('turns round with its sides', () => {
    const there = { ...own, differenceMs: 3.9, baseMs: own.headMs, headMs: own.baseMs, verdict: 'slower' }
    assert.deepEqual(turned(own), there)
    assert.deepEqual(turned(turned(own)), own)
  })

  test('is told apart from what all kept requests show, with a caution where their numbers are unequal', () => {
    const baseline = { name: 'previous', savedAt: since.previous.savedAt, node: 'v24.0.0', commit: '' }
    const of = (before: number, after: number) =>
      keptText({
        ...diff,
        base: { ...diff.base, baseline, requests: before },
        head: { ...diff.head, baseline: null, requests: after },
      })
    const { kept } = of(100, 12)
    assert.match(kept, /^Below: means of all kept requests, 100 before \(.* ms own CPU\) and 12 after/)
    const swapped = keptText({
      ...diff,
      base: { ...diff.head, baseline: null, requests: 12 },
      head: { ...diff.base, baseline, requests: 100 },
      own: turned(diff.own),
    })
    assert.equal(swapped.kept, kept, 'whichever side it is on')
    assert.match(of(100, 12).caution, /very unequal, and the first requests of a run are slower/)
    assert.notEqual(of(12, 100).caution, '')
    assert.equal(of(100, 80).caution, '')
    assert.equal(of(100, 0).caution, '')
  })

  test('says why a difference beyond chance may still be none', () => {
    const close = { ...own, verdict: 'unclear' as const }
    assert.match(
      certainty(close),
      /^That may be chance: two runs count as different if they are 10\.0 % apart/,
    )
  })

  test('is cautious where it can be something else than the code', () => {
    const baseline = { name: 'previous', savedAt: since.previous.savedAt, node: 'v24.0.0', commit: '' }
    const side = (requests: number) => ({ ...diff.base, baseline, requests })
    const slower = { ...own, baseMs: 10, headMs: 10.5, differenceMs: 0.5, verdict: 'slower' as const }
    const both = cautions({ ...diff, own: slower, base: side(100), head: { ...diff.head, requests: 12 } })
    assert.match(both.join(' '), /^This run has 12 requests so far, .* by up to a tenth/)
    assert.deepEqual(cautions({ ...diff, own, base: side(100), head: { ...diff.head, requests: 12 } }), [])
    assert.match(sideText(side(100), 'baseline=previous', undefined, now), /^previous run, 4 min ago, Node/)
  })
})
