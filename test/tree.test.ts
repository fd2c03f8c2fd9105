import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { childLists, emptyProfile, isRecursive, totalSamples, totals } from '../plugin/model/tree.ts'
import { drawnStacks, formatTree, profileOf } from './pictures.ts'

describe('totals', () => {
  it('adds up what is below', () => {
    const profile = profileOf(`
      a 1
      a;b;c 3
      a;c 2
      d 4
    `)
    assert.deepEqual(formatTree(profile), [
      '- GET /picture (total: 10, self: —)',
      '  - a (total: 6, self: 1)',
      '    - b (total: 3, self: —)',
      '      - c (total: 3, self: 3)',
      '    - c (total: 2, self: 2)',
      '  - d (total: 4, self: 4)',
    ])
    assert.deepEqual([...totalSamples(profile.tree)], [10, 6, 3, 3, 2, 4])
  })

  it('reads columns of samples as it reads stacks', () => {
    const columns = profileOf(`
      a  a  a  d
      b  b  c
      c  c
    `)
    assert.deepEqual(formatTree(columns), formatTree(profileOf('a;b;c 2\na;c 1\nd 1')))
  })

  it('is one node with nothing for an empty profile', () => {
    const { tree } = emptyProfile('GET /')
    assert.deepEqual([...totals(tree)], [0])
    assert.deepEqual([...totalSamples(tree)], [0])
    assert.deepEqual(isRecursive(tree), [false])
    assert.deepEqual([...childLists(tree).first], [-1])
  })

  it('keeps own time apart from samples', () => {
    const { tree } = profileOf('a;b 1 40ms\na;(not sampled) 0 2.5ms')
    assert.deepEqual([...totals(tree)], [42_500, 42_500, 40_000, 2500])
    assert.deepEqual([...totalSamples(tree)], [1, 1, 1, 0])
  })

  it('conserves time and changes nothing', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        const before = structuredClone(profile)
        const total = totals(profile.tree)
        assert.equal(total[0], profile.ownUs)
        assert.equal(totalSamples(profile.tree)[0], profile.samples)
        for (let i = 0; i < total.length; i++) {
          const below = total.filter((_, child) => profile.tree.parent[child] === i)
          assert.equal(total[i], profile.tree.selfUs[i] + below.reduce((a, b) => a + b, 0))
        }
        assert.deepEqual(profile, before)
      }),
    )
  })
})

describe('isRecursive', () => {
  it('marks every level but the outermost', () => {
    const { tree } = profileOf('fib;fib;fib 5')
    assert.deepEqual(isRecursive(tree), [false, false, true, true])
  })

  it('sees recursion through others, and forgets a function that was left', () => {
    // Nodes in order: root, a, b, a again, c, b (beside, not below b).
    const { tree } = profileOf('a;b;a 1\na;c;b 1')
    assert.deepEqual(isRecursive(tree), [false, false, false, true, false, false])
  })

  it('agrees with a walk up from every node', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const { tree } = profileOf(picture)
        const expected = tree.frame.map((frame, node) => {
          for (let up = tree.parent[node]; up >= 0; up = tree.parent[up]) {
            if (tree.frame[up] === frame) return true
          }
          return false
        })
        assert.deepEqual(isRecursive(tree), expected)
      }),
    )
  })

  it('takes a stack of 100,000 functions', () => {
    const n = 100_000
    const tree = {
      parent: Array.from({ length: n }, (_, i) => i - 1),
      frame: Array.from({ length: n }, (_, i) => (i === 0 ? 0 : 1)),
      selfUs: new Array(n).fill(1),
      samples: new Array(n).fill(1),
    }
    assert.equal(isRecursive(tree).filter(Boolean).length, n - 2)
    assert.equal(totals(tree)[0], n)
  })
})

describe('childLists', () => {
  it('holds every node but the root once, below its parent', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const { tree } = profileOf(picture)
        const { first, next } = childLists(tree)
        const seen: number[] = []
        for (let node = 0; node < tree.parent.length; node++) {
          for (let child = first[node]; child >= 0; child = next[child]) {
            assert.equal(tree.parent[child], node)
            seen.push(child)
          }
        }
        assert.deepEqual(
          seen.sort((a, b) => a - b),
          tree.parent.map((_, i) => i).slice(1),
        )
      }),
    )
  })
})
