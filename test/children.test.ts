import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Children, findChildren } from '../plugin/model/children.ts'

type Step = { readonly add: readonly [parent: number, label: number] } | { readonly remove: number }

/** Labels from all of their range, and often the same. */
const label = fc.oneof(fc.nat(5), fc.nat(2 ** 24 - 1))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: fc.tuple(fc.oneof(fc.nat(5), fc.nat(400)), label) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
)

describe('children', () => {
  test('are those of a plain map, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const children = new Children()
        const known = new Map<string, number>()
        const free: number[] = []
        let nodes = 1
        for (const one of steps) {
          if ('add' in one) {
            const [parent, frame] = one.add
            if (known.has(`${parent} ${frame}`)) continue
            const node = free.pop() ?? nodes++
            children.add(node, parent, frame)
            known.set(`${parent} ${frame}`, node)
          } else if (known.size > 0) {
            const [key, node] = [...known][one.remove % known.size]
            children.remove(node)
            known.delete(key)
            free.push(node)
            const [parent, frame] = key.split(' ').map(Number)
            assert.equal(children.find(parent, frame), -1)
          }
          for (const [key, node] of known) {
            const [parent, frame] = key.split(' ').map(Number)
            assert.equal(children.find(parent, frame), node)
            assert.equal(children.parent(node), parent)
          }
        }
        assert.equal(children.find(401, 0), -1)
      }),
    )
  })

  // 100,000 children of one parent, and a chain as deep: a poor hash would take minutes.
  test('are found among very many', () => {
    let nodes = 0
    const child = findChildren(() => ++nodes)
    for (let label = 0; label < 100_000; label++) assert.equal(child(0, label), label + 1)
    let at = 0
    for (let i = 0; i < 100_000; i++) at = child(at, 100_000)
    assert.equal(at, 200_000)
    for (let label = 0; label < 100_000; label++) assert.equal(child(0, label), label + 1)
    assert.equal(nodes, 200_000)
  })
})
