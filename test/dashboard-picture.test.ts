import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Boxes, layout, rowCount, rowOf } from '../dashboard/model/boxes.ts'
import { FOLDED, type Folded, fold, PLAIN } from '../dashboard/model/fold.ts'
import { functionList, functionsOf } from '../dashboard/model/functions.ts'
import { readPath, writePath } from '../dashboard/model/path.ts'
import { type Picture, picture } from '../dashboard/model/picture.ts'
import { search } from '../dashboard/model/search.ts'
import { sightOf } from '../dashboard/model/sight.ts'
import { hotPath, opened, treeRows } from '../dashboard/model/tree-rows.ts'
import { boxAt, eachWide, nextEndingAfter, widest } from '../dashboard/model/visible.ts'
import { ancestry, childrenOf, step } from '../dashboard/model/walk.ts'
import { nameOf } from '../plugin/model/names.ts'
import type { CallTree, Column, Profile } from '../plugin/model/profile.ts'
import { totals } from '../plugin/model/tree.ts'
import { underPhase } from './fake-blame.ts'
import { bigProfile, profileOf } from './fake-data.ts'

/** Any call tree: for each node but the root its parent, its function out of five, and its own time. */
const anyTree = fc
  .array(fc.tuple(fc.nat(), fc.nat(4), fc.integer({ min: 0, max: 5 })), { maxLength: 80 })
  .map((nodes): CallTree => {
    const tree = { parent: [-1], frame: [0], selfUs: [0], samples: [0] }
    const used = new Set<string>()
    for (const [chosen, function_, us] of nodes) {
      const parent = chosen % tree.parent.length
      if (used.has(`${parent} ${function_}`)) continue
      used.add(`${parent} ${function_}`)
      tree.parent.push(parent)
      tree.frame.push(1 + function_)
      tree.selfUs.push(us * 1000)
      tree.samples.push(us)
    }
    return tree
  })

const kinds = ['root', 'app', 'package', 'node', 'native', 'system'] as const

function profileWith(tree: CallTree): Profile {
  const frames = kinds.map((kind, i) => ({ name: `f${i}`, file: `${i}.ts`, line: i, column: 1, kind }))
  return { ...bigProfile(1), frames, tree, ownUs: sum(tree.selfUs) }
}

describe('boxes', () => {
  test('one row per call, the dearest child on the left', () => {
    assert.deepEqual(drawn(profileOf('all', 'a;b 3000\na;c 5000\nd 1000')), [
      'all 0-9',
      'a 0-8 d 8-9',
      'c 0-5 b 5-8',
    ])
  })

  test('an empty tree is a root of no width', () => {
    assert.deepEqual(drawn(profileOf('all', 'a 0')), ['all 0-0'])
  })

  test('laws: inside the caller, no overlap, as wide as its total, children are neighbours', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const boxes = layout(tree)
        const total = totals(tree)
        assert.equal(boxes.node.length, 1 + total.filter((us, node) => node > 0 && us > 0).length)
        for (let box = 1; box < boxes.node.length; box++) {
          const parent = boxes.parent[box]
          const row = rowOf(boxes, box)
          assert.equal(boxes.node[parent], tree.parent[boxes.node[box]])
          assert.equal(boxes.frame[box], tree.frame[boxes.node[box]])
          assert.equal(rowOf(boxes, parent), row - 1)
          assert.ok(boxes.start[box] >= boxes.start[parent] && boxes.end[box] <= boxes.end[parent])
          assert.equal(boxes.end[box] - boxes.start[box], total[boxes.node[box]])
          if (box === boxes.rows[row]) continue
          assert.ok(boxes.start[box] >= boxes.end[box - 1])
          assert.ok(boxes.parent[box] >= boxes.parent[box - 1])
        }
      }),
    )
  })

  test('a stack of 100,000 calls is no problem', () => {
    const size = 100_000
    const parent = Array.from({ length: size }, (_, i) => i - 1)
    const zero = new Array(size).fill(0)
    const tree = { parent, frame: zero, selfUs: zero.with(size - 1, 7), samples: zero }
    const boxes = layout(tree)
    assert.equal(rowCount(boxes), size)
    assert.equal(boxes.end[size - 1], 7)
  })
})

describe('what is seen', () => {
  const { boxes } = picture(bigProfile(5000), false)

  test('finds each box by a point in it, and none beside', () => {
    for (let box = 0; box < boxes.node.length; box += 7) {
      const row = rowOf(boxes, box)
      assert.equal(boxAt(boxes, row, (boxes.start[box] + boxes.end[box]) / 2), box)
      assert.equal(boxAt(boxes, row, boxes.start[box]), box)
    }
    assert.equal(boxAt(boxes, 0, -1), -1)
    assert.equal(boxAt(boxes, 0, boxes.end[0]), -1)
    assert.equal(boxAt(boxes, rowCount(boxes), 1), -1)
  })

  test('jumps over narrow boxes without missing a wide one', () => {
    const range = { from: boxes.end[0] * 0.2, to: boxes.end[0] * 0.7 }
    for (let row = 0; row < rowCount(boxes); row++) {
      const found: number[] = []
      eachWide(boxes, row, range, 3000, (box) => found.push(box))
      const expected = rowBoxes(boxes, row).filter(
        (box) =>
          boxes.end[box] - boxes.start[box] >= 3000 &&
          boxes.end[box] > range.from &&
          boxes.start[box] < range.to,
      )
      assert.deepEqual(found, expected)
    }
  })

  test('looks near first, and finds the same as from the start', () => {
    const end = Float64Array.from({ length: 500 }, (_, i) => Math.floor(i / 3))
    for (const [x, low] of [
      [0, 0],
      [10, 20],
      [166, 3],
      [999, 0],
      [-1, 7],
    ]) {
      const expected = end.findIndex((value, i) => i >= low && value > x)
      assert.equal(nextEndingAfter(end, x, low, 500), expected < 0 ? 500 : expected)
    }
  })

  test('names the widest ones, from the top down', () => {
    const found = widest(boxes, { from: 0, to: boxes.end[0] }, 50, 1)
    assert.equal(found.length, 50)
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    )
    const width = (box: number) => boxes.end[box] - boxes.start[box]
    const narrowest = Math.min(...found.map(width))
    const others = Array.from(boxes.node.keys()).filter((box) => !found.includes(box))
    assert.ok(others.every((box) => width(box) <= narrowest))
  })
})

describe('ways through the picture', () => {
  const profile = profileOf('all', 'a;b;c 3000\na;b 1000\na;d 2000\ne;b 1000')
  const drawnOnce = picture(profile, false)
  const { boxes } = drawnOnce
  const named = (name: string) => boxNamed(profile, boxes, name)

  test('steps to caller, dearest callee and neighbours, and stays where there is none', () => {
    assert.equal(step(boxes, named('a'), 'child'), named('b'))
    assert.equal(step(boxes, named('c'), 'child'), named('c'))
    assert.equal(step(boxes, named('d'), 'parent'), named('a'))
    assert.equal(step(boxes, 0, 'parent'), 0)
    assert.equal(step(boxes, named('a'), 'next'), named('e'))
    assert.equal(step(boxes, named('e'), 'next'), named('e'))
    assert.equal(step(boxes, named('e'), 'previous'), named('a'))
  })

  test('each box has a way, and the way leads back to it, in another profile of the same functions too', () => {
    const other = profileOf('all', 'e;b 9000\nx 400\na;d 700\na;b;c 10')
    const otherBoxes = layout(other.tree)
    for (const box of boxes.node.keys()) {
      const path = writePath(profile.frames, boxes, box)
      assert.equal(readPath(profile.frames, boxes, path), box)
      const found = readPath(other.frames, otherBoxes, path)
      assert.deepEqual(
        ancestry(otherBoxes, found).map((at) => other.frames[otherBoxes.frame[at]].name),
        ancestry(boxes, box).map((at) => profile.frames[boxes.frame[at]].name),
      )
    }
  })

  test('a way that ends early leads as far as it goes; nonsense leads to the root', () => {
    const path = writePath(profile.frames, boxes, named('c'))
    assert.equal(readPath(profile.frames, boxes, `${path}abcd`), named('c'))
    for (const nonsense of ['', '????', 'abc', '\u0000'.repeat(9)]) {
      assert.equal(readPath(profile.frames, boxes, nonsense), 0)
    }
  })

  test('a way through libraries leads on where they are folded, and back where they are not', () => {
    const stacks = [
      'on@node:_http:1;route@npm:fastify/a.js:1;mine@app.ts:1;query@npm:db/a.js:1;step@npm:db/b.js:1;row@app.ts:2;parse@app.ts:3 2000',
      'on@node:_http:1;route@npm:fastify/a.js:1;mine@app.ts:1;row@app.ts:2 500',
      'on@node:_http:1;route@npm:fastify/a.js:1 300',
      'on@node:_http:1 200',
      'tick@node:_task:1;mine@app.ts:1;(garbage collector) 9000',
    ]
    const whole = profileOf('all', stacks.join('\n'))
    const [open, folded] = [whole, fold(whole).profile].map(({ tree, frames }) => {
      return { frames, boxes: layout(tree) }
    })
    const wayTo = ({ frames, boxes }: typeof open, box: number) =>
      ancestry(boxes, box)
        .slice(1)
        .map((at) => nameOf(frames[boxes.frame[at]]))
        .join(';')
    const ways = (from: typeof open, to: typeof open) =>
      [...from.boxes.node.keys()].map((box) => {
        const path = writePath(from.frames, from.boxes, box)
        return `${wayTo(from, box)} → ${wayTo(to, readPath(to.frames, to.boxes, path))}`
      })
    assert.deepEqual(ways(open, folded).slice(1), [
      'tick → ',
      'on → on',
      'tick;mine → mine',
      'on;route → route',
      'tick;mine;(garbage collector) → mine;(garbage collector)',
      'on;route;mine → mine',
      'on;route;mine;query → mine;query',
      'on;route;mine;row → mine;row',
      'on;route;mine;query;step → mine;query',
      'on;route;mine;query;step;row → mine;query;row',
      'on;route;mine;query;step;row;parse → mine;query;row;parse',
    ])
    // Of several places the one from which the way leads on, or else that with most time.
    assert.deepEqual(ways(folded, open).slice(1), [
      'mine → tick;mine',
      'route → ',
      'on → on',
      'mine;(garbage collector) → tick;mine;(garbage collector)',
      'mine;query → on;route;mine;query',
      'mine;row → on;route;mine;row',
      'mine;query;row → on;route;mine;query;step;row',
      'mine;query;row;parse → on;route;mine;query;step;row;parse',
    ])
  })

  test('a way past what is gone ends above it, whatever else has the names below', () => {
    const [before, after] = ['a@a.ts:1;b@b.ts:1;c 3000', 'a@a.ts:1;c 10\nb@b.ts:1;c 3000\nc 10'].map(
      (stacks) => {
        const { tree, frames } = profileOf('all', stacks)
        return { frames, boxes: layout(tree) }
      },
    )
    const found = readPath(after.frames, after.boxes, writePath(before.frames, before.boxes, 3))
    assert.equal(nameOf(after.frames[after.boxes.frame[found]]), 'a')
  })

  test('as a table: the hot path is open, an only child opens with its parent', () => {
    const rows = (open: ReadonlySet<number>) =>
      treeRows(boxes, 0, open).map((box) => nameOf(profile.frames[boxes.frame[box]]))
    assert.deepEqual(rows(hotPath(boxes, 0)), ['all', 'a', 'b', 'c', 'd', 'e'])
    assert.deepEqual(rows(opened(boxes, new Set([0]), named('e'))), ['all', 'a', 'e', 'b'])
    assert.deepEqual(rows(new Set()), ['all'])
    assert.deepEqual(childrenOf(boxes, 0), { first: named('a'), last: named('e') + 1 })
  })
})

describe('bottom-up', () => {
  test('where time went stands above, who called it below', () => {
    assert.deepEqual(drawn(profileOf('all', 'a;c 3000\nb;c 1000\nb 2000'), true), [
      'all 0-6',
      'c 0-4 b 4-6',
      'a 0-3 b 3-4',
    ])
  })

  test('recursion stands once per level of its own stack', () => {
    assert.deepEqual(drawn(profileOf('all', 'f;f;f 4000\nf 2000'), true), [
      'all 0-6',
      'f 0-6',
      'f 0-4',
      'f 0-4',
    ])
  })

  test('laws: time and samples are conserved, and each function has its own time at the top', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const profile = profileWith(tree)
        const inverted = picture(profile, true)
        checkTree(inverted.tree)
        assert.equal(sum(inverted.tree.selfUs), sum(tree.selfUs))
        assert.equal(sum(inverted.tree.samples), sum(tree.samples))
        const top = (frame: number) =>
          sum(
            inverted.totalUs.filter(
              (_, node) => inverted.tree.parent[node] === 0 && inverted.tree.frame[node] === frame,
            ),
          )
        for (let frame = 1; frame < 6; frame++) {
          assert.equal(
            top(frame),
            sum(tree.selfUs.filter((_, node) => node > 0 && tree.frame[node] === frame)),
          )
        }
      }),
    )
  })
})

describe('libraries folded up', () => {
  test('the call that your code made stays, what it did inside is its own time, your callbacks stay below it', () => {
    const profile = profileOf(
      'all',
      `onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1 1000
       onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1;query@npm:db/i.js:2;step 4000
       onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1;sort;compare@app.ts:9 2000
       onIncoming@node:_http:1;route@npm:fastify/a.js:1;send@npm:fastify/b.js:1 500`,
    )
    assert.deepEqual(drawn(fold(profile).profile), [
      'all 0-7.5',
      'handler 0-7 route 7-7.5',
      'query 0-4 sort 4-6',
      'compare 4-6',
    ])
  })

  test('what calls your outermost functions is left out; its own time stands beside them, below the phase if there is one', () => {
    const profile = profileOf(
      'all',
      `onIncoming@node:_http:1 100
       onIncoming@node:_http:1;handler@app.ts:1 1000
       onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1;read@node:fs:1 2000
       onIncoming@node:_http:1;route@npm:fastify/a.js:1;(garbage collector) 10
       ticks@node:tasks:1;handler@app.ts:1 500
       ticks@node:tasks:1;read@node:fs:1 30`,
    )
    const beside = [
      'handler 0-3.5 onIncoming 3.5-3.6 ticks 3.6-3.63 route 3.63-3.64',
      'read 0-2 (garbage collector) 3.63-3.64',
    ]
    assert.deepEqual(drawn(fold(profile).profile), ['all 0-3.64', ...beside])
    assert.deepEqual(drawn(fold(underPhase(profile, 'handler')).profile), [
      'all 0-3.64',
      'handler 0-3.64',
      ...beside,
    ])
  })

  test('a function that is opened shows what happens in it, and both say so', () => {
    const profile = profileOf(
      'all',
      `handler@app.ts:1;query@npm:db/i.js:2;step@npm:db/i.js:3;read 4000
       handler@app.ts:1;query@npm:db/i.js:2;row@npm:db/i.js:4 1000
       handler@app.ts:1;lookup@npm:dns/i.js:2;step@npm:db/i.js:3 2000
       handler@app.ts:1;sort 500`,
    )
    const marks = ({ profile: { frames, tree }, folds }: Folded) =>
      tree.frame.map((frame, node) => `${frames[frame].name} ${folds[node]}`).slice(2)
    assert.deepEqual(marks(fold(profile)), [`query ${FOLDED}`, `lookup ${FOLDED}`, `sort ${PLAIN}`])
    const opened = fold(profile, { opens: ({ name }) => name === 'query' })
    assert.deepEqual(drawn(opened.profile), [
      'all 0-7.5',
      'handler 0-7.5',
      'query 0-5 lookup 5-7 sort 7-7.5',
      'step 0-4 row 4-5',
      'read 0-4',
    ])
    assert.deepEqual(marks(opened).sort(), ['lookup 1', 'query 2', 'read 0', 'row 0', 'sort 0', 'step 0'])
  })

  test('laws: time and samples are conserved, your own functions keep their time, folding twice is folding once', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const profile = profileWith(tree)
        const { profile: folded } = fold(profile)
        checkTree(folded.tree)
        assert.equal(sum(folded.tree.selfUs), sum(tree.selfUs))
        assert.equal(sum(folded.tree.samples), sum(tree.samples))
        const mine = ({ selfUs, frame }: CallTree) => sum(selfUs.filter((_, node) => frame[node] === 1))
        assert.equal(mine(folded.tree), mine(tree))
        assert.deepEqual(fold(folded).profile, folded)
        assert.equal(sum(fold(profile, { opens: () => true }).profile.tree.selfUs), sum(tree.selfUs))
      }),
    )
  })
})

describe('one origin alone', () => {
  const profile = profileOf(
    'all',
    `onIncoming@node:_http:1;handler@app.ts:1 1000
     onIncoming@node:_http:1;handler@app.ts:1;query@npm:db/i.js:2;step@npm:sql/i.js:3 4000
     onIncoming@node:_http:1;handler@app.ts:1;query@npm:db/i.js:2 500
     onIncoming@node:_http:1;handler@app.ts:1;sort 300`,
  )
  const look = (only: string, all = false) => sightOf(profile, { all, only, unfold: '' })

  test('keeps its time and the way there, also through what is folded', () => {
    assert.deepEqual(drawn(look('npm:sql').profile), ['all 0-4', 'handler 0-4', 'query 0-4', 'step 0-4'])
    assert.deepEqual(drawn(look('npm:db').profile), ['all 0-0.5', 'handler 0-0.5', 'query 0-0.5'])
    assert.deepEqual(drawn(look('app', true).profile), ['all 0-1', 'onIncoming 0-1', 'handler 0-1'])
    assert.deepEqual(drawn(look('native').profile), ['all 0-0.3', 'handler 0-0.3', 'sort 0-0.3'])
    const library = profileOf('all', 'handler@app.ts:1;step@npm:sql/i.js:3;sort 300')
    const { profile: alone } = sightOf(library, { all: false, only: 'npm:sql', unfold: '' })
    assert.deepEqual(drawn(alone), ['all 0-0.3', 'handler 0-0.3', 'step 0-0.3', 'sort 0-0.3'])
    assert.deepEqual(
      drawn(look('npm:gone').profile),
      drawn(look('').profile),
      'what is not there hides nothing',
    )
  })

  test('laws: the parts add up to the whole, and each is a profile', () => {
    fc.assert(
      fc.property(anyTree, fc.boolean(), (tree, all) => {
        const whole = profileWith(tree)
        const { origins } = sightOf(whole, { all, only: '', unfold: '' })
        let us = tree.selfUs[0]
        for (const { key, selfUs } of origins) {
          const { profile: part } = sightOf(whole, { all, only: key, unfold: '' })
          checkTree(part.tree)
          assert.equal(sum(part.tree.selfUs), selfUs)
          assert.equal(part.ownUs, selfUs)
          const listed = functionsOf(functionList(part), key).rows
          assert.equal(sum(listed.map((row) => row.selfUs)), selfUs, 'the list says the same')
          us += selfUs
        }
        assert.equal(us, sum(tree.selfUs))
      }),
    )
  })
})

describe('search', () => {
  const profile = profileOf('all', 'walk;visit;walk 3000\nvisit 1000\nload@lib/WALKER.ts:4 2000\nother 4000')
  const share = (text: string) => search(profile.frames, picture(profile, false), text)

  test('looks at names and places, in any case, and counts each stack once', () => {
    assert.equal(share('walk')?.totalUs, 5000)
    assert.equal(share('walk')?.functions, 2)
    assert.equal(share('WALKER.TS:4')?.totalUs, 2000)
    assert.equal(share('visit')?.totalUs, 4000)
    assert.equal(share('nothing like it')?.functions, 0)
  })

  test('counts the functions that are shown, not those that are folded into them', () => {
    const stacks =
      'mine;read@npm:db/a.js:1;readRow@npm:db/b.js:1 3000\nmine;other@npm:db/c.js:1;readAll@npm:db/d.js:1 1000'
    const whole = profileOf('all', stacks)
    const folded = fold(whole).profile
    assert.equal(search(whole.frames, picture(whole, false), 'read')?.functions, 3)
    assert.equal(search(folded.frames, picture(folded, false), 'read')?.functions, 1)
    assert.equal(search(folded.frames, picture(folded, false), 'read')?.totalUs, 3000)
    assert.equal(search(folded.frames, picture(folded, true), 'read')?.functions, 1)
  })

  test('nothing to look for is no search; the text is no pattern; the root does not count', () => {
    assert.equal(share('  '), undefined)
    assert.equal(share('.*')?.functions, 0)
    assert.equal(share('all')?.functions, 0)
  })
})

/** The picture as text: each row with its boxes and where they stand, in milliseconds. */
function drawn(profile: Profile<Column>, inverted = false): string[] {
  const { boxes }: Picture = picture(profile, inverted)
  return Array.from({ length: rowCount(boxes) }, (_, row) =>
    rowBoxes(boxes, row)
      .map((box) => {
        const name = profile.frames[boxes.frame[box]].name
        return `${name} ${boxes.start[box] / 1000}-${boxes.end[box] / 1000}`
      })
      .join(' '),
  )
}

function rowBoxes(boxes: Boxes, row: number): number[] {
  return Array.from({ length: boxes.rows[row + 1] - boxes.rows[row] }, (_, i) => boxes.rows[row] + i)
}

function boxNamed(profile: Profile, boxes: Boxes, name: string): number {
  const box = boxes.frame.findIndex((frame) => profile.frames[frame].name === name)
  assert.ok(box >= 0, name)
  return box
}

/** What `CallTree` promises. */
function checkTree(tree: CallTree<Column>): void {
  assert.equal(tree.parent[0], -1)
  const seen = new Set<string>()
  for (let node = 1; node < tree.parent.length; node++) {
    assert.ok(tree.parent[node] >= 0 && tree.parent[node] < node)
    const place = `${tree.parent[node]} ${tree.frame[node]}`
    assert.ok(!seen.has(place), 'no two nodes of one parent have one frame')
    seen.add(place)
  }
}

function sum(numbers: Column): number {
  return Array.from(numbers).reduce((a, b) => a + b, 0)
}
