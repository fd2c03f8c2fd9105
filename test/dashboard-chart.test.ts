import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Boxes, rowCount, rowOf } from '../dashboard/model/boxes.ts'
import { search } from '../dashboard/model/search.ts'
import { shownChart } from '../dashboard/model/shown-chart.ts'
import { sightOf } from '../dashboard/model/sight.ts'
import { timeOrder } from '../dashboard/model/time-order.ts'
import { childrenOf, step } from '../dashboard/model/walk.ts'
import type { Chart, Column } from '../plugin/model/profile.ts'
import { profileOf, stacksOf } from './pictures.ts'

/** A span for each column of a picture of stacks, a millisecond long; `.` where the request did not run. */
function chartOf(picture: string): Chart {
  const columns = stacksOf(picture)
  const ran = columns.map(({ stack }) => stack[0] !== '.')
  const texts = columns.map(({ stack }) => `${stack.join(';')} 1`)
  const profile = profileOf(texts.filter((_, i) => ran[i]).join('\n'))
  const spans = {
    node: [] as number[],
    startUs: [] as number[],
    endUs: [] as number[],
    samples: [] as number[],
  }
  columns.forEach(({ stack }, i) => {
    if (!ran[i]) return
    spans.node.push(nodeOf(profile, stack))
    spans.startUs.push(i * 1000)
    spans.endUs.push((i + 1) * 1000)
    spans.samples.push(1)
  })
  return { ...profile, wallUs: columns.length * 1000, afterUs: 0, spans }
}

function nodeOf({ tree, frames }: Pick<Chart, 'tree' | 'frames'>, stack: readonly string[]): number {
  let node = 0
  for (const name of stack) {
    node = tree.parent.findIndex(
      (parent, i) => parent === node && frames[tree.frame[i]].name === name.split('@')[0],
    )
  }
  return node
}

const library = chartOf(`
  mine  mine                       mine                       mine
        get@node_modules/db/a.js:1  get@node_modules/db/a.js:1
        read@node:fs:3              parse@node:url:2
`)

/** Row by row: `a 0-3 ×3`, times in milliseconds. */
function drawn(chart: Chart<Column>): string[] {
  const { boxes, totalSamples } = timeOrder(chart)
  return Array.from({ length: rowCount(boxes) }, (_, row) =>
    rowBoxes(boxes, row)
      .map((box) => {
        const name = chart.frames[boxes.frame[box]].name
        return `${name} ${boxes.start[box] / 1000}-${boxes.end[box] / 1000} ×${totalSamples[box]}`
      })
      .join(', '),
  )
}

function rowBoxes({ rows }: Boxes, row: number): number[] {
  return Array.from({ length: rows[row + 1] - rows[row] }, (_, i) => rows[row] + i)
}

describe('a chart in order of time', () => {
  test('joins what goes on, and has a box again for what is called again', () => {
    assert.deepEqual(
      drawn(
        chartOf(`
        a  a  a  a  b  a
        x  x  y  x     x
        z     z
      `),
      ),
      [
        'GET /picture 0-6 ×6',
        'a 0-4 ×4, b 4-5 ×1, a 5-6 ×1',
        'x 0-2 ×2, y 2-3 ×1, x 3-4 ×1, x 5-6 ×1',
        'z 0-1 ×1, z 2-3 ×1',
      ],
    )
  })

  test('has a gap where the request did not run, and nothing goes on across it', () => {
    const chart = chartOf(`
      a  a  .  a  .  .
      x  x     x
    `)
    assert.deepEqual(drawn(chart), ['GET /picture 0-6 ×3', 'a 0-2 ×2, a 3-4 ×1', 'x 0-2 ×2, x 3-4 ×1'])
    const { totalUs } = timeOrder(chart)
    assert.equal(totalUs[0], 3000, 'the total is what ran, not what passed')
  })

  test('of nothing is the wall time alone', () => {
    const nothing = { node: [], startUs: [], endUs: [], samples: [] }
    assert.deepEqual(drawn({ ...chartOf('a 1'), wallUs: 7000, spans: nothing }), ['GET /picture 0-7 ×0'])
  })

  test('folds libraries without losing time or order', () => {
    const folded = (only: string) => {
      const sight = sightOf(library, { all: false, only, unfold: '' })
      return drawn(shownChart(library, sight))
    }
    assert.deepEqual(folded(''), ['GET /picture 0-4 ×4', 'mine 0-4 ×4', 'get 1-3 ×2'])
    assert.deepEqual(folded('node'), [
      'GET /picture 0-4 ×2',
      'mine 1-3 ×2',
      'get 1-3 ×2',
      'read 1-2 ×1, parse 2-3 ×1',
    ])
  })

  test('says where nothing is known: below the callers that were there before and after', () => {
    const chart = chartOf(`
      a  a  a  .  a
      x  x  y     y
    `)
    const { node, samples } = chart.spans
    const holes = { ...chart.spans, node: node.with(1, 0), samples: samples.with(1, 0) }
    const shown = shownChart({ ...chart, spans: holes }, sightOf(chart, { all: true, only: '', unfold: '' }))
    assert.deepEqual(drawn(shown), [
      'GET /picture 0-5 ×3',
      'a 0-3 ×2, a 4-5 ×1',
      'x 0-1 ×1, (not sampled) 1-2 ×0, y 2-3 ×1, y 4-5 ×1',
    ])
    const edge = { ...holes, node: holes.node.with(3, 0) }
    const atEdge = shownChart({ ...chart, spans: edge }, sightOf(chart, { all: true, only: '', unfold: '' }))
    assert.match(drawn(atEdge)[1], /\(not sampled\) 4-5/)
  })

  test('can be walked and searched like a flame graph', () => {
    const chart = chartOf(`
      a  .  a  b
      x     x
    `)
    const picture = timeOrder(chart)
    const { boxes } = picture
    const [a, again, b] = rowBoxes(boxes, 1)
    assert.deepEqual(
      [childrenOf(boxes, 0), childrenOf(boxes, b)].map(({ first, last }) => last - first),
      [3, 0],
    )
    assert.equal(step(boxes, a, 'next'), again)
    assert.equal(boxes.parent[step(boxes, again, 'child')], again)
    assert.equal(search(chart.frames, picture, 'x')?.totalUs, 2000)
    assert.equal(search(chart.frames, picture, '.ts')?.totalUs, 3000)
  })

  test('keeps what `Boxes` promises, and all of the time', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 })
    const columns = fc.array(fc.option(names, { nil: ['.'] }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(columns, (stacks) => {
        if (stacks.every(([first]) => first === '.')) return
        const chart = chartOf(pictureOf(stacks))
        const { boxes, tree, totalUs } = timeOrder(chart)
        const ran = stacks.filter(([first]) => first !== '.').length * 1000
        assert.equal(totalUs[0], ran)
        for (let box = 1; box < boxes.node.length; box++) {
          const parent = boxes.parent[box]
          const row = rowOf(boxes, box)
          assert.equal(rowOf(boxes, parent), row - 1)
          assert.ok(boxes.start[box] >= boxes.start[parent] && boxes.end[box] <= boxes.end[parent])
          assert.equal(boxes.end[box] - boxes.start[box], totalUs[box])
          assert.ok(tree.selfUs[box] >= 0 && boxes.node[box] === box)
          if (box === boxes.rows[row]) continue
          assert.ok(boxes.start[box] >= boxes.end[box - 1] && parent >= boxes.parent[box - 1])
          const touches = boxes.start[box] === boxes.end[box - 1] && parent === boxes.parent[box - 1]
          assert.ok(!touches || boxes.frame[box] !== boxes.frame[box - 1], 'neighbours are joined')
        }
        stacks.forEach((stack, i) => {
          if (stack[0] === '.') return
          const at = stack.map((_, depth) => nameAt(chart, boxes, depth + 1, i * 1000 + 500))
          assert.deepEqual(at, stack, `what ran in column ${i}`)
        })
      }),
    )
  })

  test('of 100,000 samples 30 deep is laid out as fast as it is read', () => {
    const size = 100_000
    const picture = pictureOf([Array.from({ length: 30 }, (_, i) => `f${i}`), ['f0', 'g']])
    const chart = chartOf(picture)
    const { node } = chart.spans
    const spans = {
      node: Array.from({ length: size }, (_, i) => node[i % 2]),
      startUs: Array.from({ length: size }, (_, i) => i * 1000),
      endUs: Array.from({ length: size }, (_, i) => (i + 1) * 1000),
      samples: new Array<number>(size).fill(1),
    }
    const { boxes, totalUs } = timeOrder({ ...chart, wallUs: size * 1000, spans })
    assert.equal(boxes.node.length, 1 + 1 + (size / 2) * 30)
    assert.equal(totalUs[0], size * 1000)
  })
})

function nameAt(chart: Chart, boxes: Boxes, row: number, us: number): string | undefined {
  const box = rowBoxes(boxes, row).find((at) => boxes.start[at] <= us && boxes.end[at] > us)
  return box === undefined ? undefined : chart.frames[boxes.frame[box]].name
}

/** Stacks as columns of text. */
function pictureOf(stacks: readonly (readonly string[])[]): string {
  const depth = Math.max(...stacks.map(({ length }) => length))
  return Array.from({ length: depth }, (_, row) =>
    stacks.map((stack) => (stack[row] ?? '').padEnd(5)).join(''),
  ).join('\n')
}
