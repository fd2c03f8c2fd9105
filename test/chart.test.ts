import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Chart } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import type { SliceKind } from '../plugin/model/wire/requests.ts'
import { unmarkedRules } from '../plugin/requests/phases.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { chartSteps } from '../plugin/store/chart.ts'
import { createStore } from '../plugin/store/index.ts'
import { ownTurns } from '../plugin/store/own-turns.ts'
import { describe as detailOf } from '../plugin/store/query.ts'
import type { Naming } from '../plugin/symbols/naming.ts'
import { COLUMN_US, drawBlamed } from './turns.ts'

const naming: Naming = {
  frame: ({ name, url, line, column }) => ({ name, file: url, line, column, kind: 'app' }),
  line: (_, line) => line,
}

function chartOf(record: RequestRecord, intervalUs = COLUMN_US): Chart {
  const options = { title: 'A', root: '/app', intervalUs }
  const chart = atOnce(chartSteps(record, record.recorder.stacks, naming, options))
  checkGuarantees(chart, record)
  return chart
}

/** The chart of request A of a drawing. */
function charted(picture: string, intervalUs?: number): Chart {
  return chartOf(drawBlamed(picture).request('A'), intervalUs)
}

/** A line per span, times in columns: `outer;inner 0-3.5 ×4`; `?` where nothing is known. */
function show({ spans, tree, frames }: Chart): string[] {
  const column = (us: number) => us / COLUMN_US
  return spans.node.map((node, i) => {
    const path: string[] = []
    for (let at = node; at > 0; at = tree.parent[at]) path.unshift(frames[tree.frame[at]].name)
    return `${path.join(';') || '?'} ${column(spans.startUs[i])}-${column(spans.endUs[i])} ×${spans.samples[i]}`
  })
}

/** All that `plugin/model/profile.ts` promises. */
function checkGuarantees({ spans, tree, wallUs, afterUs, samples }: Chart, record: RequestRecord): void {
  assert.equal(afterUs, record.afterUs)
  const { node, startUs, endUs } = spans
  const { slices } = detailOf(record, unmarkedRules)
  const merged = record.split?.parts !== undefined
  let ownUs = 0
  for (let i = 0; i < node.length; i++) {
    assert.ok(node[i] >= 0 && node[i] < tree.parent.length)
    assert.ok(startUs[i] >= (endUs[i - 1] ?? 0) && startUs[i] < endUs[i] && endUs[i] <= wallUs)
    assert.ok(startUs[i] !== endUs[i - 1] || node[i] !== node[i - 1], 'two that touch differ')
    if (node[i] === 0) assert.equal(spans.samples[i], 0)
    ownUs += endUs[i] - startUs[i]
    if (merged) continue
    const own = slices.find((slice) => slice.startUs <= startUs[i] && slice.endUs >= endUs[i])
    assert.equal(own?.kind, 'own', 'a span lies in a slice of the request itself')
  }
  assert.ok(Math.abs(ownUs - record.ownUs) <= slices.length, `${ownUs} of ${record.ownUs}`)
  assert.ok(spans.samples.reduce((a, b) => a + b, 0) <= samples)
  for (const column of Object.values(spans)) assert.equal(column.length, node.length)
}

describe('a chart', () => {
  test('has each stack for the time nearest to its samples, and nothing where the request did not run', () => {
    const chart = charted(`
      turns   AAAAAABBBAAA--AA
      samples aabbcc   aa   b
      a = handler;read
      b = handler;parse
      c = send
    `)
    assert.deepEqual(show(chart), [
      'handler;read 0-2 ×2',
      'handler;parse 2-4 ×2',
      'send 4-6 ×2',
      'handler;read 9-12 ×2',
      'handler;parse 14-16 ×1',
    ])
    assert.equal(chart.wallUs, 16 * COLUMN_US)
  })

  test('leaves collections out of what they interrupted', () => {
    const chart = charted(`
      turns   AAAAAAAA
      gc         ##
      samples aaa##aab
    `)
    assert.deepEqual(show(chart), ['a 0-3 ×3', 'a 5-7 ×2', 'b 7-8 ×1'])
  })

  test('says where nothing was sampled: in a turn without a sample, and far from any', () => {
    const chart = charted(`
      turns   A.AAAAAAAAAA
      samples     a
    `)
    assert.deepEqual(show(chart), ['? 0-1 ×0', 'a 2-12 ×1'])
    const far = charted(
      `
      turns   AAAAAAAA
      samples a      b
    `,
      COLUMN_US / 5,
    )
    assert.deepEqual(show(far), ['a 0-2.5 ×1', '? 2.5-5.5 ×0', 'b 5.5-8 ×1'])
  })

  test('without a sample is one stretch that says so, and without time it is empty', () => {
    assert.deepEqual(show(charted('turns   AAAA')), ['? 0-4 ×0'])
    const { request } = drawBlamed('turns   A')
    const never = request('A')
    never.ownUs = 0
    never.turnEndUs = -1
    assert.deepEqual(show(chartOf(never)), [])
  })

  test('is whole also when the store lets go of the request in between', () => {
    const picture = `
      turns   AAAABBAA
      samples aaaabbaa
    `
    const { request, requests } = drawBlamed(picture)
    const record = request('A')
    const store = createStore({ maxBytes: 2 ** 20, maxRequestsPerRoute: 10 }, requests.stacks, () => 0)
    const options = { title: 'A', root: '/app', intervalUs: COLUMN_US }
    const steps = chartSteps(record, requests.stacks, naming, options)
    steps.next()
    store.forget(record)
    assert.deepEqual(show(atOnce(steps)), show(charted(picture)))
  })

  test('ends with the response, though work and samples go on', () => {
    const chart = charted(`
      turns   AAAABBAAA
      ends        A
      samples aaaa  bbb
    `)
    assert.deepEqual(show(chart), ['a 0-4 ×4'])
    assert.equal(chart.samples, 7)
  })

  test('of a request with more slices than are kept has all of its time, where its samples are', () => {
    const turns = 'A-'.repeat(600)
    const { request } = drawBlamed(`turns   ${turns}A\n      samples ${'a '.repeat(600)}a`)
    const record = request('A')
    assert.ok(record.split?.parts !== undefined, 'slices were merged')
    const chart = chartOf(record)
    assert.equal(
      chart.spans.samples.reduce((a, b) => a + b, 0),
      601,
    )
  })

  test('keeps its promises whatever happened', () => {
    const pieces = fc.array(
      fc.tuple(fc.constantFrom('A', 'B', '.', '-'), fc.integer({ min: 1, max: 4 }), fc.boolean()),
      { maxLength: 400 },
    )
    const stacks = fc.array(fc.constantFrom('a', 'b', ' ', '?'), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(pieces, stacks, fc.constantFrom(0.01, 0.2, 1), (drawn, letters, interval) => {
        const turns = `A${drawn.map(([holder, length]) => holder.repeat(length)).join('')}A`
        const gc = ` ${drawn.map(([holder, length, collects]) => (collects && holder !== '-' ? '#' : ' ').padEnd(length)).join('')} `
        const samples = [...turns].map((holder, i) => (holder === '-' ? '~' : letters[i % letters.length]))
        const text = `turns   ${turns}\n gc      ${gc}\n samples ${samples.join('')}`
        charted(text, interval * COLUMN_US)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the turns in slices', () => {
  test('go on over collections, and over nothing else', () => {
    const turns = (kind: SliceKind) => {
      const split = {
        endUs: [10, 12, 20],
        kind: ['own' as const, kind, 'own' as const],
        by: [],
        parts: undefined,
      }
      return ownTurns(split, []).map(({ startUs, endUs, pieces }) => [startUs, endUs, ...pieces])
    }
    assert.deepEqual(turns('gc'), [[0, 20, 0, 10, 12, 20]])
    for (const kind of ['waiting', 'blocked'] as const)
      assert.deepEqual(turns(kind), [
        [0, 10, 0, 10],
        [12, 20, 12, 20],
      ])
  })

  test('in a merged slice lie around its samples, each with the same part, and all within it', () => {
    const pieces = (...sampledUs: number[]) =>
      ownTurns(
        { endUs: [100], kind: ['blocked'], by: [undefined], parts: { own: [40], blocked: [60], gc: [0] } },
        sampledUs,
      )[0].pieces
    assert.deepEqual(pieces(), [0, 40])
    assert.deepEqual(pieces(50), [30, 70])
    assert.deepEqual(pieces(99), [60, 100])
    assert.deepEqual(pieces(1), [0, 40])
    assert.deepEqual(pieces(10, 80), [0, 20, 70, 90])
    assert.deepEqual(pieces(50, 51), [40, 60, 60, 80])
  })
})
